"""Mountains, canyons and cliffs."""

from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon
from miaobi.places.conditions import Conditions
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Place
from miaobi.places.towns.site import Painting, Part, Plan, Site
from miaobi.places.wild import boats, plants, rocks, trees
from miaobi.places.wild import scenery as s

ROCKY: Color = (150.0, 138.0, 140.0)
RED_ROCK: Color = (206.0, 122.0, 84.0)


def mountain(when: Conditions) -> Place:
    """Paint a mountain top above ranges that fade into the mist, with pines on crags."""
    parts = (
        Part(8, 0.74, s.peaks(470, 300, (110, 130, 170), 0.2)),
        Part(6, 0.55, s.together(s.peaks(520, 240, (100, 124, 140)), s.mist(500, 50, 0.7))),
        Part(
            4,
            0.34,
            s.together(s.hills(540, 70), s.row(trees.fir, 566, 100, 50), s.mist(570, 36, 0.5)),
        ),
        Part(
            1.5,
            0.05,
            s.together(
                s.put(
                    rocks.crag(ROCKY),
                    (40, 640, 330),
                    (150, 640, 210),
                    (1150, 640, 240),
                    (1260, 640, 360),
                    (-200, 640, 300),
                    (1480, 640, 300),
                ),
                s.put(trees.fir, (210, 640, 220), (1080, 640, 180), (-60, 640, 260)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(610, None, 170, 22),
                s.path_to(640, 610, (204, 184, 150), 160),
                s.put(rocks.stone(), (170, 676, 40), (1120, 680, 46), (240, 690, 24)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 610, 670))


def snow_mountain(when: Conditions) -> Place:
    """Paint high snowy peaks with firs and deep snow."""
    snowy = replace(when, season="winter")
    parts = (
        Part(8, 0.5, s.peaks(500, 400, (112, 136, 190), 0.1)),
        Part(6, 0.32, s.together(s.peaks(560, 290, (96, 118, 172), 0.02), s.mist(540, 40, 0.5))),
        Part(
            3,
            0.2,
            s.together(
                s.hills(560, 26, s.SNOW, 0.12), s.row(trees.fir, 590, 130, 84, clear=(520, 760))
            ),
        ),
        Part(
            1.5,
            0,
            s.put(
                trees.fir,
                (50, 636, 330),
                (170, 634, 230),
                (1130, 634, 250),
                (1240, 636, 350),
                (-160, 636, 300),
                (1440, 636, 300),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, s.SNOW, low=0.18),
                drifts,
                s.put(rocks.stone(), (250, 680, 34), (1060, 676, 40)),
            ),
        ),
    )
    return s.outdoors(snowy, Plan(parts, 608, 670))


def drifts(site: Site) -> None:
    """Draw soft blue shadows and sparkles on snow."""
    for _ in range(9):
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(628, 740)
        site.shadow(x, y, site.rng.uniform(90, 220), 8, 0.12)
    for _ in range(50):
        spark = ellipse(site.rng.uniform(LEFT, RIGHT), site.rng.uniform(620, 740), 1.6)
        site.canvas.fill(spark, WHITE, 0.8)


def valley(when: Conditions) -> Place:
    """Paint a canyon of red rock with a river in its depth."""

    parts = (
        Part(8, 0.66, s.together(mesas)),
        Part(
            5,
            0.4,
            s.together(
                s.hills(520, 14, RED_ROCK), _river, _walls(-1, 420, 240), _walls(1, 440, 270)
            ),
        ),
        Part(
            2.4,
            0.14,
            s.together(
                _walls(-1, 230, 150),
                _walls(1, 210, 130),
                s.row(trees.bush, 616, 70, 240, clear=(300, 980)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, (222, 156, 108), 40),
                s.put(rocks.stone(RED_ROCK), (180, 676, 44), (1110, 680, 50), (250, 700, 26)),
                s.put(plants.cactus, (90, 650, 130), (1200, 654, 150)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670))


def _walls(side: int, reach: float, top: float) -> Painting:
    def paint(site: Site) -> None:
        x, edge = (LEFT, reach) if side < 0 else (RIGHT, 1280 - reach)
        for k in range(7):
            t = k / 7
            inner = edge + side * -1 * 0 + side * (1 - t) * reach * 0.3 + site.rng.uniform(-14, 14)
            y0, y1 = top + (620 - top) * t, top + (620 - top) * (t + 1 / 7) + 3
            band = shade(RED_ROCK, 0.16) if k % 2 else tint(RED_ROCK, 0.1 + 0.1 * (k % 3))
            inner -= side * 46 * t
            site.poly(
                band,
                (x, y0),
                (inner + side * 12, y0),
                (inner, y0 + 12),
                (inner - side * 8, y1),
                (x, y1),
                soft=0.1,
            )
            site.line(shade(band, 0.3), 2, (x, y1), (inner - side * 8, y1), alpha=0.5)

    return paint


def _river(site: Site) -> None:
    way = (
        Path()
        .move(626, 520)
        .cubic((560, 540), (760, 566), (600, 620))
        .line((820, 620))
        .cubic((820, 570), (640, 548), (656, 520))
        .close()
    )
    water = mix(site.colors.sky_middle, site.color((60, 150, 180)), 0.5)
    site.canvas.fill(way, linear((0, 520), (0, 620), tint(water, 0.3), water))


def mesas(site: Site) -> None:
    """Draw table mountains on the horizon."""
    for x in (LEFT, -60, 330, 620, 900, 1300):
        w, h = site.rng.uniform(110, 220), site.rng.uniform(90, 200)
        site.poly(
            RED_ROCK,
            (x, 540),
            (x + w * 0.14, 540 - h * 0.5),
            (x + w * 0.2, 540 - h),
            (x + w * 0.82, 540 - h),
            (x + w * 0.88, 540 - h * 0.5),
            (x + w, 540),
        )
        site.poly(
            shade(RED_ROCK, 0.2),
            (x + w * 0.6, 540 - h),
            (x + w * 0.82, 540 - h),
            (x + w * 0.88, 540 - h * 0.5),
            (x + w, 540),
            (x + w * 0.66, 540),
        )


def cliff(when: Conditions) -> Place:
    """Paint the edge of a cliff over the sea, with gulls and a lighthouse."""

    parts = (
        Part(
            5,
            0.1,
            s.together(
                s.water(440, 680, (26, 116, 170), 150),
                s.put(boats.sailboat((200, 70, 64), (250, 242, 224)), (420, 474, 60)),
                _gulls,
            ),
        ),
        Part(2.4, 0.1, _cliff_wall),
        Part(1, 0, s.together(_ledge, s.put(rocks.stone(), (150, 668, 44), (60, 690, 30)))),
    )
    return s.outdoors(when, Plan(parts, 604, 662, (Part(0.62, 0, s.ferns, 4),), sky=s.sky_to(440)))


def _cliff_wall(site: Site) -> None:
    site.poly(
        ROCKY,
        (960, 470),
        (1080, 300),
        (1180, 270),
        (RIGHT, 250),
        (RIGHT, 640),
        (930, 640),
        (980, 560),
        soft=0.3,
    )
    site.poly(
        shade(ROCKY, 0.24),
        (960, 470),
        (1030, 372),
        (1046, 500),
        (1000, 640),
        (930, 640),
        (980, 560),
    )
    for k in range(7):
        x = 1060 + k * 70
        site.line(shade(ROCKY, 0.3), 3, (x, 310 + k * 3), (x - 16, 420), (x + 6, 520), alpha=0.4)
    turf = (
        Path()
        .move(1066, 318)
        .quad((1180, 250), (RIGHT, 238))
        .line((RIGHT, 270))
        .quad((1190, 286), (1066, 322))
        .close()
    )
    site.canvas.fill(turf, s.grassy(site))
    boats.lighthouse(site, 1180, 276, 210)


def _ledge(site: Site) -> None:
    drop = polygon(
        [(LEFT, 610), (980, 606), (1040, 640), (1010, 690), (1060, BOTTOM), (LEFT, BOTTOM)]
    )
    site.fill(drop, shade(ROCKY, 0.12), 0.3)
    top = (
        Path()
        .move(LEFT, 600)
        .line((960, 598))
        .quad((1050, 616), (1030, 650))
        .quad((640, 720), (300, 716))
        .line((LEFT, 730))
        .close()
    )
    c = s.grassy(site)
    site.canvas.fill(top, linear((0, 600), (0, 720), tint(c, 0.1), shade(c, 0.24)))
    for k in range(60):
        x = LEFT + k * 23
        plants.tuft(site, x, 604 if k % 2 else site.rng.uniform(620, 700), 15)


def _gulls(site: Site) -> None:
    for _ in range(7):
        x, y, q = (
            site.rng.uniform(200, 900),
            site.rng.uniform(120, 360),
            site.rng.uniform(12, 20),
        )
        wings = (
            Path()
            .move(x - q, y - 4)
            .quad((x - q * 0.4, y - 10), (x, y))
            .quad((x + q * 0.4, y - 10), (x + q, y - 4))
        )
        site.canvas.stroke(wings, site.color((250, 250, 255)), 3)
