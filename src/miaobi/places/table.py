"""The table of painted places: names of painters by place."""

from importlib import import_module

from miaobi.places.conditions import Conditions
from miaobi.places.place import Place

DEFAULT = "meadow"
PLACES: dict[str, str] = {
    "airport": "miaobi.places.grounds_of_work:airport",
    "alley": "miaobi.places.towns:alley",
    "amusement-park": "miaobi.places.fantasy:amusement_park",
    "ancient-china": "miaobi.places.towns:ancient_china",
    "beach": "miaobi.places.waters:beach",
    "castle": "miaobi.places.fantasy:castle",
    "city": "miaobi.places.towns:city",
    "city-street": "miaobi.places.streets:city_street",
    "clouds": "miaobi.places.skies:clouds",
    "construction-site": "miaobi.places.grounds_of_work:construction_site",
    "cyberpunk-city": "miaobi.places.towns:cyberpunk_city",
    "fairyland": "miaobi.places.fantasy:fairyland",
    "fire-scene": "miaobi.places.grounds_of_work:fire_scene",
    "forest": "miaobi.places.nature:forest",
    "heaven": "miaobi.places.fantasy:heaven",
    "highway": "miaobi.places.grounds_of_work:highway",
    "island": "miaobi.places.waters:island",
    "lake": "miaobi.places.waters:lake",
    "launch-pad": "miaobi.places.grounds_of_work:launch_pad",
    "market": "miaobi.places.towns:market",
    "mars": "miaobi.places.fantasy:mars",
    "meadow": "miaobi.places.nature:meadow",
    "moon": "miaobi.places.skies:moon",
    "night-market": "miaobi.places.streets:night_market",
    "night-sky": "miaobi.places.skies:night_sky",
    "palace": "miaobi.places.fantasy:palace",
    "parking-lot": "miaobi.places.grounds_of_work:parking_lot",
    "plain-background": "miaobi.places.skies:plain_background",
    "rooftop": "miaobi.places.skies:rooftop",
    "school": "miaobi.places.towns:school",
    "sea": "miaobi.places.waters:sea",
    "sky": "miaobi.places.skies:sky",
    "sky-island": "miaobi.places.fantasy:sky_island",
    "snow-village": "miaobi.places.towns:snow_village",
    "space": "miaobi.places.skies:space",
    "storm-sky": "miaobi.places.skies:storm_sky",
    "sunset-sky": "miaobi.places.skies:sunset_sky",
    "town-square": "miaobi.places.towns:town_square",
    "train-station": "miaobi.places.grounds_of_work:train_station",
    "underwater": "miaobi.places.waters:underwater",
    "underwater-palace": "miaobi.places.fantasy:underwater_palace",
    "village-street": "miaobi.places.streets:village_street",
    "wild-west": "miaobi.places.towns:wild_west",
}


def build_place(name: str, when: Conditions) -> Place:
    """Paint a place; an unknown name is the default place."""
    module, _, function = PLACES.get(name, PLACES[DEFAULT]).partition(":")
    place: Place = getattr(import_module(module), function)(when)
    return place
