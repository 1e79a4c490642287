"""Dark forests, haunted houses and graveyards."""

from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions, Palette
from miaobi.places.fantasy import tale_pieces as fantasy_pieces
from miaobi.places.fantasy.lands_of_tales import DARK_WOOD, _colored
from miaobi.places.place import LEFT, RIGHT, Light, Place
from miaobi.places.towns import buildings, street_pieces
from miaobi.places.towns.site import Part, Plan, Site, build, spread


def _spooky(when: Conditions) -> Palette:
    night = when.hour in ("night", "dusk")
    top: Color = (18.0, 16.0, 44.0) if night else (92.0, 98.0, 122.0)
    low: Color = (84.0, 78.0, 130.0) if night else (190.0, 186.0, 190.0)
    ambient: Color = (182.0, 180.0, 226.0) if night else (232.0, 230.0, 236.0)
    return replace(
        _colored(when, top, low, low, ambient),
        lit=True,
        grass=(70.0, 80.0, 84.0) if night else (116.0, 124.0, 106.0),
    )


def _spooky_sky(site: Site) -> None:
    c = site.colors
    fantasy_pieces.sky(site, c.sky_top, c.sky_middle, c.sky_bottom, stars=50 if c.stars else 0)
    brushes.moon(site.canvas, site.rng.choice((330, 940)), 150, 66)
    for _ in range(6):
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(90, 260)
        brushes.cloud(site.canvas, x, y, 300, mix(c.sky_middle, c.sky_top, 0.4), site.rng)
    for _ in range(7):
        bat(site, site.rng.uniform(200, 1080), site.rng.uniform(90, 330), site.rng.uniform(12, 24))


def bat(site: Site, x: float, y: float, r: float) -> None:
    """Draw a bat that flies."""
    wings = (
        Path()
        .move(x, y - r * 0.2)
        .cubic((x - r * 0.4, y - r * 0.9), (x - r * 1.2, y - r), (x - r * 1.8, y - r * 0.3))
        .quad((x - r * 1.2, y - r * 0.2), (x - r, y + r * 0.3))
        .quad((x - r * 0.5, y), (x, y + r * 0.6))
        .quad((x + r * 0.5, y), (x + r, y + r * 0.3))
        .quad((x + r * 1.2, y - r * 0.2), (x + r * 1.8, y - r * 0.3))
        .cubic((x + r * 1.2, y - r), (x + r * 0.4, y - r * 0.9), (x, y - r * 0.2))
        .close()
    )
    site.canvas.fill(wings, (28.0, 22.0, 44.0))


def _spooky_ground(site: Site) -> None:
    green = site.colors.grass
    brushes.land(
        site.canvas, brushes.ridge(598, 8, site.rng), tint(green, 0.1), shade(green, 0.5), 210
    )
    greenery.grass(site.canvas, 630, 160, 20, shade(green, 0.24), site.rng, 30)


def _mist(site: Site) -> None:
    brushes.mist(site.canvas, 610, 40, tint(site.colors.haze, 0.2), 0.4, site.rng)


def dark_forest(when: Conditions) -> Place:
    """Paint a dark forest of bare trees with eyes that watch."""
    colors = _spooky(when)

    parts = (Part(2.4, 0.5, _dark_forest_far), Part(1.25, 0.02, _dark_forest_near))
    return build(Plan(parts, 602, 668, sky=_spooky_sky), when, colors)


def _dark_forest_far(site: Site) -> None:
    for x in spread(site.rng, 105, 0.3):
        fantasy_pieces.twisted_tree(site, x, 596, site.rng.uniform(280, 440), DARK_WOOD)
    brushes.mist(site.canvas, 540, 60, site.colors.haze, 0.6, site.rng)


def _dark_forest_near(site: Site) -> None:
    _spooky_ground(site)
    for x in (-260, -90, 90, 1180, 1360, 1530):
        fantasy_pieces.twisted_tree(site, x, 624, site.rng.uniform(480, 580), shade(DARK_WOOD, 0.3))
    for x, y in (
        (60, 420),
        (1220, 380),
        (330, 520),
        (960, 530),
        (500, 470),
        (780, 450),
        (-120, 470),
        (1400, 480),
    ):
        for dx in (-9, 9):
            site.shine(x + dx, y, 16, (255.0, 220.0, 90.0), 0.6)
            site.canvas.fill(ellipse(x + dx, y, 5, 7), (255.0, 230.0, 120.0))
            site.canvas.fill(ellipse(x + dx, y, 1.6, 6), (40.0, 20.0, 30.0))
    _mist(site)


def _mansion(site: Site, x: float, y: float, w: float, h: float) -> None:
    wall: Color = (112.0, 98.0, 126.0)
    tiles: Color = (72.0, 62.0, 92.0)
    for dx, width, height in ((-0.34, 0.24, 0.86), (0.32, 0.28, 0.74)):
        cx, tw = x + dx * w, width * w
        site.box(cx - tw / 2, y - h * height * 0.7, cx + tw / 2, y, shade(wall, 0.1), soft=0.3)
        site.poly(
            tiles,
            (cx - tw * 0.66, y - h * height * 0.69),
            (cx + tw * 0.06, y - h * height * 1.1),
            (cx + tw * 0.66, y - h * height * 0.69),
        )
        for k in range(2):
            buildings.window(site, cx, y - h * (0.16 + k * 0.25), tw * 0.26, h * 0.13, True)
    site.box(x - w * 0.2, y - h * 0.7, x + w * 0.2, y, wall, soft=0.3)
    site.poly(
        tiles, (x - w * 0.27, y - h * 0.68), (x - w * 0.02, y - h), (x + w * 0.27, y - h * 0.68)
    )
    for dx in (-0.11, 0.11):
        buildings.window(site, x + dx * w, y - h * 0.42, w * 0.08, h * 0.15, True)
    buildings.window(site, x, y - h * 0.72, w * 0.06, h * 0.1, True)
    site.poly(tiles, (x - w * 0.2, y - h * 0.3), (x, y - h * 0.37), (x + w * 0.2, y - h * 0.3))
    buildings.door(site, x, y, w * 0.12, h * 0.24, (84.0, 56.0, 60.0))
    for _ in range(10):  # loose boards and cracks
        cx, cy = x + site.rng.uniform(-0.4, 0.4) * w, y - site.rng.uniform(0.05, 0.6) * h
        site.line(
            shade(wall, 0.4),
            2.4,
            (cx, cy),
            (cx + site.rng.uniform(-14, 14), cy + 16),
            (cx + site.rng.uniform(-20, 20), cy + 30),
            alpha=0.6,
        )


def haunted_house(when: Conditions) -> Place:
    """Paint a haunted mansion on a hill with dead trees, bats and pumpkins."""
    colors = _spooky(when)

    lights = (Light(640, 420, 600, (255.0, 190.0, 110.0), 0.2),)
    parts = (Part(2.4, 0.14, _haunted_house_middle), Part(1.25, 0.02, _haunted_house_near))
    return build(Plan(parts, 602, 668, lights=lights, sky=_spooky_sky), when, colors)


def _haunted_house_middle(site: Site) -> None:
    hill = (
        Path()
        .move(LEFT, 606)
        .cubic((260, 600), (330, 520), (640, 520))
        .cubic((950, 520), (1020, 600), (RIGHT, 606))
        .line((RIGHT, 650), (LEFT, 650))
        .close()
    )
    site.canvas.fill(
        hill,
        linear(
            (0, 520),
            (0, 640),
            mix(site.colors.grass, site.colors.haze, 0.2),
            shade(site.colors.grass, 0.4),
        ),
    )
    _mansion(site, 640, 536, 500, 430)


def _haunted_house_near(site: Site) -> None:
    _spooky_ground(site)
    for x in (70, 1220, -230, 1500):
        fantasy_pieces.twisted_tree(site, x, 622, 430, shade(DARK_WOOD, 0.3))
    street_pieces.fence(site, 626, 74, (46.0, 42.0, 60.0), LEFT, 300, 22)
    street_pieces.fence(site, 626, 74, (46.0, 42.0, 60.0), 980, RIGHT, 22)
    for x in (180, 250, 1040, 1130):
        pumpkin(site, x, 642, site.rng.uniform(24, 34))
    _mist(site)


def pumpkin(site: Site, x: float, y: float, r: float) -> None:
    """Draw a pumpkin with a face of light."""
    for dx in (-0.5, 0.5, 0.0):
        site.disc(x + dx * r, y - r * 0.7, r * 0.66, (240.0, 130.0, 40.0), r * 0.72)
    site.line((90.0, 120.0, 70.0), r * 0.2, (x, y - r * 1.3), (x + r * 0.16, y - r * 1.64))
    site.shine(x, y - r * 0.7, r * 2, (255.0, 170.0, 60.0), 0.5)
    for dx in (-0.36, 0.36):
        site.canvas.fill(
            polygon(
                [
                    (x + dx * r - r * 0.2, y - r * 0.74),
                    (x + dx * r, y - r * 1.06),
                    (x + dx * r + r * 0.2, y - r * 0.74),
                ]
            ),
            (255.0, 230.0, 120.0),
        )
    site.canvas.fill(
        Path()
        .move(x - r * 0.6, y - r * 0.56)
        .quad((x, y - r * 0.3), (x + r * 0.6, y - r * 0.56))
        .quad((x, y + r * 0.1), (x - r * 0.6, y - r * 0.56))
        .close(),
        (255.0, 230.0, 120.0),
    )


def graveyard(when: Conditions) -> Place:
    """Paint a graveyard with tombstones, an iron gate and a chapel in the mist."""
    colors = _spooky(when)

    parts = (Part(2.2, 0.3, _graveyard_far), Part(1.2, 0.02, _graveyard_near))
    return build(Plan(parts, 602, 668, sky=_spooky_sky), when, colors)


def _graveyard_far(site: Site) -> None:
    brushes.land(
        site.canvas,
        brushes.ridge(560, 16, site.rng),
        mix(site.colors.grass, site.colors.haze, 0.5),
        mix(site.colors.grass, site.colors.haze, 0.3),
    )
    stone: Color = (140.0, 132.0, 146.0)
    site.box(560, 430, 760, 590, stone, soft=0.3)
    buildings.roof(site, 660, 432, 230, 70, (82.0, 74.0, 98.0), 0.5)
    site.box(520, 350, 590, 590, stone, soft=0.3)
    site.poly((82.0, 74.0, 98.0), (510, 352), (555, 220), (600, 352))
    site.line((60.0, 54.0, 70.0), 5, (555, 224), (555, 176))
    site.line((60.0, 54.0, 70.0), 5, (540, 194), (570, 194))
    for x in (555.0, 640, 710):
        buildings.window(site, x, 520, 24, 56, True)
    for x in (300, 930, 60, 1180):
        fantasy_pieces.twisted_tree(site, x, 590, 300, DARK_WOOD)
    for x in spread(site.rng, 92, 0.3):
        fantasy_pieces.tombstone(site, x, 598, site.rng.uniform(50, 74))
    brushes.mist(site.canvas, 570, 40, site.colors.haze, 0.4, site.rng)


def _graveyard_near(site: Site) -> None:
    _spooky_ground(site)
    street_pieces.fence(site, 620, 90, (46.0, 42.0, 60.0), LEFT, 190, 24)
    street_pieces.fence(site, 620, 90, (46.0, 42.0, 60.0), 1090, RIGHT, 24)
    _mist(site)
    for x in (20, 130, 250, 340, 950, 1040, 1160, 1270, -110, -240, 1400, 1530):
        fantasy_pieces.tombstone(site, x, 640 - abs(x - 640) * 0.01, site.rng.uniform(84, 124))
