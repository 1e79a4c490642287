"""`miaobi train`, as its user meets it."""

import json
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from miaobi.cli import train as command
from miaobi.cli.train import parse_changes
from miaobi.core.errors import OptionError
from miaobi.train import families
from miaobi.train.resume import STATE
from tests.train.conftest import arguments, stopped_at, story
from tests.train.painting import Painted, tiny

Run = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[..., str]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder of text to learn from, with something personal and something double in it."""
    place = tmp_path / "texts"
    place.mkdir()
    (place / "a.txt").write_text(story(6000), encoding="utf-8")
    (place / "b.md").write_text("Write to fox@forest.org.\n" + story(3000, 1), encoding="utf-8")
    rows = [json.dumps({"text": words}) for words in ("A fox.", "a  FOX.", "狐狸跑过雪地。")]
    (place / "c.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (place / "picture.png").write_bytes(b"\x89PNG")
    return place


def test_from_a_folder_to_a_model_that_writes(miaobi: Run, texts: Path, tmp_path: Path) -> None:
    options = arguments("gpt", **{"train.steps": 20, "train.validate_every": 10})
    done = miaobi("train", "gpt", "--data", "texts", "--output", "it", *options)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    first, second, rows, third, *_ = done.stderr.splitlines()
    assert re.fullmatch(
        r"4 documents, 9,\d{3} characters \(6 to 6,\d{3} each\), \d\d different ones; "
        r"1 duplicates left out\.",
        first,
    )
    assert second == "Languages: en 3, zh 1. License: not stated."
    assert rows == "Learned fields of the rows: text (3)."
    assert third == ("Possible personal data: 1 e-mail addresses. The model may repeat them.")
    assert re.search(
        r"^training \d+% step \d+ of 20, loss \d\.\d{3}, 0 min left(, [\d,]+ tokens/s, MFU [\d.]+%)?$",
        done.stderr,
        re.M,
    )
    assert re.search(
        r"^Step 20, held out: loss \d\.\d{3}, bits per character \d\.\d{3}$", done.stderr, re.M
    )
    assert done.stderr.endswith(
        'Model, curves and model card: it (report.html)\nTry it: miaobi text --model it "…"\n'
    )
    said = miaobi(
        "text", "--model", "it", "--raw", "The old fox", "--max-tokens", "8", "--seed", "1"
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip() and len(said.stdout) < 200


def test_ctrl_c_leaves_a_run_that_goes_on(miaobi: Run, texts: Path, tmp_path: Path) -> None:
    options = (
        "rnn",
        "-d",
        "texts",
        *arguments("rnn", **{"train.steps": 120, "train.save_every": 10}),
    )
    said = stopped_at(31, signal.SIGINT, *options, cwd=tmp_path)
    assert said.endswith("miaobi: Stopped. Nothing half-made was left behind.\n")
    assert "Traceback" not in said
    folder = tmp_path / "texts-rnn"
    assert (folder / STATE).exists() and not list(folder.glob(".*"))
    done = miaobi("train", *options)
    assert done.returncode == 0, done.stderr
    first = re.search(r"training \d+% step (\d+) of 120", done.stderr)
    assert first and int(first[1]) > 30 and not (folder / STATE).exists()
    told = json.loads((folder / "run.json").read_text())
    assert told["finished"] and [row["step"] for row in told["history"]] == list(range(2, 121, 2))
    assert len(told["commands"]) == 1


def test_an_unknown_option_lists_the_known_ones(refused: Refused, texts: Path) -> None:
    sentence = refused(
        "train",
        "gpt",
        "-d",
        "texts",
        "--train.step=3",
        code=2,
        says=("There is no option 'train.step'. Known: size, data.held_out, ", "model.layers"),
    )
    assert "train.steps, " in sentence and "vocab" in sentence and "model.vocab" not in sentence


def test_bad_values(refused: Refused, texts: Path) -> None:
    refused(
        "train",
        "gpt",
        "-d",
        "texts",
        "--train.steps",
        "soon",
        code=2,
        says=("train.steps is 'soon'. Give a value such as 600.",),
    )


def test_every_family_has_its_verb() -> None:
    assert set(command.FAMILIES) == set(families.FAMILIES) - {"lora"}  # that is miaobi tune


def test_no_such_family(miaobi: Run) -> None:
    done = miaobi("train", "cat")
    assert done.returncode == 2 and "'cat' is not one of 'gpt', 'rnn'" in done.stderr


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("place/picture.png", b"\x89PNG\0", "place holds nothing that can be read as text."),
        ("place/a.txt", b"A fox.\0\1\2", "is not text: it holds binary bytes at 6."),
        ("place/a.txt", b"A fox.", "The data has only 6 characters; 5000 are the least"),
    ],
    ids=["empty", "binary", "tiny"],
)
def test_data_that_cannot_be_used(
    name: str, data: bytes, sentence: str, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / name).write_bytes(data)
    refused("train", "gpt", "-d", "place", code=2, says=(sentence,))


def test_a_corpus_that_is_not_here(
    miaobi: Run, empty_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    done = miaobi("train", "gpt", "--preset", "tang")
    assert (done.returncode, done.stdout) == (1, "")
    assert "miaobi pull tang" in done.stderr and "Traceback" not in done.stderr


def test_help(miaobi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for language, words in (("en", "Every setting is an option"), ("zh", "--train.steps=500")):
        monkeypatch.setenv("MIAOBI_LANG", language)
        done = miaobi("train", "--help")
        assert done.returncode == 0 and words in done.stdout and "--preset" in done.stdout


def test_changes_as_they_are_typed() -> None:
    typed = ("--size=tiny", "--train.steps", "500", "--data.license=a=b", "--train.betas=0.9,0.99")
    assert parse_changes(typed) == {
        "size": "tiny",
        "train.steps": "500",
        "data.license": "a=b",
        "train.betas": "0.9,0.99",
    }
    assert parse_changes(()) == {}
    wrong: Any
    for wrong in (("size=tiny",), ("--size",), ("-s=4", "tiny"), ("more", "--size=tiny")):
        with pytest.raises(OptionError) as caught:
            parse_changes(wrong)
        assert str(caught.value) == f"{wrong[0]!r} is not an option. Write --group.key=value."


def test_an_autoencoder_says_what_it_is_for(miaobi: Run, painted: Painted, tmp_path: Path) -> None:
    """It draws nothing by itself; a generator does, with a label."""
    options = [f"--{name}={value}" for name, value in tiny("grid", **{"train.steps": 2}).items()]
    done = miaobi("train", "vae", "-d", painted.pictures, "-o", "ae", *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith(
        "Train a text-to-image model on it: "
        "miaobi train t2i --data PICTURES --model.autoencoder=ae\n"
    )
    refused = miaobi("image", "a fox", "-m", "ae", "-o", "it.png")
    assert refused.returncode and "ae is an autoencoder for latent diffusion" in refused.stderr
    assert not (tmp_path / "it.png").exists()


@pytest.mark.parametrize("kind", ["vector", "t2i"])
def test_a_trained_model_draws_a_labeled_file(
    kind: str, miaobi: Run, painted: Painted, tmp_path: Path
) -> None:
    done = miaobi("image", "two foxes", "-m", painted(kind), "-o", "it.png", "--seed", "1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "it.png").stat().st_size > 100
    seen = miaobi("verify", "it.png")
    assert seen.returncode == 0, seen.stderr
    again = miaobi("image", "两只狐狸", "-m", painted(kind), "-o", "zh.png", "--seed", "1")
    assert again.returncode == 0, again.stderr
