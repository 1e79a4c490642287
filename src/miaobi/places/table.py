"""The table of painted places: names of painters by place."""

from importlib import import_module

from miaobi.places.conditions import Conditions
from miaobi.places.place import Place

DEFAULT = "meadow"
PLACES: dict[str, str] = {
    "alley": "miaobi.places.towns:alley",
    "ancient-china": "miaobi.places.towns:ancient_china",
    "city": "miaobi.places.towns:city",
    "city-street": "miaobi.places.streets:city_street",
    "cyberpunk-city": "miaobi.places.towns:cyberpunk_city",
    "forest": "miaobi.places.nature:forest",
    "market": "miaobi.places.towns:market",
    "meadow": "miaobi.places.nature:meadow",
    "night-market": "miaobi.places.streets:night_market",
    "school": "miaobi.places.towns:school",
    "snow-village": "miaobi.places.towns:snow_village",
    "town-square": "miaobi.places.towns:town_square",
    "village-street": "miaobi.places.streets:village_street",
    "wild-west": "miaobi.places.towns:wild_west",
}


def build_place(name: str, when: Conditions) -> Place:
    """Paint a place; an unknown name is the default place."""
    module, _, function = PLACES.get(name, PLACES[DEFAULT]).partition(":")
    place: Place = getattr(import_module(module), function)(when)
    return place
