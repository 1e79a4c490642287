"""Options of `film` for type checkers: the fields of FilmPlan, and files of the user."""

from pathlib import Path
from typing import TypedDict


class FilmOptions(TypedDict, total=False):
    """Options of `film`; None means the default."""

    scenes: int | None
    seconds: float | None
    language: str | None
    template: str | None
    style: str | None
    voice: str | None
    music: str | None
    aspect: str | None
    height: int | None
    seed: int | None
    text_model: str | None
    image_model: str | None
    burned: bool | None
    sounds: bool | None
    animate: bool | None
    format: str | None
    script: str | Path | None
    pictures: str | Path | None  # a folder, or one file
    narration: str | Path | None
    song: str | Path | None
