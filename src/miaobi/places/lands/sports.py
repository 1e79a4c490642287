"""Stadiums, rinks, slopes and playgrounds."""

from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places import brushes
from miaobi.places.conditions import Conditions
from miaobi.places.lands.gardens import house_at
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns.site import Part, Plan, Site, join
from miaobi.places.wild import playthings, rocks, trees, yards
from miaobi.places.wild import scenery as s


def stadium(when: Conditions) -> Place:
    """Paint a football stadium with stands, floodlights, a goal and lines on the grass."""

    parts = (
        Part(5, 0.2, _stands),
        Part(3, 0.05, _lamps),
        Part(1, 0, s.together(_pitch, s.put(playthings.goal, (640, 604, 150)))),
    )
    lights = (Light(640, 100, 1000, (255, 250, 220), 0.2),)
    return s.outdoors(when, Plan(parts, 590, 676, lamps=lights))


def _stands(site: Site) -> None:
    for k in range(6):
        y = 300 + k * 40
        site.box(LEFT, y, RIGHT, y + 42, (110 + k * 8, 120 + k * 8, 150 + k * 8))
        for hue in (
            (236, 90, 90),
            (250, 210, 90),
            (90, 150, 230),
            (250, 250, 250),
            (120, 200, 130),
        ):
            heads = [
                ellipse(
                    site.rng.uniform(LEFT, RIGHT),
                    y + 18 + site.rng.uniform(-5, 5),
                    7 + k * 0.7,
                    9 + k,
                )
                for _ in range(34)
            ]
            site.canvas.fill(join(heads), site.color(hue))
    site.box(LEFT, 540, RIGHT, 584, (60, 90, 170))
    for k in range(8):
        site.box(
            LEFT + k * 260 + 20,
            548,
            LEFT + k * 260 + 220,
            576,
            ((240, 200, 80), (240, 110, 100), (120, 200, 220))[k % 3],
            6,
        )
    site.box(LEFT, 270, RIGHT, 304, (226, 232, 240))


def _lamps(site: Site) -> None:
    for x in (130, 1150, -260, 1540):
        site.line((150, 156, 170), 10, (x, 580), (x, 110))
        site.box(x - 60, 60, x + 60, 120, (90, 96, 112), 6)
        for k in range(8):
            lx, ly = x - 42 + k % 4 * 28, 76 + k // 4 * 28
            site.canvas.fill(ellipse(lx, ly, 10), (255, 252, 226))
        if site.lit:
            site.shine(x, 90, 260, (255, 250, 220), 0.6)


def _pitch(site: Site) -> None:
    green = s.earth(site, (104, 178, 84))
    for k in range(-10, 24):
        strip = polygon(
            [
                (640 + (k - 6) * 110, 584),
                (640 + (k - 5) * 110, 584),
                (640 + (k - 5) * 190, BOTTOM),
                (640 + (k - 6) * 190, BOTTOM),
            ]
        )
        site.canvas.fill(strip, green if k % 2 else shade(green, 0.1))
    site.line(WHITE, 4, (LEFT, 604), (RIGHT, 604))
    site.line(WHITE, 5, (300, 604), (240, 656), (1040, 656), (980, 604))
    site.line(WHITE, 7, (LEFT, 740), (RIGHT, 740))


def ice_rink(when: Conditions) -> Place:
    """Paint a frozen lake to skate on, with snow, firs, a hut and lamps on strings."""
    winter = replace(when, season="winter")

    parts = (
        Part(7, 0.5, s.peaks(470, 220, (120, 140, 190), 0.2)),
        Part(4, 0.3, s.together(s.hills(510, 20, s.SNOW), s.row(trees.fir, 550, 150, 64))),
        Part(
            2,
            0.04,
            s.together(
                house_at(1070, 590, 220, 210, (170, 116, 80), (140, 76, 66)),
                s.hills(584, 4, s.SNOW, 0.1),
                s.row(trees.fir, 592, 250, 220, clear=(250, 1240)),
                _lights,
            ),
        ),
        Part(1, 0, _ice),
    )
    return s.outdoors(
        winter, Plan(parts, 596, 668, lamps=(Light(640, 360, 700, (255, 220, 160), 0.24),))
    )


def _ice(site: Site) -> None:
    far = mix(site.color((206, 234, 248)), site.colors.sky_bottom, 0.3)
    site.canvas.fill(
        rectangle(LEFT, 590, RIGHT, BOTTOM + 9),
        linear((0, 590), (0, BOTTOM), far, site.color((140, 196, 230))),
    )
    for _ in range(30):
        x, y, w = (
            site.rng.uniform(LEFT, RIGHT),
            site.rng.uniform(604, 740),
            site.rng.uniform(40, 130),
        )
        track = (
            Path()
            .move(x - w, y)
            .quad((x, y - site.rng.uniform(-14, 14)), (x + w, y + site.rng.uniform(-6, 6)))
        )
        site.canvas.stroke(track, site.color(WHITE), site.rng.uniform(1.4, 2.6), 0.7)
    for _ in range(7):
        x, w = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(60, 150)
        shine = polygon([(x, 600), (x + w, 600), (x + w - 120, 730), (x - 120, 730)])
        site.canvas.fill(shine, (255, 255, 255), 0.16)


def _lights(site: Site) -> None:
    for x in (60, 640, 1220):
        rope = Path().move(x - 580, 300).quad((x - 290, 400), (x, 300))
        site.canvas.stroke(rope, site.color((80, 80, 100)), 2)
        for k in range(1, 12):
            t = k / 12
            px, py = x - 580 + 580 * t, 306 + 200 * t * (1 - t)
            hue = ((255, 120, 110), (255, 220, 110), (130, 220, 150), (130, 180, 255))[k % 4]
            if site.lit:
                site.shine(px, py, 30, hue)
            site.canvas.fill(ellipse(px, py, 6), hue)
        site.line((120, 90, 76), 7, (x, 296), (x, 586))


def ski_slope(when: Conditions) -> Place:
    """Paint a ski slope with a lift, gates, tracks and snowy firs."""
    winter = replace(when, season="winter")

    parts = (
        Part(8, 0.44, s.peaks(500, 380, (116, 138, 190), 0.16)),
        Part(5, 0.2, s.together(s.hills(500, 20, s.SNOW), s.row(trees.fir, 530, 110, 70))),
        Part(2.4, 0.06, s.together(_slope, _lift)),
        Part(
            1.5,
            0,
            s.put(
                trees.fir,
                (50, 640, 340),
                (160, 640, 230),
                (1150, 640, 250),
                (1250, 640, 360),
                (-190, 640, 320),
                (1480, 640, 320),
            ),
        ),
        Part(
            1, 0, s.together(s.floor(612, s.SNOW, low=0.16), s.put(rocks.stone(), (220, 684, 28)))
        ),
    )
    return s.outdoors(winter, Plan(parts, 612, 670))


def _lift(site: Site) -> None:
    site.line((90, 96, 116), 3, (LEFT, 130), (RIGHT, 330))
    for k in range(9):
        x = LEFT + 90 + k * 240
        y = 130 + (x - LEFT) * 0.1
        if k % 3 == 1:
            site.line((120, 126, 144), 9, (x, y - 6), (x, 560))
            site.line((120, 126, 144), 7, (x - 34, y - 4), (x + 34, y + 3))
            continue
        site.line((90, 96, 116), 3, (x, y), (x, y + 40))
        site.box(
            x - 30,
            y + 40,
            x + 30,
            y + 88,
            ((230, 80, 80), (80, 150, 220), (250, 190, 70))[k % 3],
            12,
        )
        site.box(x - 22, y + 47, x + 22, y + 66, (190, 226, 246), 6)


def _slope(site: Site) -> None:
    line = [
        (float(x), 470 + (RIGHT - x) * 0.07) for x in range(int(LEFT) - 40, int(RIGHT) + 80, 60)
    ]
    white = site.color(s.SNOW)
    brushes.land(site.canvas, line, tint(white, 0.3), mix(white, site.colors.sky_middle, 0.25), 200)
    for k in range(5):
        track = (
            Path()
            .move(960 + k * 12, 500)
            .cubic((700 + k * 20, 520), (980 + k * 24, 560), (620 + k * 34, 640))
        )
        site.canvas.stroke(track, site.color((176, 204, 232)), 2.4, 0.8)
    for k, x in enumerate((380, 560, 800, 980)):
        y = 545 + (1280 - x) * 0.05
        for side in (-17, 17):
            site.line((90, 90, 100), 3, (x + side, y), (x + side, y - 58))
        site.box(x - 17, y - 58, x + 17, y - 28, ((230, 70, 70), (70, 120, 220))[k % 2])


def playground(when: Conditions) -> Place:
    """Paint a playground with a slide, swings, a seesaw and a sandbox."""

    def sandbox(site: Site) -> None:
        site.canvas.fill(ellipse(640, 668, 360, 46), site.color((226, 150, 90)))
        site.canvas.fill(ellipse(640, 668, 346, 40), site.color((246, 222, 166)))

    parts = (
        Part(6, 0.5, s.together(s.hills(450, 30), s.row(trees.leaf_tree, 510, 150, 90))),
        Part(
            3,
            0.14,
            s.together(s.hills(570, 5), s.row(yards.picket((250, 210, 110), 50), 582, 80, 78, 0.0)),
        ),
        Part(
            1.5,
            0.02,
            s.together(
                s.put(playthings.swing, (390, 612, 230)),
                s.put(playthings.slide, (880, 618, 290)),
                s.put(playthings.seesaw, (1100, 616, 150), (120, 616, 150)),
                s.put(trees.leaf_tree, (-160, 630, 380), (1440, 630, 400)),
            ),
        ),
        Part(1, 0, s.together(s.floor(608, None, 200, 18), sandbox)),
    )
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),)))
