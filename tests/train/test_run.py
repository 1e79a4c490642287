"""A run from a plan to a folder: what is refused before it begins, and that stopping it at any
step changes nothing."""

import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open
from safetensors.torch import load_file

from miaobi.core.errors import (
    DataError,
    ModelFileError,
    OptionError,
    OutputPathError,
    TrainingError,
)
from miaobi.data.report import DataReport
from miaobi.models import checkpoint
from miaobi.models.tokenizer import load_tokenizer
from miaobi.train.loop import Step
from miaobi.train.plan import plan
from miaobi.train.recipes import RECIPES
from miaobi.train.resume import STATE
from miaobi.train.run import run, train
from tests.train.conftest import (
    FAMILIES,
    Train,
    Whole,
    arguments,
    going_on,
    small,
    stopped_at,
    story,
)

MODEL = ["config.json", "model.safetensors", "tokenizer.json"]
PAPERS = ["README.md", "report.html", "run.json", "tensorboard"]


def begin(words: Path, folder: Path, steps: int, family: str = "gpt", **changes: Any) -> list[Any]:
    """The first events of a run that is stopped after so many steps."""
    options = small(family, **changes)
    events = run(plan(family, [str(words)], output=folder, options=options))
    seen = [next(events) for _ in range(1 + steps)]
    events.close()  # type: ignore[attr-defined]
    return seen


def told(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return document


def weights(folder: Path) -> str:
    """A short name of them: where they differ, millions of bytes side by side say no more."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_run_leaves_a_checkpoint_and_its_papers(family: str, words: Path, tmp_path: Path) -> None:
    events = run(plan(family, [str(words)], output=tmp_path / "it", options=small(family)))
    report = next(events)
    assert isinstance(report, DataReport) and not (tmp_path / "it").exists()
    steps = list(events)
    assert all(isinstance(step, Step) for step in steps) and len(steps) == 12
    assert sorted(path.name for path in (tmp_path / "it").iterdir()) == sorted(MODEL + PAPERS)
    model = checkpoint.load(tmp_path / "it")
    vocab = load_tokenizer(tmp_path / "it").get_vocab_size()
    assert (model.config.vocab, model.config.dropout) == (vocab, 0.2)  # type: ignore
    assert type(model) is checkpoint.ARCHITECTURES[family][1]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("stops", [(2,), (4,), (3, 5, 9, 11)])
def test_stopped_at_any_step_it_comes_to_the_same_weights(
    family: str, stops: tuple[int, ...], whole: Whole, trained: Train, words: Path, tmp_path: Path
) -> None:
    at = 0
    for stop in stops:
        begin(words, tmp_path / "parts", stop - at, family)
        at = stop // 4 * 4  # where it goes on: the last saved step
    parts = trained(family, "parts")
    assert weights(parts) == weights(whole(family))
    first, second = told(parts), told(whole(family))
    assert first["history"] == second["history"] and first["samples"] == second["samples"]
    assert first["finished"] and not (parts / STATE).exists()


@pytest.mark.parametrize("family", FAMILIES)
def test_killed_it_comes_to_the_same_weights(
    family: str, trained: Train, words: Path, tmp_path: Path, miaobi: Callable[..., Any]
) -> None:
    """As above, with a real program that the system ends without a word."""
    long = {"train.steps": 120, "train.save_every": 20, "train.validate_every": 50}
    undisturbed, parts = trained(family, "whole", **long), tmp_path / "parts"
    command = (family, "-d", words, "-o", "parts", *arguments(family, **long))
    stopped_at(45, signal.SIGKILL, *command, cwd=tmp_path)
    with safe_open(parts / STATE, "pt") as file:
        kept = int(file.metadata()["step"])
    assert 40 <= kept < 120 and not told(parts)["finished"]
    assert weights(parts) != weights(undisturbed)
    done = miaobi("train", *command)
    assert done.returncode == 0, done.stderr
    first = re.search(r"step (\d+) of 120, loss", done.stderr)
    assert first and int(first[1]) == kept + 1
    assert weights(parts) == weights(undisturbed)
    assert told(parts)["history"] == told(undisturbed)["history"]


def test_a_seed_decides_the_weights(whole: Whole, trained: Train) -> None:
    same, other = trained("gpt", "same"), trained("gpt", "other", **{"train.seed": 1})
    assert weights(whole("gpt")) == weights(same) != weights(other)


def test_a_stopped_run_is_a_checkpoint_already(words: Path, tmp_path: Path) -> None:
    begin(words, tmp_path / "it", 5)
    assert sorted(path.name for path in (tmp_path / "it").iterdir()) == sorted(
        [*MODEL, *PAPERS, STATE]
    )
    checkpoint.load(tmp_path / "it")
    document = told(tmp_path / "it")
    assert [row["step"] for row in document["history"]] == [2, 4] and not document["finished"]


def test_a_run_can_be_made_longer(words: Path, tmp_path: Path, trained: Train) -> None:
    begin(words, tmp_path / "it", 5)
    folder = trained("gpt", "it", **{"train.steps": 16})
    assert told(folder)["history"][-1]["step"] == 16 and told(folder)["finished"]
    assert told(folder)["recipe"]["train"]["steps"] == 16


def test_a_run_cannot_be_made_shorter_than_it_is(
    words: Path, tmp_path: Path, whole: Whole, trained: Train
) -> None:
    begin(words, tmp_path / "it", 9)
    before = weights(tmp_path / "it")
    with pytest.raises(TrainingError, match="is finished"):
        trained("gpt", "it", **{"train.steps": 6})
    assert weights(tmp_path / "it") == before
    assert weights(trained("gpt", "it")) == weights(whole("gpt"))


def test_other_options_do_not_continue_a_run(words: Path, tmp_path: Path) -> None:
    begin(words, tmp_path / "it", 4)
    before = {path: path.read_bytes() for path in (tmp_path / "it").glob("*.*")}
    changes: dict[str, Any] = {
        "data.length": 16,
        "data.rows": 3,
        "data.vocab": 290,
        "data.held_out": 0.1,
        "data.tokenizer": "characters",
        "data.license": "MIT",
        "model.dropout": 0.3,
        "data.split": 1,
        "model.layers": 1,
        "size": "small",
    }
    for name, value in changes.items():
        with pytest.raises(TrainingError) as caught:
            plan("gpt", [str(words)], output=tmp_path / "it", options=small("gpt", **{name: value}))
        assert str(caught.value) == (
            f"{tmp_path / 'it'} holds a run with other options. "
            "Choose another folder with -o, or repeat its options to continue it."
        )
    assert before == {path: path.read_bytes() for path in (tmp_path / "it").glob("*.*")}


def test_another_family_place_or_beginning_does_not_continue_a_run(
    words: Path, tmp_path: Path, whole: Whole
) -> None:
    begin(words, tmp_path / "it", 4)
    shutil.copy(words, tmp_path / "copy.txt")
    for family, place, start in (
        ("rnn", words, None),
        ("gpt", tmp_path / "copy.txt", None),
        ("gpt", words, whole("gpt")),
    ):
        with pytest.raises(TrainingError, match="holds a run with other options"):
            plan(
                family,
                [str(place)],
                output=tmp_path / "it",
                start_from=start,
                options=going_on(family) if start else small(family),
            )


def test_typed_options_are_those_of_a_program(words: Path, tmp_path: Path) -> None:
    """Text from a command line and Python's values mean the same run."""
    begin(words, tmp_path / "it", 4)
    typed = {name: str(value) for name, value in small("gpt").items()} | {"model.dropout": "0.20"}
    planned = plan("gpt", [str(words)], output=tmp_path / "it", options=typed)
    assert planned.recipe == plan("gpt", [str(words)], options=small("gpt")).recipe


@pytest.mark.parametrize("change", ["more", "fewer", "another letter"])
def test_other_data_do_not_continue_a_run(change: str, words: Path, tmp_path: Path) -> None:
    begin(words, tmp_path / "it", 4)
    before = weights(tmp_path / "it")
    text = words.read_text()
    new = {
        "more": text + "A fox.\n",
        "fewer": text[:-50],
        "another letter": f"{text[:-9]}X{text[-8:]}",
    }
    words.write_text(new[change])
    with pytest.raises(TrainingError) as caught:
        list(run(plan("gpt", [str(words)], output=tmp_path / "it", options=small("gpt"))))
    assert str(caught.value) == (
        f"The data of the run in {tmp_path / 'it'} has changed. "
        "Give the same data, or another folder; --from starts from its weights."
    )
    assert weights(tmp_path / "it") == before and (tmp_path / "it" / STATE).exists()


def test_what_is_held_out_has_a_seed_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "many"
    place.mkdir()
    for number in range(60):
        (place / f"{number}.txt").write_text(story(200, number))
    hashes = []
    for name, changes in (("a", {}), ("b", {"train.seed": 1}), ("c", {"data.split": 1})):
        begin(place, tmp_path / name, 1, **changes)
        hashes.append(told(tmp_path / name)["data_sha256"])
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_finished_run_is_refused(trained: Train) -> None:
    folder = trained("gpt", "it")
    with pytest.raises(TrainingError) as caught:
        trained("gpt", "it")
    assert str(caught.value) == (
        f"The run in {folder} is finished. "
        f"Choose another folder; --from {folder} goes on from its weights."
    )


def test_a_damaged_state_is_refused(trained: Train, words: Path, tmp_path: Path) -> None:
    begin(words, tmp_path / "it", 4)
    state = tmp_path / "it" / STATE
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(TrainingError, match="cannot be continued"):
        trained("gpt", "it")


def test_killed_before_the_first_save_it_begins_again(
    whole: Whole, trained: Train, words: Path, tmp_path: Path
) -> None:
    begin(words, tmp_path / "it", 2)
    assert not (tmp_path / "it" / STATE).exists()
    assert weights(trained("gpt", "it")) == weights(whole("gpt"))


@pytest.mark.parametrize("family", FAMILIES)
def test_it_can_begin_with_the_weights_of_another(
    family: str, trained: Train, tmp_path: Path
) -> None:
    origin = trained(family, "origin", **{"train.steps": 60, "train.learning_rate": 1e-2})
    place = tmp_path / "other.txt"
    place.write_text("狐狸🦊\n" * 20 + story(9000, seed=1))
    options = going_on(family, **{"train.steps": 1, "train.learning_rate": 1e-8})
    folder = train(family, str(place), output=tmp_path / "it", start_from=origin, options=options)
    assert (folder / "tokenizer.json").read_bytes() == (origin / "tokenizer.json").read_bytes()
    first, second = load_file(origin / MODEL[1]), load_file(folder / MODEL[1])
    assert first.keys() == second.keys()
    assert all(abs(first[key] - second[key]).max() < 1e-6 for key in first)
    assert told(folder)["from"] == str(origin)
    assert f"trained on from `{origin}`" in (folder / "README.md").read_text()
    losses = [told(place)["history"][-1]["validation"]["loss"] for place in (origin, folder)]
    assert losses[1] < min(5, losses[0] + 0.8)  # it knows most of the words already


def test_a_stopped_run_from_other_weights_comes_to_the_same(
    words: Path, whole: Whole, trained: Train, tmp_path: Path
) -> None:
    origin = whole("gpt")

    def go(name: str, stop: int) -> Path:
        planned = plan(
            "gpt", [str(words)], output=tmp_path / name, start_from=origin, options=going_on("gpt")
        )
        for event in run(planned):
            if isinstance(event, Step) and event.number == stop:
                break
        return tmp_path / name

    go("parts", 6)
    with pytest.raises(TrainingError, match="other options"):
        trained("gpt", "parts")  # without its beginning
    assert weights(go("parts", 99)) == weights(go("whole", 99))


def test_a_beginning_that_does_not_fit(words: Path, whole: Whole, tmp_path: Path) -> None:
    origin = shutil.copytree(whole("gpt"), tmp_path / "origin")
    output = tmp_path / "it"

    def refused(kind: type[Exception], family: str = "gpt", **options: Any) -> str:
        with pytest.raises(kind) as caught:
            plan(family, [str(words)], output=output, start_from=origin, options=options)
        assert not output.exists()
        return str(caught.value)

    assert refused(OptionError, "rnn") == "family is 'rnn'. Choose one of: gpt."
    assert refused(OptionError, **{"data.length": 25}).startswith("data.length is 25. ")
    (origin / "config.json").write_text("{}")
    assert "is not the config of a Miaobi checkpoint" in refused(ModelFileError)
    origin = tmp_path / "nothing"
    assert "is not the config of a Miaobi checkpoint" in refused(ModelFileError)


@pytest.mark.parametrize(
    "option", ["size", "model.layers", "model.dropout", "data.vocab", "data.tokenizer"]
)
def test_what_the_beginning_decides_cannot_be_changed(
    option: str, words: Path, whole: Whole, tmp_path: Path
) -> None:
    """It would be silently ignored."""
    value = {"size": "tiny", "model.dropout": 0.2, "data.tokenizer": "bpe"}.get(option, 300)
    origin = whole("gpt")
    with pytest.raises(OptionError) as caught:
        plan(
            "gpt", [str(words)], output=tmp_path / "it", start_from=origin, options={option: value}
        )
    assert str(caught.value) == (
        f"{option} cannot be changed: the network is that of {origin}. "
        "Leave it out, or train from nothing, without --from."
    )


def test_truncated_weights_to_begin_with(words: Path, whole: Whole, tmp_path: Path) -> None:
    origin = shutil.copytree(whole("gpt"), tmp_path / "origin")
    damaged = origin / MODEL[1]
    damaged.write_bytes(damaged.read_bytes()[:1000])
    options = {"data.length": 24}
    for _ in range(2):  # the second time says the same: nothing stands in the way
        with pytest.raises(ModelFileError, match="cannot be loaded"):
            train("gpt", str(words), output=tmp_path / "it", start_from=origin, options=options)


def test_its_own_card_is_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning from the folder one stands in puts the run inside its own data."""
    place = tmp_path / "here"
    place.mkdir()
    (place / "words.txt").write_text(story())
    monkeypatch.chdir(place)
    begin(Path(), Path("it"), 4)
    assert (place / "it" / "README.md").exists()
    folder = train("gpt", ".", output="it", options=small("gpt"))
    assert told(folder)["finished"] and told(folder)["data"]["documents"] == 1


def test_where_the_folder_is_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    names = [
        plan(family, data, preset=preset).folder
        for family, data, preset in (
            ("gpt", ["my texts/poems.txt"], ""),
            ("rnn", ["my texts/poems"], ""),
            ("gpt", ["hub:org/stories"], ""),
            ("gpt", [], "tang"),
            ("gpt", ["."], ""),
        )
    ]
    assert list(map(str, names)) == [
        "poems-gpt",
        "poems-rnn",
        "stories-gpt",
        "tang-gpt",
        "model-gpt",
    ]


def test_a_folder_that_is_taken(words: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "run.json").write_text('{"recipe": 7')
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.json").write_text('{"command": "run"}')
    for name in ("full", "strange", "other"):
        with pytest.raises(OutputPathError) as caught:
            plan("gpt", [str(words)], output=tmp_path / name)
        assert str(caught.value) == (
            f"{tmp_path / name} is not empty and holds no run. Choose another folder: -o NAME"
        )
    with pytest.raises(OutputPathError, match="is not a folder"):
        plan("gpt", [str(words)], output=words)


def test_an_empty_folder_is_free(words: Path, tmp_path: Path, trained: Train) -> None:
    (tmp_path / "it").mkdir()
    assert told(trained("gpt", "it"))["finished"]


def test_a_place_that_cannot_be_written(words: Path) -> None:
    with pytest.raises(OutputPathError):
        train("gpt", str(words), output="/proc/nothing/it")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"train.stepz": 3}, "There is no option 'train.stepz'. Known: size, data.held_out, "),
        ({"steps": 3}, "There is no option 'steps'."),
        ({"model.vocab": 300}, "There is no option 'model.vocab'."),
        ({"model.cell": "gru"}, "There is no option 'model.cell'."),
        ({"train.steps": "many"}, "train.steps is 'many'. Give a value such as 600."),
        ({"train.steps": "1.5"}, "train.steps is '1.5'."),
        ({"train.steps": 0}, "steps is 0. It has to lie between 1 and 100,000,000."),
        ({"train.betas": "0.9"}, "train.betas is '0.9'. Give a value such as (0.9, 0.95)."),
        ({"train.betas": "0.9,2"}, "betas is 2.0."),
        ({"train.precision": "half"}, "precision is 'half'."),
        ({"data.tokenizer": "words"}, "tokenizer is 'words'."),
        ({"data.vocab": 2}, "vocab is 2."),
        ({"size": "huge"}, "size is 'huge'. Choose one of: tiny, small, medium, large, xl, xxl."),
        ({"model.layers": "two"}, "model.layers is 'two'. Give a value such as 12."),
        ({"model.layers": 0}, "model.layers is 0. It has to lie between 1 and 1,000."),
        ({"model.dropout": 1.5}, "model.dropout is 1.5. It has to lie between 0 and 0.9."),
        ({"model.tied": "maybe"}, "model.tied is 'maybe'. Give a value such as True."),
        ({"model.positions": "none"}, "model.positions is 'none'. Choose one of: learned, rotary."),
        ({"model.norm": "batch"}, "model.norm is 'batch'. Choose one of: layer, rms."),
        ({"model.heads": 3}, "model.kv_heads is '4'. Choose one of: 1, 3."),
        ({"model.head_width": 15}, "model.head_width is '15'. Choose one of: 14, 16."),
        ({"model.context": 64}, "data.length is 128. It has to lie between 8 and 64."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_bad_options_are_refused_before_anything_is_read(
    options: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(OptionError) as caught:
        plan("gpt", ["no such file"], output=tmp_path / "it", options=options)
    assert str(caught.value).startswith(sentence)
    assert not (tmp_path / "it").exists()


def test_bad_options_of_a_recurrent_network() -> None:
    for options, sentence in (
        ({"model.cell": "elman"}, "model.cell is 'elman'. Choose one of: lstm, gru."),
        ({"model.heads": 2}, "There is no option 'model.heads'."),
        ({"size": "xl"}, "size is 'xl'. Choose one of: tiny, small, medium, large."),
    ):
        with pytest.raises(OptionError) as caught:
            plan("rnn", ["words.txt"], options=options)
        assert str(caught.value).startswith(sentence)


def test_a_preset_that_is_not_there() -> None:
    with pytest.raises(OptionError, match="preset is 'nobody'. Choose one of: .*shakespeare, tang"):
        plan("gpt", preset="nobody")
    with pytest.raises(OptionError, match="preset is 'tang'"):
        plan("rnn", preset="tang")


def test_no_data_at_all() -> None:
    with pytest.raises(OptionError) as caught:
        plan("gpt")
    assert str(caught.value) == (
        "There is no data to learn from. Name a folder or files: --data FOLDER"
    )


def test_every_recipe_can_be_planned(tmp_path: Path) -> None:
    for preset, rows in RECIPES.items():
        for family in rows:
            planned = plan(
                family, ["data"] if not preset else [], preset=preset, output=tmp_path / "x"
            )
            assert planned.recipe.places


def test_data_of_ones_own_may_be_given_to_a_preset(tmp_path: Path) -> None:
    planned = plan("gpt", ["poems.txt"], preset="tang", output=tmp_path / "x")
    assert planned.recipe.places == ("poems.txt",)
    assert planned.recipe.data == RECIPES["tang"]["gpt"].data


def test_options_change_the_model(words: Path, tmp_path: Path) -> None:
    changes = {
        "model.positions": "learned",
        "model.norm": "layer",
        "model.gated": "false",
        "model.qkv_bias": "true",
        "model.heads": 4,
        "model.kv_heads": 1,
        "model.tied": "0",
        "train.steps": 2,
    }
    folder = train("gpt", str(words), output=tmp_path / "it", options=small("gpt", **changes))
    config: Any = checkpoint.load(folder).config
    assert (config.positions, config.norm, config.gated, config.qkv_bias) == (
        "learned",
        "layer",
        False,
        True,
    )
    assert (config.heads, config.kv_heads, config.tied, config.width) == (4, 1, False, 32)


def test_a_gru_is_trained_too(words: Path, tmp_path: Path) -> None:
    options = small("rnn", **{"model.cell": "gru", "train.steps": 2})
    folder = train("rnn", str(words), output=tmp_path / "it", options=options)
    config: Any = checkpoint.load(folder).config
    assert config.cell == "gru"


def test_trouble_with_the_data_comes_before_the_folder(tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("A fox.")
    (tmp_path / "empty").mkdir()
    for place in ("few.txt", "empty", "nothing"):
        with pytest.raises(DataError):
            train("gpt", str(tmp_path / place), output=tmp_path / "it")
        assert not (tmp_path / "it").exists()


def test_windows_longer_than_the_data(words: Path, tmp_path: Path, trained: Train) -> None:
    with pytest.raises(DataError, match="make the windows shorter"):
        trained("gpt", "it", **{"data.length": 4000})
    assert told(trained("gpt", "it"))["finished"]  # the folder is still free


def test_a_disk_that_is_full(words: Path, tmp_path: Path) -> None:
    """A file-size limit does what a full disk does: the last good files stay."""
    wide = arguments("gpt", **{"model.width": 128, "train.steps": 4})
    command = [sys.executable, "-m", "miaobi.cli.main", "train", "gpt", "-d", "words.txt", *wide]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 200; exec "$@"', "bash", *command, "-o", "it"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "No room left on the disk" in done.stderr.splitlines()[-1]
    assert not list((tmp_path / "it").glob(".*"))


def test_the_verb_and_the_folder_share_a_name(words: Path, tmp_path: Path) -> None:
    import miaobi
    import miaobi.train.run  # binds the folder's name

    options = small("gpt", **{"train.steps": 2, "train.betas": (0.9, 0.98)})
    folder = miaobi.train("gpt", str(words), output=tmp_path / "it", options=options)
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert told["commands"][0].startswith(f"miaobi train gpt --data {words} -o it --size=tiny")
    assert "--train.betas=0.9,0.98" in told["commands"][0]
