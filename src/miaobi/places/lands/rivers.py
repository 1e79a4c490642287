"""Rivers and waterfalls."""

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse
from miaobi.places.conditions import Conditions
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Place
from miaobi.places.towns import chinese
from miaobi.places.towns.site import Painting, Part, Plan, Site, join
from miaobi.places.wild import plants, rocks, trees
from miaobi.places.wild import scenery as s
from miaobi.places.wild.trees import pine

CLIFF: Color = (116.0, 120.0, 132.0)


def river(when: Conditions) -> Place:
    """Paint a river that winds between meadows to far hills, with stepping stones."""

    parts = (
        Part(7, 0.6, s.peaks(450, 150, (120, 136, 170), 0.2)),
        Part(
            5, 0.42, s.together(s.hills(440, 30), s.row(trees.fir, 462, 60, 60, clear=(600, 760)))
        ),
        Part(3, 0.1, s.together(s.hills(466, 6, None, 0.3), _stream)),
        Part(
            1.8,
            0.04,
            s.together(
                s.put(
                    trees.leaf_tree,
                    (180, 560, 260),
                    (1180, 540, 210),
                    (-140, 560, 260),
                    (1480, 560, 260),
                ),
                s.put(rocks.stone(), (760, 590, 22), (880, 580, 26), (990, 596, 24)),
            ),
        ),
        Part(
            1.4,
            0,
            s.put(
                plants.reed, (70, 636, 150), (1190, 640, 150), (1270, 640, 130), (-180, 640, 150)
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(616, None, 180, 30),
                s.put(rocks.stone(), (180, 668, 36), (1120, 664, 46), (1190, 680, 26)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 616, 672, front, sky=s.sky_to(440)))


def _stream(site: Site) -> None:
    way = (
        Path()
        .move(668, 462)
        .cubic((560, 480), (900, 506), (800, 530))
        .cubic((700, 556), (380, 560), (300, BOTTOM))
        .line((RIGHT, BOTTOM))
    )
    way.line((RIGHT, 640)).cubic((1100, 600), (960, 566), (1010, 530)).cubic(
        (1030, 496), (700, 486), (700, 462)
    ).close()
    water = mix(site.colors.sky_middle, site.color((40, 140, 190)), 0.5)
    site.canvas.fill(
        way,
        linear(
            (0, 462),
            (0, 640),
            tint(site.colors.sky_bottom, 0.2),
            water,
            site.color((34, 120, 176)),
        ),
    )
    site.canvas.stroke(way, s.grassy(site, 0.3), 4, 0.6)
    with site.canvas.grouped(clip=way):
        waves = [
            ellipse(
                site.rng.uniform(300, 1300),
                site.rng.uniform(480, 640),
                site.rng.uniform(10, 44),
                1.8,
            )
            for _ in range(60)
        ]
        site.canvas.fill(join(waves), site.color(WHITE), 0.4)


def waterfall(when: Conditions) -> Place:
    """Paint a waterfall that falls between mossy rocks into a pool."""

    boulders = s.put(
        rocks.stone((116, 122, 128)),
        (350, 596, 50),
        (450, 590, 34),
        (870, 592, 44),
        (980, 600, 62),
        (180, 604, 70),
        (1130, 604, 74),
        (-120, 604, 80),
        (1400, 604, 80),
    )
    parts = (
        Part(6, 0.6, s.together(s.hills(300, 40), s.row(trees.fir, 330, 150, 60))),
        Part(3, 0.1, _fall),
        Part(2, 0, s.together(_waterfall_pool, boulders)),
        Part(
            1,
            0,
            s.together(
                s.shore(618, None, foam=False),
                s.floor(626, None, 180, 24),
                s.put(plants.tuft, (220, 670, 50), (1080, 670, 50)),
                s.put(rocks.stone(), (150, 680, 40), (1140, 676, 46)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 620, 674, front, sky=s.sky_to(420)))


def _fall(site: Site) -> None:
    for side, edge in ((-1, 480), (1, 800)):
        out = LEFT if side < 0 else RIGHT
        site.poly(
            CLIFF,
            (out, 60),
            (edge + side * 190, 70),
            (edge + side * 70, 110),
            (edge, 96),
            (edge + side * 16, 300),
            (edge - side * 14, 420),
            (edge + side * 10, 560),
            (out, 600),
            soft=0.3,
        )
        for k in range(6):
            x, y = edge + side * site.rng.uniform(20, 300), site.rng.uniform(150, 480)
            w = site.rng.uniform(40, 80)
            site.poly(
                shade(CLIFF, 0.16) if k % 2 else tint(CLIFF, 0.14),
                (x - w, y),
                (x - w * 0.2, y - w * 0.5),
                (x + w, y - w * 0.1),
                (x + w * 0.4, y + w * 0.7),
            )
        for k in range(8):
            trees.bush(site, edge + side * (50 + k * 62), 100 - (k % 2) * 22, 130)
        for _ in range(5):
            trees.bush(
                site, edge + side * site.rng.uniform(60, 400), site.rng.uniform(200, 520), 70
            )
    _sheet(site)


def _sheet(site: Site) -> None:
    white = mix(site.color((232, 248, 255)), site.colors.sky_bottom, 0.2)
    blue = mix(site.color((110, 190, 226)), site.colors.sky_middle, 0.3)
    sheet = (
        Path()
        .move(478, 100)
        .quad((640, 84), (802, 100))
        .cubic((790, 300), (814, 420), (796, 560))
        .line((484, 560))
        .cubic((466, 420), (490, 300), (478, 100))
        .close()
    )
    site.canvas.fill(sheet, linear((0, 90), (0, 560), tint(white, 0.3), blue, white))
    with site.canvas.grouped(clip=sheet):
        for _ in range(60):
            x, y = site.rng.uniform(480, 800), site.rng.uniform(90, 480)
            site.line(
                (255, 255, 255),
                site.rng.uniform(2, 8),
                (x, y),
                (x + site.rng.uniform(-4, 4), y + site.rng.uniform(50, 150)),
                alpha=0.4,
            )


def _waterfall_pool(site: Site) -> None:
    s.water(548, 640, (44, 140, 176), 80)(site)
    for _ in range(34):
        x = site.rng.uniform(440, 840)
        s.halo(
            site,
            x,
            556 + site.rng.uniform(-20, 14),
            site.rng.uniform(26, 64),
            site.color(WHITE),
            0.5,
        )


def mountain_water(when: Conditions) -> Place:
    """Paint the steep hills of a Chinese landscape in mist over a calm river, with a raft."""

    parts = (
        Part(8, 0.72, _karst(470, 300, 130)),
        Part(6, 0.5, s.together(_karst(490, 230, 190), s.mist(470, 44, 0.7))),
        Part(
            4,
            0.2,
            s.together(
                s.water(484, 640, (80, 140, 150), 80),
                s.mist(490, 24, 0.6),
                s.put(_sail_raft, (360, 540, 90), (1010, 520, 60)),
            ),
        ),
        Part(
            2.4,
            0.12,
            s.put(
                lambda site, x, y, size: chinese.pagoda(
                    site, x, y, size * 0.4, size, 5, (96, 104, 124)
                ),
                (1130, 566, 260),
            ),
        ),
        Part(
            1.6,
            0.06,
            s.together(
                s.hills(600, 10),
                s.put(pine, (110, 630, 440), (-240, 630, 400), (1500, 630, 400)),
                s.put(trees.bamboo, (1190, 630, 420), (1226, 634, 480), (1262, 632, 440)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(614, (150, 164, 126), 130),
                s.put(rocks.crag((120, 124, 130)), (200, 668, 90), (1110, 664, 70)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 614, 670, sky=s.sky_to(470)))


def _karst(y: float, high: float, step: float) -> Painting:
    def hill(site: Site, x: float, foot: float, size: float) -> None:
        w = size * site.rng.uniform(0.3, 0.44)
        lean = site.rng.uniform(-0.2, 0.2) * w
        shape = (
            Path()
            .move(x - w, foot)
            .cubic(
                (x - w * 0.8, foot - size * 0.5),
                (x - w * 0.5 + lean, foot - size),
                (x + lean, foot - size),
            )
        )
        shape.cubic(
            (x + w * 0.5 + lean, foot - size), (x + w * 0.7, foot - size * 0.5), (x + w, foot)
        ).close()
        top = site.color((58, 104, 112))
        pale = mix(top, tint(site.colors.haze, 0.4), 0.75)
        site.canvas.fill(shape, linear((0, foot - size), (0, foot), top, mix(top, pale, 0.4), pale))

    return s.row(hill, y, high, step, 0.34)


def _sail_raft(site: Site, x: float, y: float, size: float) -> None:
    site.shadow(x, y + 3, size * 0.9, size * 0.08, 0.3)
    hull = (
        Path()
        .move(x - size * 0.8, y - size * 0.14)
        .quad((x, y + size * 0.16), (x + size * 0.8, y - size * 0.14))
        .quad((x, y + size * 0.02), (x - size * 0.8, y - size * 0.14))
        .close()
    )
    site.fill(hull, (96, 74, 62), 0.2)
    hood = (
        Path()
        .move(x - size * 0.3, y - size * 0.03)
        .cubic(
            (x - size * 0.3, y - size * 0.44),
            (x + size * 0.24, y - size * 0.44),
            (x + size * 0.24, y - size * 0.03),
        )
        .close()
    )
    site.fill(hood, (178, 142, 92), 0.3)
