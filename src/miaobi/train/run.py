"""From a recipe and a folder of text to a trained model: the plan, the data report, the run.

The folder of a run is a checkpoint from its first save on: `miaobi text --model FOLDER` uses it.

    config.json model.safetensors tokenizer.json   the model
    state.safetensors                              to go on from; deleted when the run is finished
    run.json report.html README.md tensorboard/    how it was made
"""

import dataclasses
import hashlib
import json
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError, OutputPathError, TrainingError
from miaobi.core.paths import atomic_write, write_error
from miaobi.data.corpora import CORPUS, read_corpus
from miaobi.data.report import examine
from miaobi.data.sources import Document, read_documents
from miaobi.data.text import TokenData, tokenize
from miaobi.data.tokenizer import load_tokenizer
from miaobi.train.recipes import CHOICES, RANGES, RNN_SIZES, Recipe, find_recipe
from miaobi.train.resume import STATE


@dataclass(frozen=True)
class Plan:
    """A run that has been checked and can begin."""

    recipe: Recipe
    folder: Path
    start_from: Path | None = None  # a checkpoint whose weights and tokenizer are the beginning
    command: str = ""  # what to type for the same


def plan(
    family: str,
    data: Sequence[str] = (),
    *,
    preset: str = "",
    output: Path | str | None = None,
    start_from: Path | str | None = None,
    options: dict[str, Any] | None = None,
) -> Plan:
    """Check what is asked; options are {"train.steps": 100, "model.layers": 4, "size": "tiny" …}.

    Raises OptionError, OutputPathError, or TrainingError when the folder holds another run.
    """
    recipe = find_recipe(family, preset)
    named = preset or (Path(data[0].rpartition(":")[2]).stem if data else "")
    name = f"{named or 'model'}-{family}"
    origin = Path(start_from).expanduser() if start_from else None
    command = f"train {family}" + (f" --preset {preset}" if preset else "")
    planned = checked(command, recipe, data, name, output, origin, options or {})
    _check_model(planned)
    return planned


def checked(
    command: str, recipe: Recipe, data: Sequence[str], name: str, output: Path | str | None,
    start_from: Path | None, options: dict[str, Any],
) -> Plan:  # fmt: skip
    """A plan with the options applied and its folder looked at; raises as `plan` does."""
    recipe = with_options(recipe, options)
    places = tuple(data) or recipe.places
    if not places:
        raise OptionError(
            "There is no data to learn from.", "Name a folder or files: --data FOLDER"
        )
    recipe = dataclasses.replace(recipe, places=places)
    folder = Path(output or name).expanduser()
    if is_main():  # the others would find what it has begun to write
        _check_folder(folder, recipe, start_from)
    words = [f"miaobi {command}", *(f"--data {shlex.quote(place)}" for place in data)]
    words.append(f"-o {shlex.quote(folder.name)}")
    for key, value in options.items():
        told = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        words.append(f"--{key}={shlex.quote(told)}")
    if start_from and command.startswith("train"):
        words.append(f"--from {shlex.quote(str(start_from))}")
    return Plan(recipe, folder, start_from, " ".join(words))


def with_options(recipe: Recipe, options: dict[str, Any]) -> Recipe:
    """The recipe with "group.key" values changed. Raises OptionError for what it does not have."""
    from miaobi.models.checkpoint import ARCHITECTURES

    tuning = recipe.family not in ARCHITECTURES
    model = recipe.model if tuning else asdict(ARCHITECTURES[recipe.family][0]())
    known = {
        "data": {f.name for f in dataclasses.fields(recipe.data)},
        "train": {f.name for f in dataclasses.fields(recipe.train)},
        "model": set(model) - {"vocab"},
    }
    names = [
        *(() if tuning else ("size",)),
        *(f"{group}.{key}" for group, keys in known.items() for key in sorted(keys)),
    ]
    for name, value in options.items():
        group, _, key = name.partition(".")
        if name not in names:
            raise OptionError(
                "There is no option {name!r}.", "Known: {names}.", name=name, names=", ".join(names)
            )
        if name == "size":
            recipe = dataclasses.replace(recipe, size=value)
        elif group == "model":
            value = _model_value(name, value, model[key])
            recipe = dataclasses.replace(recipe, model=recipe.model | {key: value})
        else:
            part = getattr(recipe, group)
            value = _fitting(name, value, getattr(part, key))
            recipe = dataclasses.replace(
                recipe, **{group: dataclasses.replace(part, **{key: value})}
            )
    return recipe


def run(plan: Plan) -> Iterator[Any]:
    """Yields the DataReport, then the loop's Steps; the folder holds the model at the end.

    Raises DataError before any training, and what train/loop.py raises.
    """
    from miaobi.train import loop
    from miaobi.train.diary import Diary

    recipe, folder = plan.recipe, plan.folder
    documents, report = examine(_read(plan), recipe.data.license)
    yield report
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    objective = _objective(plan, documents)
    diary = None
    if is_main():
        diary = Diary.open(plan, report, _fingerprint(objective.data), objective)
    for step in loop.train(objective, recipe.train, folder):
        if diary:
            diary.write(step)
        yield step
    if is_main():
        (folder / STATE).unlink(missing_ok=True)


def is_main() -> bool:
    """True in the only process, or in the first of those that `accelerate launch` started."""
    return os.environ.get("RANK", "0") == "0"


def train(family: str, data: Sequence[str] | str = (), **keywords: Any) -> Path:
    """Train a model and return its folder; keywords are those of `plan`. Raises MiaobiError."""
    planned = plan(family, (data,) if isinstance(data, str) else data, **keywords)
    for _ in run(planned):
        pass
    return planned.folder


def _check_model(plan: Plan) -> None:
    """Refuse what would otherwise fail only when the network is built, or meets its first batch."""
    from miaobi.models import checkpoint

    recipe = plan.recipe
    if plan.start_from:
        config, network = checkpoint.read_config(plan.start_from)
        families = {row[1]: name for name, row in checkpoint.ARCHITECTURES.items()}
        check_choice("family", recipe.family, (families[network],))
    else:
        config = _config(recipe, recipe.data.vocab)
    if recipe.family == "gpt":
        check_range("data.length", recipe.data.length, 8, config.context)
        heads, width = config.heads, config.head_width
        shared = tuple(str(n) for n in range(1, heads + 1) if heads % n == 0)
        check_choice("model.kv_heads", str(config.kv_heads), shared)
        check_choice("model.head_width", str(width), (str(width // 2 * 2), str(width // 2 * 2 + 2)))


def _check_folder(folder: Path, recipe: Recipe, start_from: Path | None) -> None:
    if folder.is_file():
        raise OutputPathError("{path} is not a folder.", "Choose another name.", path=folder)
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        kept, start, finished = told["recipe"], told["from"], told["finished"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise OutputPathError(
            "{path} is not empty and holds no run.", "Choose another folder: -o NAME", path=folder
        ) from error
    same = kept | {"train": None} == as_json(recipe) | {"train": None}
    if not same or start != str(start_from or ""):
        raise TrainingError(
            "{folder} holds a run with other options.",
            "Choose another folder with -o, or repeat its options to continue it.",
            folder=folder,
        )
    if not (folder / STATE).is_file() and finished:
        raise TrainingError(
            "The run in {folder} is finished.",
            "Choose another folder; --from {folder} goes on from its weights.",
            folder=folder,
        )


def as_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe as run.json holds it."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(recipe)))
    return told


def _read(plan: Plan) -> list[Document]:
    """All documents; the card of this very run is none, even if its folder is among the data."""
    documents: list[Document] = []
    for place in plan.recipe.places:
        if place.startswith(CORPUS):
            documents += read_corpus(place.removeprefix(CORPUS))
        else:
            documents += read_documents([place], plan.folder)
    return documents


def _objective(plan: Plan, documents: list[Document]) -> Any:
    from miaobi.train.objectives import LanguageModel

    recipe = plan.recipe
    if recipe.family == "lora":
        from miaobi.train.tune import Tuning

        return Tuning(plan, documents)
    data = _tokens(plan, documents)
    objective = LanguageModel(_network(plan, data), data, recipe.data, recipe.keep)
    kept = plan.folder / "tokenizer.json"
    if not kept.is_file():
        atomic_write(kept, data.tokenizer.to_str().encode())
    return objective


def _tokens(plan: Plan, documents: list[Document]) -> TokenData:
    """Encoded data; the tokenizer is that of the run, or of the checkpoint it starts from."""
    recipe = plan.recipe
    known = plan.folder if (plan.folder / "tokenizer.json").is_file() else plan.start_from
    tokenizer = load_tokenizer(known) if known else None
    return tokenize(documents, recipe.data, recipe.data.split, tokenizer)


def _network(plan: Plan, data: TokenData) -> Any:
    import torch

    from miaobi.models import checkpoint

    recipe = plan.recipe
    if plan.start_from:
        return checkpoint.load(plan.start_from).float().train()
    torch.manual_seed(recipe.train.seed)
    config_class, network = checkpoint.ARCHITECTURES[recipe.family]
    config = _config(recipe, data.tokenizer.get_vocab_size())
    assert isinstance(config, config_class)
    return network(config)


def _config(recipe: Recipe, vocab: int) -> Any:
    from miaobi.models import gpt, rnn

    sizes = gpt.SIZES if recipe.family == "gpt" else RNN_SIZES
    check_choice("size", recipe.size, tuple(sizes))
    if recipe.family == "gpt":
        base: Any = gpt.preset(vocab, recipe.size, recipe.data.length)
    else:
        width, layers = RNN_SIZES[recipe.size]
        base = rnn.RNNConfig(vocab, width, layers)
    return dataclasses.replace(base, **recipe.model)


def _model_value(name: str, value: Any, like: Any) -> Any:
    """A value of a model's option, of the right type and in range. Raises OptionError."""
    value, key = _fitting(name, value, like), name.removeprefix("model.")
    if key in CHOICES:
        check_choice(name, value, CHOICES[key])
    if key in RANGES:
        check_range(name, value, *RANGES[key])
    return value


def _fitting(name: str, value: Any, like: Any) -> Any:
    """A value of the type that the default has; command lines give text. Raises OptionError."""
    try:
        if isinstance(like, bool):
            return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]
        if isinstance(like, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(type(one)(part) for one, part in zip(like, parts, strict=True))
        return type(like)(value)
    except (KeyError, ValueError, TypeError) as error:
        raise OptionError(
            "{name} is {value!r}.", "Give a value such as {like}.", name=name, value=value,
            like=like,
        ) from error  # fmt: skip


def _fingerprint(data: TokenData) -> str:
    digest = hashlib.sha256(data.training.tobytes())
    digest.update(data.held_out.tobytes())
    return digest.hexdigest()
