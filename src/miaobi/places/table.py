"""The table of painted places: names of painters by place."""

from importlib import import_module

from miaobi.places.conditions import Conditions
from miaobi.places.place import Place

DEFAULT = "meadow"
PLACES: dict[str, str] = {
    "forest": "miaobi.places.nature:forest",
    "meadow": "miaobi.places.nature:meadow",
}


def build_place(name: str, when: Conditions) -> Place:
    """Paint a place; an unknown name is the default place."""
    module, _, function = PLACES.get(name, PLACES[DEFAULT]).partition(":")
    place: Place = getattr(import_module(module), function)(when)
    return place
