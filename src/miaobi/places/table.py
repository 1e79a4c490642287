"""The table of painted places: names of painters by place."""

from importlib import import_module

from miaobi.places.conditions import Conditions
from miaobi.places.place import Place

DEFAULT = "meadow"
PLACES: dict[str, str] = {
    "city-street": "miaobi.places.streets:city_street",
    "forest": "miaobi.places.nature:forest",
    "meadow": "miaobi.places.nature:meadow",
    "night-market": "miaobi.places.streets:night_market",
    "village-street": "miaobi.places.streets:village_street",
}


def build_place(name: str, when: Conditions) -> Place:
    """Paint a place; an unknown name is the default place."""
    module, _, function = PLACES.get(name, PLACES[DEFAULT]).partition(":")
    place: Place = getattr(import_module(module), function)(when)
    return place
