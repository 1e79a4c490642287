"""Lands of toys, dreams, and the underworld."""

from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, star
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions, palette
from miaobi.places.fantasy import fairy_buildings
from miaobi.places.fantasy import tale_pieces as fantasy_pieces
from miaobi.places.fantasy.lands_of_tales import _colored
from miaobi.places.fantasy.tale_pieces import RAINBOW
from miaobi.places.place import TOP, Light, Place
from miaobi.places.towns import buildings, chinese
from miaobi.places.towns.site import Part, Plan, Site, bright_tone, build, spread
from miaobi.places.towns.vehicles import BRICKS, toy_train

ROCK: Color = (66.0, 44.0, 56.0)


def _brick_tower(site: Site, x: float, y: float, columns: int, rows: int) -> None:
    w, h = 40, 34
    for row in range(rows):
        for k in range(columns):
            left, top = x + (k - columns / 2) * w, y - (row + 1) * h
            if row == rows - 1 and k % 2:
                continue
            c = site.rng.choice(BRICKS)
            for s in (10, 26):
                site.box(left + s - 6, top - 6, left + s + 8, top + 2, tint(c, 0.1), 2)
            site.box(left + 0.6, top, left + w - 0.6, top + h - 0.6, c, 2)


def toy_land(when: Conditions) -> Place:
    """Paint a land of toys: castles of bricks, blocks, balls, a train and a rocking star."""
    colors = palette(when)

    parts = (
        Part(4, 0.5, _toy_land_far),
        Part(2.2, 0.14, _toy_land_middle),
        Part(1.15, 0, _toy_land_near),
    )
    return build(Plan(parts, 600, 668, tone=bright_tone(when)), when, colors)


def _toy_land_far(site: Site) -> None:
    for x in spread(site.rng, 180, 0.2):
        s = site.rng.uniform(80, 120)
        for k in range(site.rng.randint(1, 3)):
            fantasy_pieces.toy_block(
                site, x + site.rng.uniform(-10, 10), 600 - k * s, s, site.rng.choice(RAINBOW)
            )


def _toy_land_middle(site: Site) -> None:
    for dx, columns, rows in ((-150, 3, 10), (150, 3, 10), (0, 6, 6), (-60, 2, 9), (60, 2, 9)):
        _brick_tower(site, 640 + dx, 604, columns, rows)
    for dx in (-150, 150):
        site.poly(BRICKS[0], (640 + dx - 66, 266), (640 + dx, 180), (640 + dx + 66, 266))
    site.fill(buildings.arch(640, 604, 70, 90), (110.0, 70.0, 60.0), 0.3)
    for k, x in enumerate((330, 950)):
        fairy_buildings.balloon(site, x, 160, 50, BRICKS[k + 1])


def _toy_land_near(site: Site) -> None:
    mat: Color = (150.0, 204.0, 170.0)
    site.ground(598, tint(mat, 0.1), shade(mat, 0.26))
    for row in range(5):
        for k in range(-12, 13):
            if (row + k) % 2:
                continue
            ys = [598 + 5.4 * (1.9**r - 1) * 5 for r in (row, row + 1)]
            xs = [640 + (k + d) * 64 * (1 + (y - 598) / 90) for y in ys for d in (0, 1)]
            site.poly(
                (250.0, 226.0, 150.0),
                (xs[0], ys[0]),
                (xs[1], ys[0]),
                (xs[3], ys[1]),
                (xs[2], ys[1]),
            )
    for k, x in enumerate((60, 140, 100, 1190, 1260, -180, 1450)):
        fantasy_pieces.toy_block(site, x, 640 if k != 2 else 566, 76, RAINBOW[(k * 2) % 6])
    ball(site, 1090, 642, 44)
    ball(site, -80, 642, 50)
    toy_train(site, 250, 636)


def ball(site: Site, x: float, y: float, r: float) -> None:
    """Draw a striped ball."""
    path = ellipse(x, y - r, r)
    with site.canvas.grouped(clip=path):
        for k in range(4):
            site.box(x - r + k * r / 2, y - 2 * r, x - r / 2 + k * r / 2, y, BRICKS[k])
    site.shine(x - r * 0.3, y - r * 1.4, r * 0.9, (255.0, 255.0, 255.0), 0.5)


def _dream_white(site: Site) -> Color:
    return mix(site.colors.sky_bottom, WHITE, 0.6)


def dreamscape(when: Conditions) -> Place:
    """Paint a dream: a crescent moon, a door and stairs among clouds, islands and a whale."""
    base = palette(when)
    t = {"night": 0.0, "dusk": 0.3, "dawn": 0.6}.get(when.hour, 0.7)
    top, low = (
        mix((50.0, 36.0, 120.0), (150.0, 160.0, 240.0), t),
        mix((190.0, 120.0, 200.0), (255.0, 214.0, 226.0), t),
    )
    colors = _colored(when, top, low, mix(low, WHITE, 0.1), mix(base.ambient, WHITE, 0.4))

    parts = (Part(2.4, 0.12, _dreamscape_middle), Part(1, 0, _dreamscape_ground))
    return build(Plan(parts, 608, 672, sky=_dreamscape_back, tone=(0.94, 0.9, 1.0)), when, colors)


def _dreamscape_back(site: Site) -> None:
    fantasy_pieces.sky(
        site,
        site.colors.sky_top,
        mix(site.colors.sky_top, site.colors.sky_bottom, 0.6),
        site.colors.sky_bottom,
        stars=90,
    )
    site.shine(780, 170, 260, (255.0, 244.0, 190.0), 0.5)
    crescent = (
        Path()
        .move(810, 80)
        .cubic((700, 90), (680, 240), (810, 262))
        .cubic((750, 230), (750, 120), (810, 80))
        .close()
    )
    site.canvas.fill(
        crescent, linear((700, 80), (810, 260), (255.0, 250.0, 220.0), (255.0, 220.0, 150.0))
    )
    for _ in range(13):
        x, y = site.rng.uniform(0, 1280), site.rng.uniform(0, 150)
        site.line(_dream_white(site), 1.4, (x, TOP), (x, y), alpha=0.5)
        fantasy_pieces.sparkles(replace(site, rng=site.rng), 1, (255.0, 240.0, 180.0), y, y + 1)
        site.canvas.fill(star(x, y + 8, 13), (255.0, 232.0, 150.0))


def _dreamscape_middle(site: Site) -> None:
    _whale(site, 440, 220, 130)
    for x, y, w in ((1120.0, 420, 220), (130, 440, 200)):
        fantasy_pieces.island(site, x, y, w, (150.0, 190.0, 170.0))
        greenery.tree(
            site.canvas, x, y, 110, mix((250.0, 160.0, 200.0), site.colors.haze, 0.2), site.rng
        )
    for k in range(10):
        x, y = 620 + k * 16, 590 - k * 22
        site.box(x - 50, y - 10, x + 50, y + 4, tint(site.colors.sky_bottom, 0.4), 5)
    site.shine(770, 320, 130, (255.0, 240.0, 190.0), 0.7)
    buildings.door(site, 770, 372, 74, 118, (110.0, 130.0, 200.0))
    for k, (x, y) in enumerate(((250, 300), (1020, 150))):
        fairy_buildings.balloon(site, x, y, 44 - 8 * k, RAINBOW[k * 3])
    for x in spread(site.rng, 300, 0.2):
        brushes.cloud(site.canvas, x, 600, 360, _dream_white(site), site.rng)


def _dreamscape_ground(site: Site) -> None:
    fantasy_pieces.cloud_bank(site, 612, 130, _dream_white(site))
    fantasy_pieces.sparkles(site, 34, (255.0, 244.0, 190.0), 120, 640)


def _whale(site: Site, x: float, y: float, r: float) -> None:
    blue: Color = (110.0, 140.0, 214.0)
    body = (
        Path()
        .move(x + r, y)
        .cubic((x + r, y - r * 0.8), (x - r * 0.5, y - r * 0.7), (x - r * 1.2, y - r * 0.1))
        .cubic((x - r * 1.4, y - r * 0.3), (x - r * 1.5, y - r * 0.5), (x - r * 1.8, y - r * 0.5))
        .cubic((x - r * 1.7, y - r * 0.2), (x - r * 1.6, y), (x - r * 1.3, y + r * 0.1))
        .cubic((x - r * 0.6, y + r * 0.6), (x + r * 0.9, y + r * 0.7), (x + r, y))
        .close()
    )
    site.fill(body, blue, 0.3)
    belly = (
        Path()
        .move(x + r * 0.98, y + r * 0.12)
        .cubic((x + r * 0.5, y + r * 0.3), (x - r * 0.4, y + r * 0.34), (x - r * 0.9, y + r * 0.2))
        .cubic(
            (x - r * 0.4, y + r * 0.6), (x + r * 0.8, y + r * 0.64), (x + r * 0.98, y + r * 0.12)
        )
        .close()
    )
    site.fill(belly, (236.0, 236.0, 250.0))
    site.disc(x + r * 0.62, y - r * 0.1, r * 0.06, (40.0, 40.0, 70.0))
    site.poly(
        shade(blue, 0.1),
        (x + r * 0.1, y + r * 0.3),
        (x - r * 0.4, y + r * 0.8),
        (x - r * 0.2, y + r * 0.28),
    )


def underworld(when: Conditions) -> Place:
    """Paint the underworld: dark rocks, rivers of lava, a gate with ghostly lamps."""
    top, low = (24.0, 10.0, 26.0), (170.0, 50.0, 40.0)
    colors = replace(
        _colored(when, top, low, (110.0, 34.0, 44.0), (236.0, 200.0, 206.0)),
        lit=True,
        key=(255.0, 140.0, 80.0),
    )

    lights = (
        Light(150, 640, 560, (255.0, 110.0, 50.0), 0.4),
        Light(1130, 640, 560, (255.0, 110.0, 50.0), 0.4),
    )
    parts = (
        Part(4, 0.34, _underworld_far),
        Part(2, 0.1, _underworld_middle),
        Part(1.15, 0, _underworld_near),
    )
    return build(
        Plan(
            parts,
            600,
            668,
            lights=lights,
            sky=_underworld_back,
            weather=False,
            tone=(0.95, 0.8, 0.85),
        ),
        when,
        colors,
    )


def _underworld_back(site: Site) -> None:
    fantasy_pieces.sky(site, site.colors.sky_top, (84.0, 26.0, 40.0), site.colors.sky_bottom)


def _underworld_far(site: Site) -> None:
    for x in spread(site.rng, 110, 0.3):
        h, w = site.rng.uniform(120, 340), site.rng.uniform(50, 90)
        site.poly(
            ROCK,
            (x - w, 600),
            (x - w * 0.2, 600 - h),
            (x + w * 0.1, 600 - h * 0.9),
            (x + w, 600),
            soft=0.4,
        )
        h = site.rng.uniform(60, 190)
        site.poly(ROCK, (x - w * 0.7, TOP), (x, h), (x + w * 0.7, TOP), soft=0.3)
    for x in (330, 960, -60, 1340):
        site.poly(ROCK, (x - 70, 316), (x - 40, 284), (x + 44, 280), (x + 74, 316), (x, 344))
        fall = Path().move(x - 8, 300).cubic((x - 12, 400), (x - 26, 470), (x - 40, 604))
        fall.line((x + 44, 604)).cubic((x + 20, 480), (x + 22, 400), (x + 12, 300)).close()
        site.shine(x, 520, 170, (255.0, 110.0, 40.0), 0.5)
        site.canvas.fill(
            fall, linear((0, 330), (0, 600), (255.0, 220.0, 110.0), (255.0, 110.0, 40.0))
        )


def _underworld_middle(site: Site) -> None:
    for dx in (-170, 170):
        site.tube(640 + dx - 30, 290, 640 + dx + 30, 604, (92.0, 60.0, 70.0))
    site.box(420, 276, 860, 330, (80.0, 50.0, 62.0))
    chinese.eaves(site, 640, 280, 560, 100, (56.0, 44.0, 66.0), (200.0, 60.0, 50.0))
    site.shine(640, 430, 300, (120.0, 255.0, 170.0), 0.4)
    x, y = 640.0, 296.0  # a skull
    site.disc(x, y, 36, (232.0, 224.0, 206.0), 33)
    site.box(x - 18, y + 20, x + 18, y + 46, (232.0, 224.0, 206.0), 6)
    for dx in (-13, 13):
        site.disc(x + dx, y + 4, 9, (50.0, 24.0, 34.0))
    site.poly((50.0, 24.0, 34.0), (x - 5, y + 24), (x, y + 14), (x + 5, y + 24))
    for dx in (-120, 120):
        ghost_lamp(site, 640 + dx, 350)


def _underworld_near(site: Site) -> None:
    site.ground(598, shade(ROCK, 0.1), shade(ROCK, 0.6))
    for x, w in ((120, 260), (1150, 260), (-240, 240), (1500, 240)):
        lava = ellipse(x, 660, w, 24)
        site.shine(x, 640, w * 1.2, (255.0, 110.0, 40.0), 0.5)
        site.canvas.fill(
            lava, linear((0, 636), (0, 684), (255.0, 226.0, 120.0), (250.0, 90.0, 36.0))
        )
    for x in (40, 220, 1060, 1240, -130, 1400):
        brushes.rock(site.canvas, x, 646, site.rng.uniform(26, 54), site.color(ROCK), site.rng)
    fantasy_pieces.sparkles(site, 40, (255.0, 150.0, 70.0), 200, 640)


def ghost_lamp(site: Site, x: float, y: float) -> None:
    """Draw a green flame that floats."""
    site.shine(x, y, 90, (120.0, 255.0, 180.0), 0.7)
    flame = (
        Path()
        .move(x, y - 34)
        .cubic((x + 24, y - 4), (x + 16, y + 18), (x, y + 18))
        .cubic((x - 16, y + 18), (x - 24, y - 4), (x, y - 34))
        .close()
    )
    site.canvas.fill(
        flame, linear((x, y - 34), (x, y + 18), (200.0, 255.0, 220.0), (80.0, 220.0, 150.0))
    )
