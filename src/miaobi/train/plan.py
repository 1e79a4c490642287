"""Planning of a run: recipe, options and folder, checked before anything starts."""

import dataclasses
import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError, OutputPathError, TrainingError
from miaobi.models.zoo import find_model
from miaobi.train.families import family_of
from miaobi.train.recipes import TUNING, Recipe, TrainingPlan, find_recipe
from miaobi.train.resume import STATE

# options that the checkpoint a run starts from determines, as it does model.KEY
FIXED = ("size", "data.vocab", "data.tokenizer")
# model.KEY -> its choices, or its bounds
CHOICES = {
    "cell": ("lstm", "gru"),
    "positions": ("learned", "rotary"),
    "norm": ("layer", "rms"),
    "bottleneck": ("grid", "vector"),
}
RANGES = {
    "layers": (1, 1000),
    "width": (1, 100_000),
    "heads": (1, 1000),
    "head_width": (2, 10_000),
    "hidden": (1, 1_000_000),
    "eps": (0, 1),
    "rotary_base": (1, 1e9),
    "dropout": (0, 0.9),
    "latent": (1, 10_000),
    "patch": (1, 64),
    "vocab": (258, 1_000_000),
    "context": (1, 10_000),
    "text_layers": (1, 100),
    "frame_patch": (1, 16),
    "rank": (1, 10_000),
    "alpha": (1, 100_000),  # of LoRA
}


def plan(
    family: str,
    data: Sequence[str] = (),
    *,
    preset: str = "",
    output: Path | str | None = None,
    start_from: Path | str | None = None,
    options: Mapping[str, object] | None = None,
) -> TrainingPlan:
    """Plan a run; options are {"train.steps": 100, "model.layers": 4, "size": "tiny" …}.

    Raises OptionError, OutputPathError, or TrainingError when the folder holds another run.
    """
    recipe = find_recipe(family, preset)
    fixed = [key for key in options or {} if key.startswith("model.") or key in FIXED]
    if start_from and fixed:
        raise OptionError(
            "{option} cannot be changed: the network is that of {folder}.",
            "Leave it out, or train from nothing, without --from.",
            option=fixed[0],
            folder=start_from,
        )
    stem = preset or (Path(data[0].rpartition(":")[2]).stem if data else "")
    name = f"{stem or 'model'}-{family}"
    origin = Path(start_from).expanduser() if start_from else None
    command = f"train {family}" + (f" --preset {preset}" if preset else "")
    planned = _checked(command, recipe, data, output or name, origin, options or {})
    family_of(planned.recipe).check(planned)
    return planned


def plan_tune(
    model: str,
    data: Sequence[str],
    *,
    output: Path | str | None = None,
    options: Mapping[str, object] | None = None,
) -> TrainingPlan:
    """Plan the fine-tuning of a model; options are {"model.rank": 16, "train.steps": 100 …}.

    Raises NotFoundError, OptionError, OutputPathError or TrainingError.
    """
    row = find_model(model, "text")
    if row.engine != "folder_text":
        raise OptionError(
            "{model} is a GGUF file, and those cannot be tuned.",
            "Give a folder or ORG/NAME of the Hub with safetensors weights.",
            model=model,
        )
    folder, origin = output or f"{Path(row.place).name}-tuned", Path(row.place)
    return _checked(f"tune {shlex.quote(model)}", TUNING, data, folder, origin, options or {})


def _checked(
    command: str,
    recipe: Recipe,
    data: Sequence[str],
    output: Path | str,
    start_from: Path | None,
    options: Mapping[str, object],
) -> TrainingPlan:
    """Apply the options and check the folder; raises as `plan` does."""
    recipe = with_options(recipe, options)
    locations = tuple(data) or recipe.places
    if not locations:
        raise OptionError(
            "There is no data to learn from.", "Name a folder or files: --data FOLDER"
        )
    recipe = dataclasses.replace(recipe, places=locations)
    folder = Path(output).expanduser()
    if is_main():  # other processes would find files that the main one has written
        _check_folder(folder, recipe, start_from)
    words = [f"miaobi {command}", *(f"--data {shlex.quote(location)}" for location in data)]
    words.append(f"-o {shlex.quote(folder.name)}")
    for key, value in options.items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        words.append(f"--{key}={shlex.quote(text)}")
    if start_from and command.startswith("train"):
        words.append(f"--from {shlex.quote(str(start_from))}")
    return TrainingPlan(recipe, folder, start_from, " ".join(words))


def with_options(recipe: Recipe, options: Mapping[str, object]) -> Recipe:
    """Return the recipe with "group.key" values changed. Raises OptionError for unknown ones."""
    family = family_of(recipe)
    model, sizes = family.model_options(recipe), family.sizes(recipe)
    keys = {
        group: {field.name for field in dataclasses.fields(getattr(recipe, group))}
        for group in ("data", "train", "loss")
        if getattr(recipe, group) is not None
    } | {"model": set(model)}
    names = [
        *(("size",) if sizes else ()),
        *(f"{group}.{key}" for group, members in keys.items() for key in sorted(members)),
    ]
    for name, value in options.items():
        group, _, key = name.partition(".")
        if name not in names:
            raise OptionError(
                "There is no option {name!r}.", "Known: {names}.", name=name, names=", ".join(names)
            )
        if name == "size":
            check_choice("size", value, sizes)
            recipe = dataclasses.replace(recipe, size=str(value))
        elif group == "model":
            value = _model_value(name, value, model[key])
            recipe = dataclasses.replace(recipe, model=recipe.model | {key: value})
        else:
            part = getattr(recipe, group)
            value = _convert(name, value, getattr(part, key))
            changes: dict[str, Any] = {group: dataclasses.replace(part, **{key: value})}
            recipe = dataclasses.replace(recipe, **changes)
    return recipe


def is_main() -> bool:
    """Return True in the only process, or in the first one of `accelerate launch`."""
    return os.environ.get("RANK", "0") == "0"


def as_json(recipe: Recipe) -> dict[str, Any]:
    """Convert a recipe to the form of run.json."""
    document: dict[str, Any] = json.loads(json.dumps(asdict(recipe)))
    return document


def _check_folder(folder: Path, recipe: Recipe, start_from: Path | None) -> None:
    if folder.is_file():
        raise OutputPathError("{path} is not a folder.", "Choose another name.", path=folder)
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        saved, origin, is_finished = run["recipe"], run["from"], run["finished"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise OutputPathError(
            "{path} is not empty and holds no run.", "Choose another folder: -o NAME", path=folder
        ) from error
    ignored = {"train": None}  # these options may change when a run is resumed
    is_same = {"loss": None} | saved | ignored == as_json(recipe) | ignored
    if not is_same or origin != str(start_from or ""):
        raise TrainingError(
            "{folder} holds a run with other options.",
            "Choose another folder with -o, or repeat its options to continue it.",
            folder=folder,
        )
    if not (folder / STATE).is_file() and is_finished:
        raise TrainingError(
            "The run in {folder} is finished.",
            "Choose another folder; --from {folder} goes on from its weights.",
            folder=folder,
        )


def _model_value(name: str, value: object, default: object) -> object:
    """Convert the value of a model's option and check its range. Raises OptionError."""
    value, key = _convert(name, value, default), name.removeprefix("model.")
    if key in CHOICES:
        check_choice(name, value, CHOICES[key])
    if key in RANGES:
        check_range(name, value, *RANGES[key])
    return value


def _convert(name: str, value: Any, default: Any) -> object:
    """Convert a value, text on command lines, to the type of the default. Raises OptionError."""
    try:
        if isinstance(default, bool):
            return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]
        if isinstance(default, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(type(old)(part) for old, part in zip(default, parts, strict=True))
        return type(default)(value)
    except (KeyError, ValueError, TypeError) as error:
        raise OptionError(
            "{name} is {value!r}.",
            "Give a value such as {like}.",
            name=name,
            value=value,
            like=default,
        ) from error
