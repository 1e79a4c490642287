"""Castles, palaces, heaven and islands in the sky."""

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, polygon, rectangle
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions, palette
from miaobi.places.fantasy import fairy_buildings
from miaobi.places.fantasy import tale_pieces as fantasy_pieces
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns import buildings, chinese, pavements, street_pieces, streets
from miaobi.places.towns.buildings import GOLD, RED
from miaobi.places.towns.site import WARM, Part, Plan, Site, bright_tone, build, spread

MARBLE: Color = (240.0, 236.0, 228.0)
CASTLE_WALLS: tuple[Color, ...] = (
    (206.0, 200.0, 204.0),
    (226.0, 210.0, 190.0),
    (196.0, 200.0, 216.0),
)
CASTLE_ROOFS: tuple[Color, ...] = ((96.0, 106.0, 170.0), (196.0, 92.0, 100.0), (70.0, 130.0, 150.0))
PINK: Color = (236.0, 150.0, 190.0)


def _meadow(site: Site, y: float, path: bool = True) -> None:
    green = site.colors.grass
    brushes.land(
        site.canvas, brushes.ridge(y, 5, site.rng), tint(green, 0.1), shade(green, 0.36), 210
    )
    if path:
        way = (
            Path()
            .move(612, y - 4)
            .cubic((600, 630), (540, 660), (380, BOTTOM))
            .line((900, BOTTOM))
            .cubic((740, 660), (680, 630), (668, y - 4))
            .close()
        )
        site.fill(way, buildings.SNOW if site.snowy else (222.0, 198.0, 160.0), 0.24)
    greenery.grass(site.canvas, y + 26, 120, 15, shade(green, 0.14), site.rng, 18)
    if not site.snowy:
        greenery.flowers(site.canvas, y + 60, 44, site.rng, site.colors, 46)


def castle(when: Conditions) -> Place:
    """Paint a castle with towers and flags above a meadow."""
    lamps = (Light(640, 480, 640, WARM, 0.25),)
    parts = (
        Part(5, 0.6, streets.hills),
        Part(2.4, 0.12, _castle_near),
        Part(1.1, 0, _castle_ground),
    )
    return build(Plan(parts, 600, 668, lamps=lamps), when, palette(when))


def _castle_near(site: Site) -> None:
    number = site.rng.randrange(3)
    green = mix(site.colors.grass, site.colors.haze, 0.2)
    hill = (
        Path()
        .move(LEFT, 604)
        .cubic((200, 590), (300, 540), (640, 540))
        .cubic((980, 540), (1080, 590), (RIGHT, 604))
        .line((RIGHT, 640), (LEFT, 640))
        .close()
    )
    site.canvas.fill(hill, linear((0, 540), (0, 640), tint(green, 0.1), shade(green, 0.2)))
    fairy_buildings.castle(site, 640, 556, 620, 470, CASTLE_WALLS[number], CASTLE_ROOFS[number])


def _castle_ground(site: Site) -> None:
    _meadow(site, 594)
    for x in (90, -160, 1190, 1440):
        leaves = site.colors.foliage
        greenery.tree(
            site.canvas,
            x,
            626,
            site.rng.uniform(240, 320),
            leaves,
            site.rng,
            site.when.season == "winter",
        )
    for x in (230, 1050):
        greenery.bush(site.canvas, x, 624, 120, shade(site.colors.foliage, 0.1), site.rng)


def _balustrade(site: Site, y: float, left: float, right: float) -> None:
    for x in range(int(left), int(right), 40):
        site.tube(x - 5, y - 44, x + 5, y, MARBLE)
        site.disc(x, y - 46, 7, MARBLE)
    site.box(left, y - 32, right, y - 25, MARBLE)
    site.box(left, y - 8, right, y, shade(MARBLE, 0.1))


def palace(when: Conditions) -> Place:
    """Paint an imperial palace: golden roofs, red walls and terraces of marble."""

    lamps = (Light(196, 300, 560, WARM, 0.35), Light(1084, 300, 560, WARM, 0.35))
    parts = (
        Part(5, 0.6, streets.hills),
        Part(2.2, 0.12, _palace_middle),
        Part(1.25, 0, _palace_near),
    )
    return build(Plan(parts, 598, 668, lamps=lamps), when, palette(when))


def _palace_middle(site: Site) -> None:
    tiles = (232.0, 172.0, 66.0)
    for x in (-160, 1440, 150, 1130):
        chinese.hall(site, x, 590, 340, 190, tiles, tiers=1)
    site.box(LEFT, 560, RIGHT, 600, (180.0, 60.0, 54.0))
    for k, (half, y) in enumerate(((420, 596), (370, 560), (330, 524))):
        site.box(640 - half, y - 36, 640 + half, y, shade(MARBLE, 0.06 * k), soft=0.2)
        _balustrade(site, y - 36, 640 - half, 640 + half)
    chinese.hall(site, 640, 488, 640, 330, tiles)
    for k in range(12):
        site.box(
            580 - k * 2,
            488 + k * 9,
            700 + k * 2,
            496 + k * 9,
            tint(MARBLE, 0.2) if k % 2 else shade(MARBLE, 0.12),
        )


def _palace_near(site: Site) -> None:
    pavements.paving(site, 596, (206.0, 196.0, 184.0))
    carpet = polygon([(600, 596), (680, 596), (900, BOTTOM), (380, BOTTOM)])
    site.fill(carpet, (196.0, 52.0, 52.0), 0.2)
    for x in (110, 1170):
        site.tube(x - 24, 250, x + 24, 640, RED)
        site.tube(x - 34, 610, x + 34, 642, MARBLE)
        site.box(x - 30, 250, x + 30, 300, GOLD)
    chinese.eaves(site, 20, 250, 420, 90, (232.0, 172.0, 66.0))
    chinese.eaves(site, 1260, 250, 420, 90, (232.0, 172.0, 66.0))
    for x in (196, 1084, 30, 1250):
        street_pieces.lantern(site, x, 262, 46)


def heaven(when: Conditions) -> Place:
    """Paint a heavenly palace with a golden gate above the clouds."""
    colors = palette(when)

    parts = (Part(5, 0.42, _heaven_far), Part(2, 0.1, _heaven_gate), Part(1, 0, _heaven_ground))
    lights = (Light(640, 260, 900, (255.0, 226.0, 150.0), 0.16),)
    return build(
        Plan(
            parts,
            606,
            672,
            (Part(0.7, 0, _heaven_front, 3),),
            lights=lights,
            tone=bright_tone(when),
        ),
        when,
        colors,
    )


def _heaven_far(site: Site) -> None:
    fantasy_pieces.rays(site, 640, (255.0, 236.0, 180.0), 0.34)
    for x, y, w in ((150, 470, 320), (1130, 460, 320), (-180, 440, 300), (1460, 430, 300)):
        chinese.hall(site, x, y, w, 170, (240.0, 190.0, 90.0), (226.0, 130.0, 110.0), 2)
        brushes.cloud(site.canvas, x, y + 50, w * 1.3, fantasy_pieces.white(site), site.rng)


def _heaven_gate(site: Site) -> None:
    for dx in (-230, -90, 90, 230):
        x = 640 + dx
        site.tube(x - 19, 300, x + 19, 610, (246.0, 214.0, 130.0))
        site.tube(x - 30, 290, x + 30, 310, GOLD)
        for k in range(5):
            site.canvas.stroke(
                Path().move(x - 19, 350 + k * 52).quad((x, 372 + k * 52), (x + 19, 342 + k * 52)),
                site.color((214.0, 130.0, 70.0)),
                5,
            )
    site.box(390, 260, 890, 302, (80.0, 150.0, 170.0))
    site.box(390, 276, 890, 284, GOLD)
    chinese.eaves(site, 640, 262, 620, 100, (240.0, 186.0, 80.0))
    for x in (-60, 410, 870, 1340):
        brushes.cloud(site.canvas, x, 606, 330, fantasy_pieces.white(site), site.rng)
    if site.lit:
        site.shine(640, 420, 420, WARM, 0.5)


def _heaven_ground(site: Site) -> None:
    fantasy_pieces.cloud_bank(site, 606, 130, fantasy_pieces.white(site))
    fantasy_pieces.sparkles(site, 26, (255.0, 230.0, 150.0), 120, 620)


def _heaven_front(site: Site) -> None:
    for x in (-120, 1400):
        brushes.cloud(site.canvas, x, 780, 460, fantasy_pieces.white(site), site.rng)


def sky_island(when: Conditions) -> Place:
    """Paint islands that float in the sky, with a castle and waterfalls."""
    colors = palette(when)

    parts = (
        Part(6, 0.4, _sky_island_far),
        Part(2.6, 0.16, _sky_island_middle),
        Part(1, 0, _sky_island_ground),
    )
    return build(Plan(parts, 606, 668), when, colors)


def _sky_island_far(site: Site) -> None:
    green = site.colors.grass
    for x, y, w in (
        (160, 300, 220),
        (1110, 250, 240),
        (930, 130, 110),
        (380, 150, 100),
        (-180, 380, 240),
        (1460, 400, 240),
    ):
        fantasy_pieces.island(site, x, y, w, green)
        for k in range(3):
            greenery.tree(
                site.canvas,
                x + (k - 1) * w * 0.25,
                y + 4,
                w * site.rng.uniform(0.24, 0.4),
                mix(site.colors.foliage, site.colors.haze, site.distance),
                site.rng,
            )
    for y in (470, 560):
        for cx in spread(site.rng, 330, 0.3):
            brushes.cloud(
                site.canvas,
                cx,
                y,
                site.rng.uniform(240, 380),
                fantasy_pieces.white(site),
                site.rng,
            )


def _sky_island_middle(site: Site) -> None:
    fantasy_pieces.island(site, 640, 420, 560, site.colors.grass)
    fairy_buildings.castle(site, 640, 424, 340, 330, (232.0, 220.0, 226.0), (110.0, 130.0, 200.0))
    for x in (440, 850):
        fall = rectangle(x - 12, 424, x + 12, 600)
        site.canvas.fill(
            fall,
            linear((0, 424), (0, 600), Stop(0, (214.0, 240.0, 255.0), 0.9), Stop(1, WHITE, 0.0)),
        )
    for x in (430, 470, 820, 780):
        greenery.tree(
            site.canvas,
            x,
            428,
            site.rng.uniform(70, 100),
            mix(site.colors.foliage, site.colors.haze, 0.2),
            site.rng,
        )


def _sky_island_ground(site: Site) -> None:
    edge = (
        Path()
        .move(LEFT, 640)
        .quad((100, 596), (640, 600))
        .quad((1180, 596), (RIGHT, 640))
        .line((RIGHT, BOTTOM), (LEFT, BOTTOM))
        .close()
    )
    green = site.colors.grass
    site.canvas.fill(edge, linear((0, 598), (0, BOTTOM), tint(green, 0.12), shade(green, 0.4)))
    greenery.grass(site.canvas, 640, 150, 16, shade(green, 0.14), site.rng, 26)
    if not site.snowy:
        greenery.flowers(site.canvas, 664, 40, site.rng, site.colors, 34)
