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
    "autumn-forest": "miaobi.places.woods:autumn_forest",
    "bamboo-grove": "miaobi.places.woods:bamboo_grove",
    "beach": "miaobi.places.waters:beach",
    "birch-forest": "miaobi.places.woods:birch_forest",
    "castle": "miaobi.places.fantasy:castle",
    "cave": "miaobi.places.wilds:cave",
    "cherry-grove": "miaobi.places.woods:cherry_grove",
    "city": "miaobi.places.towns:city",
    "city-street": "miaobi.places.streets:city_street",
    "cliff": "miaobi.places.wilds:cliff",
    "clouds": "miaobi.places.skies:clouds",
    "construction-site": "miaobi.places.grounds_of_work:construction_site",
    "cyberpunk-city": "miaobi.places.towns:cyberpunk_city",
    "desert": "miaobi.places.wilds:desert",
    "egypt": "miaobi.places.wilds:egypt",
    "fairyland": "miaobi.places.fantasy:fairyland",
    "field": "miaobi.places.woods:field",
    "fire-scene": "miaobi.places.grounds_of_work:fire_scene",
    "flower-field": "miaobi.places.woods:flower_field",
    "forest": "miaobi.places.nature:forest",
    "heaven": "miaobi.places.fantasy:heaven",
    "highway": "miaobi.places.grounds_of_work:highway",
    "ice-field": "miaobi.places.wilds:ice_field",
    "island": "miaobi.places.waters:island",
    "jungle": "miaobi.places.woods:jungle",
    "lake": "miaobi.places.waters:lake",
    "launch-pad": "miaobi.places.grounds_of_work:launch_pad",
    "market": "miaobi.places.towns:market",
    "mars": "miaobi.places.fantasy:mars",
    "meadow": "miaobi.places.nature:meadow",
    "moon": "miaobi.places.skies:moon",
    "mountain": "miaobi.places.wilds:mountain",
    "night-market": "miaobi.places.streets:night_market",
    "night-sky": "miaobi.places.skies:night_sky",
    "orchard": "miaobi.places.woods:orchard",
    "palace": "miaobi.places.fantasy:palace",
    "parking-lot": "miaobi.places.grounds_of_work:parking_lot",
    "plain-background": "miaobi.places.skies:plain_background",
    "prehistoric": "miaobi.places.wilds:prehistoric",
    "rice-field": "miaobi.places.woods:rice_field",
    "rooftop": "miaobi.places.skies:rooftop",
    "school": "miaobi.places.towns:school",
    "sea": "miaobi.places.waters:sea",
    "sky": "miaobi.places.skies:sky",
    "sky-island": "miaobi.places.fantasy:sky_island",
    "snow-mountain": "miaobi.places.wilds:snow_mountain",
    "snow-village": "miaobi.places.towns:snow_village",
    "space": "miaobi.places.skies:space",
    "storm-sky": "miaobi.places.skies:storm_sky",
    "sunset-sky": "miaobi.places.skies:sunset_sky",
    "tea-field": "miaobi.places.woods:tea_field",
    "tiny-world": "miaobi.places.wilds:tiny_world",
    "town-square": "miaobi.places.towns:town_square",
    "train-station": "miaobi.places.grounds_of_work:train_station",
    "under-tree": "miaobi.places.woods:under_tree",
    "underwater": "miaobi.places.waters:underwater",
    "underwater-palace": "miaobi.places.fantasy:underwater_palace",
    "valley": "miaobi.places.wilds:valley",
    "village-street": "miaobi.places.streets:village_street",
    "volcano": "miaobi.places.wilds:volcano",
    "wild-west": "miaobi.places.towns:wild_west",
}


def build_place(name: str, when: Conditions) -> Place:
    """Paint a place; an unknown name is the default place."""
    module, _, function = PLACES.get(name, PLACES[DEFAULT]).partition(":")
    place: Place = getattr(import_module(module), function)(when)
    return place
