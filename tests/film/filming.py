"""A small film for tests: two scenes, own pictures, the smallest voice, 144 pixels."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from miaobi.core.events import Done, Event
from miaobi.film.pipeline import stream_film

SCRIPT: dict[str, Any] = {
    "title": "The Boat",
    "hero": "a paper boat",
    "scenes": [
        {"say": "A boat sails.", "show": "a paper boat", "place": "sea", "sound": "sea"},
        {"say": "It comes home.", "show": "a boat and a house", "place": "grass", "sound": "none"},
    ],
}
SMALL: dict[str, Any] = {
    "scenes": 2,
    "seconds": 5,
    "height": 144,
    "voice": "heart",
    "music": "none",
    "seed": 3,
}


def prepared(place: Path, script: Any = SCRIPT, pictures: int = 2) -> Path:
    """A folder that holds a script and pictures of the user."""
    (place / "pictures").mkdir(parents=True)
    (place / "script.json").write_text(json.dumps(script), encoding="utf-8")
    for number in range(1, pictures + 1):
        paint(place / "pictures" / f"{number:02}.png", number)
    return place


def paint(path: Path, number: int) -> None:
    pixels = np.full((48, 64, 3), (90, 150, 60 * number), np.uint8)
    pixels[16:32, 10 * number : 10 * number + 14] = (230, 230, 40)
    Image.fromarray(pixels).save(path)


def made(place: Path, idea: str = "a paper boat comes home", **options: Any) -> list[Event]:
    """All events of a small film."""
    events = list(stream_film(idea, folder=place, **{**SMALL, **options}))
    assert isinstance(events[-1], Done)
    return events
