"""Streets: villages, towns, markets and cities as rows of houses at several depths."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from miaobi.drawing.color import Color, mix, shade
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions, air, palette
from miaobi.places.place import LEFT, RIGHT, Light, Painter, Place
from miaobi.places.towns import buildings, chinese, pavements, street_pieces, vehicles
from miaobi.places.towns.buildings import GLASS, RED
from miaobi.places.towns.site import WARM, Painting, Part, Plan, Site, build, spread

House = Callable[[Site, float, float, float, float], None]  # site, x, y, width, height

WALLS: tuple[Color, ...] = (
    (240.0, 222.0, 192.0),
    (232.0, 206.0, 176.0),
    (222.0, 214.0, 202.0),
    (236.0, 196.0, 170.0),
    (206.0, 214.0, 206.0),
)
TILES: tuple[Color, ...] = (
    (170.0, 84.0, 66.0),
    (146.0, 78.0, 76.0),
    (120.0, 92.0, 92.0),
    (186.0, 108.0, 70.0),
)
FRONTS: tuple[Color, ...] = (
    (204.0, 142.0, 116.0),
    (226.0, 196.0, 156.0),
    (170.0, 176.0, 186.0),
    (190.0, 120.0, 104.0),
    (178.0, 192.0, 176.0),
    (216.0, 176.0, 130.0),
)
CANVASES: tuple[Color, ...] = (
    (214.0, 70.0, 64.0),
    (60.0, 130.0, 150.0),
    (236.0, 164.0, 60.0),
    (106.0, 150.0, 84.0),
    (150.0, 90.0, 160.0),
)
SLATE: Color = (86.0, 94.0, 108.0)


def timber_house(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a village house."""
    buildings.house(site, x, y, w, h, site.rng.choice(WALLS), site.rng.choice(TILES))


def plain_house(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a house of a town's square."""
    buildings.house(site, x, y, w, h, site.rng.choice(FRONTS), site.rng.choice(TILES), timber=False)


def city_house(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a city house with a shop."""
    buildings.block(site, x, y, w, h, site.rng.choice(FRONTS))


def chinese_house(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a house of an old Chinese town: white walls or wood, gray tiles, red lanterns."""
    wood = site.rng.random() < 0.6
    wall: Color = (150.0, 92.0, 66.0) if wood else (236.0, 230.0, 220.0)
    two, low = h > w * 0.9, h * 0.36
    if two:
        site.box(x - w * 0.4, y - h * 0.76, x + w * 0.4, y - low, wall, soft=0.22)
        for dx in (-0.24, 0, 0.24):
            buildings.window(site, x + dx * w, y - h * 0.5, w * 0.15, h * 0.16)
        chinese.eaves(site, x, y - h * 0.74, w * 1.06, h * 0.26, SLATE, shade(SLATE, 0.3))
    site.box(x - w * 0.44, y - low, x + w * 0.44, y, wall, soft=0.22)
    chinese.columns(site, x - w * 0.43, y, x + w * 0.43, low, (150.0, 54.0, 44.0), 4)
    for dx in (-0.29, 0.29):
        buildings.window(site, x + dx * w, y - low * 0.34, w * 0.18, low * 0.4)
    site.box(x - w * 0.12, y - low * 0.76, x + w * 0.12, y, shade(RED, 0.3))
    site.line(shade(RED, 0.6), 2, (x, y), (x, y - low * 0.76))
    chinese.eaves(site, x, y - low, w * 1.1, h * (0.16 if two else 0.34), SLATE, shade(SLATE, 0.3))
    site.box(x - w * 0.16, y - low * 0.98, x + w * 0.16, y - low * 0.8, (64.0, 44.0, 40.0), 2)
    site.box(x - w * 0.1, y - low * 0.93, x + w * 0.1, y - low * 0.85, buildings.GOLD, 2)
    for dx in (-0.36, 0.36):
        street_pieces.lantern(site, x + dx * w, y - low * 0.96, w * 0.09)


def tower(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a skyscraper."""
    buildings.skyscraper(site, x, y, w, h, site.rng.choice(GLASS), site.rng.randrange(5))


def row(site: Site, house: House, y: float, size: tuple[float, float], left: float = LEFT) -> None:
    """Draw houses side by side along y; size: their mean width and height."""
    w, h = size
    for x in spread(site.rng, w * 1.12, 0.05, left):
        house(site, x, y, w * site.rng.uniform(0.9, 1.05), h * site.rng.uniform(0.82, 1.16))


def sides(site: Site, house: House, y: float, size: tuple[float, float]) -> None:
    """Draw large houses at both sides; the middle stays free for figures."""
    w, h = size
    edge = 120 - w * 0.32
    for x in (edge - w * 1.14, edge, 1280 - edge, 1280 - edge + w * 1.14):
        house(site, x, y, w, h * site.rng.uniform(0.92, 1.08))


@dataclass(frozen=True)
class Street:
    """A street as data."""

    house: House
    ground: Painting
    far: Painting | None = None
    middle: tuple[float, float] | None = (170.0, 240.0)  # size of the houses in the middle
    near: tuple[float, float] | None = (270.0, 400.0)  # and of those at the sides
    extras: tuple[Painting, ...] = ()  # things on the ground behind the figures
    conditions: dict[str, str] = field(default_factory=dict)  # what this place always has
    distances: tuple[float, float] = (0.3, 0.08)


def street(spec: Street) -> Painter:
    """Return the painter of a street."""

    def paint(when: Conditions) -> Place:
        fixed = spec.conditions
        hour, weather = fixed.get("hour", when.hour), fixed.get("weather", when.weather)
        season = fixed.get("season", when.season)
        when = replace(when, hour=hour, weather=weather, season=season)
        return build(_plan(spec), when, palette(when))

    return paint


def _plan(spec: Street) -> Plan:
    def middle(site: Site) -> None:
        if spec.middle:
            row(site, spec.house, 598, spec.middle)

    def near(site: Site) -> None:
        spec.ground(site)
        if spec.near:
            sides(site, spec.house, 616, spec.near)
        for extra in spec.extras:
            extra(site)

    far, close = spec.distances
    lamps = (Light(250, 420, 520, WARM, 0.3), Light(1030, 420, 520, WARM, 0.3))
    parts = (Part(4, 0.58, spec.far or hills), Part(2.2, far, middle), Part(1.3, close, near))
    return Plan(parts, 598, 668, (Part(0.7, 0, corners, 5),), lamps)


def corners(site: Site) -> None:
    """Draw dark bushes at the corners of the front."""
    dark = shade(mix(site.colors.foliage, site.colors.shadow, 0.6), 0.3)
    for x in (LEFT + 120, -50, 1330, RIGHT - 120):
        greenery.bush(site.canvas, x, 770, site.rng.uniform(240, 320), dark, site.rng)


def hills(site: Site) -> None:
    """Draw hills with trees and small houses."""
    c = site.colors
    for y, height, distance in ((420, 52, 0.72), (500, 36, 0.5)):
        brushes.land(
            site.canvas,
            brushes.ridge(y, height, site.rng),
            air(c.grass, c, distance),
            air(c.grass, c, distance - 0.15),
        )
    for x in spread(site.rng, 120, 0.4):
        greenery.tree(
            site.canvas,
            x,
            590,
            site.rng.uniform(80, 150),
            air(c.foliage, c, 0.45),
            site.rng,
            site.when.season == "winter",
        )


def lamps(*places: float, y: float = 622.0, h: float = 250.0) -> Painting:
    """Return a painting of street lamps."""

    def paint(site: Site) -> None:
        for x in places:
            street_pieces.lamp(site, x, y, h)

    return paint


def stalls(y: float, w: float, food: bool, *places: float) -> Painting:
    """Return a painting of market stalls."""

    def paint(site: Site) -> None:
        first = site.rng.randrange(5)
        if site.lit:  # their own lamps light them
            site = replace(site, tone=(0.82, 0.66, 0.6))
        for k, x in enumerate(places):
            street_pieces.stall(site, x, y, w, CANVASES[(first + k) % 5], food)

    return paint


def strings(round: bool, *ys: float) -> Painting:
    """Return a painting of lights on wires across the street."""

    def paint(site: Site) -> None:
        for k, y in enumerate(ys):
            for left, right in ((-340, 180), (180, 640), (640, 1100), (1100, 1620)):
                street_pieces.string_lights(
                    site,
                    (left, y + 20 * (k % 2)),
                    (right, y),
                    34,
                    22 - 5 * k if round else 9,
                    round,
                )

    return paint


def skyline(site: Site) -> None:
    """Draw far towers."""
    for x in spread(site.rng, 92, 0.25):
        tower(site, x, 600, site.rng.uniform(60, 92), site.rng.uniform(150, 370))


def cobbled(color: Color) -> Painting:
    """Return a painting of round stones on the ground."""
    return lambda site: pavements.cobbles(site, 594, color)


def paved(color: Color) -> Painting:
    """Return a painting of slabs on the ground."""
    return lambda site: pavements.paving(site, 594, color)


def traffic(site: Site) -> None:
    """Draw a bus, cars and traffic lights at the sides of a road."""
    hues = site.rng.sample(CANVASES, 4)
    vehicles.bus(site, 40, 644, 330, hues[0])
    for k, x in enumerate((-220, 1190, 1430)):
        vehicles.car(site, x, 644, 210, hues[k + 1], -1)
    for x in (262, 1018):
        vehicles.traffic_light(site, x, 624, 230)


village_street = street(
    Street(timber_house, cobbled((176.0, 158.0, 142.0)), extras=(lamps(330, 950),))
)
city_street = street(
    Street(
        city_house,
        lambda site: pavements.road(site, 592),
        skyline,
        (190.0, 280.0),
        (270.0, 470.0),
        (lamps(350, 930, h=250), traffic),
    )
)
night_market = street(
    Street(
        chinese_house,
        paved((150.0, 128.0, 120.0)),
        skyline,
        (310.0, 270.0),
        None,
        (
            stalls(614, 230, True, -300, -50, 200, 450, 700, 950, 1200, 1450),
            strings(True, 150, 250),
        ),
        {"hour": "night"},
    )
)
