"""What is asked of a run, checked before it begins: recipe, options, folder."""

import dataclasses
import json
import os
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError, OutputPathError, TrainingError
from miaobi.train.families import family_of
from miaobi.train.recipes import CHOICES, RANGES, Recipe, find_recipe
from miaobi.train.resume import STATE

# decided by the checkpoint that a run starts from, as are model.KEY
FIXED = ("size", "data.vocab", "data.tokenizer")


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
    fixed = [k for k in options or {} if k.startswith("model.") or k in FIXED]
    if start_from and fixed:
        raise OptionError(
            "{option} cannot be changed: the network is that of {folder}.",
            "Leave it out, or train from nothing, without --from.",
            option=fixed[0],
            folder=start_from,
        )
    named = preset or (Path(data[0].rpartition(":")[2]).stem if data else "")
    name = f"{named or 'model'}-{family}"
    origin = Path(start_from).expanduser() if start_from else None
    command = f"train {family}" + (f" --preset {preset}" if preset else "")
    planned = checked(command, recipe, data, name, output, origin, options or {})
    family_of(planned.recipe).check(planned)
    return planned


def checked(
    command: str,
    recipe: Recipe,
    data: Sequence[str],
    name: str,
    output: Path | str | None,
    start_from: Path | None,
    options: dict[str, Any],
) -> Plan:
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
    family = family_of(recipe)
    model, sizes = family.model_options(recipe), family.sizes(recipe)
    known = {
        group: {f.name for f in dataclasses.fields(getattr(recipe, group))}
        for group in ("data", "train", "loss")
        if getattr(recipe, group) is not None
    } | {"model": set(model)}
    names = [
        *(("size",) if sizes else ()),
        *(f"{group}.{key}" for group, keys in known.items() for key in sorted(keys)),
    ]
    for name, value in options.items():
        group, _, key = name.partition(".")
        if name not in names:
            raise OptionError(
                "There is no option {name!r}.", "Known: {names}.", name=name, names=", ".join(names)
            )
        if name == "size":
            check_choice("size", value, sizes)
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


def is_main() -> bool:
    """True in the only process, or in the first of those that `accelerate launch` started."""
    return os.environ.get("RANK", "0") == "0"


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
    free = {"train": None}  # may change while a run goes on
    same = {"loss": None} | kept | free == as_json(recipe) | free
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
            "{name} is {value!r}.",
            "Give a value such as {like}.",
            name=name,
            value=value,
            like=like,
        ) from error
