"""Sizes of drawn things beside a figure, and which of them are in the air."""

import functools

from miaobi.catalog.tables import concepts

FIGURE = 1.0
# of the height of a figure, by the group of a concept, unless SIZES names it
GROUP_SIZES = {
    "animals-nature": 0.7,
    "food": 0.36,
    "travel": 1.3,
    "activities": 0.45,
    "objects": 0.42,
    "people": 0.9,
    "smileys": 0.55,
    "symbols": 0.5,
}
SIZES: dict[float, str] = {
    0.2: "ant honeybee beetle lady-beetle cricket cockroach spider mosquito fly worm microbe bug snail butterfly key ring coin pill gem-stone button dice",
    0.28: "baby-chick hatching-chick front-facing-baby-chick mouse rat hamster frog bird lizard crab shrimp shamrock four-leaf-clover seedling tulip rose candle bell",
    0.45: "cat black-cat rabbit chipmunk hedgehog squirrel duck chicken rooster parrot owl dove crow penguin turtle fish tropical-fish blowfish otter skunk badger beaver sunflower cactus potted-plant",
    0.62: "dog poodle guide-dog service-dog fox raccoon goose swan turkey eagle peacock flamingo monkey sloth koala pig ewe goat ram lobster octopus snake dodo phoenix",
    0.95: "wolf deer kangaroo boar panda bear leopard seal chair toilet couch-and-lamp bed door guitar drum trophy fountain suitcase wheelchair gi:table gi:desk gi:sofa gi:stairs gi:well gi:treasure-map",
    1.25: "horse zebra cow ox water-buffalo donkey lion tiger gorilla orangutan polar-bear crocodile dolphin shark unicorn moose bison llama motorcycle bicycle motor-scooter horse-face piano",
    1.7: "camel two-hump-camel giraffe elephant mammoth rhinoceros hippopotamus dragon sauropod t-rex orca whale spouting-whale automobile taxi tent evergreen-tree deciduous-tree palm-tree christmas-tree leafless-tree sailboat speedboat canoe rocket helicopter tractor auto-rickshaw snowman telescope",
    2.3: "house house-with-garden houses derelict-house hut bus trolleybus truck delivery-truck articulated-lorry ambulance fire-engine police-car minibus train tram locomotive ship ferry passenger-ship motor-boat ferris-wheel roller-coaster carousel-horse circus-tent school hospital bank post-office church mosque hindu-temple synagogue shinto-shrine castle japanese-castle office-building factory hotel department-store convenience-store stadium classical-building tokyo-tower statue-of-liberty volcano mountain snow-capped-mountain mount-fuji moai",
}
AIRBORNE = frozenset(
    "airplane small-airplane helicopter balloon kite parachute rocket flying-saucer satellite bird dove eagle bat butterfly "
    "honeybee mosquito fly star glowing-star shooting-star dizzy sun sun-with-face full-moon full-moon-face crescent-moon "
    "new-moon-face first-quarter-moon last-quarter-moon new-moon waning-gibbous-moon waxing-gibbous-moon waning-crescent-moon "
    "waxing-crescent-moon cloud rainbow ringed-planet comet cloud-with-rain cloud-with-snow cloud-with-lightning fireworks "
    "sparkles angel black-bird phoenix".split()
)


@functools.cache
def _sizes() -> dict[str, float]:
    return {name: size for size, names in SIZES.items() for name in names.split()}


def relative_size(drawing: str) -> float:
    """Return the usual height of a drawn thing as a fraction of a figure's."""
    known = _sizes().get(drawing)
    if known:
        return known
    concept = concepts().get(drawing)
    return GROUP_SIZES.get(concept.group, 0.5) if concept else 0.5


def is_airborne(drawing: str) -> bool:
    """Return True for what is in the air where nothing else is said."""
    return drawing in AIRBORNE
