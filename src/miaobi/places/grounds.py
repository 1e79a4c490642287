"""Places people made outdoors: yards, gardens, parks, farms, camps, sports grounds, ruins."""

import math
from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places import brushes, buildings, chinese, plants
from miaobi.places import scenery as s
from miaobi.places import street_pieces as street
from miaobi.places import wild_pieces as wild
from miaobi.places import yard_pieces as yard
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.shores import moon_bridge, stone_lantern
from miaobi.places.site import Part, Plan, Site, join
from miaobi.places.woods import basket

PATH: Color = (220, 200, 164)
TILES: Color = (84, 92, 116)


def house_at(x: float, y: float, w: float, h: float, wall: Color, tiles: Color) -> s.Painting:
    """Return a house with a tiled roof."""
    return lambda site: buildings.house(site, x, y, w, h, wall, tiles)


def temple(when: Conditions) -> Place:
    """Paint a temple with curved roofs between pines, a censer and steps."""

    def shrine(site: Site) -> None:
        site.box(250, 566, 1030, 604, (190, 186, 180))
        chinese.hall(site, 640, 570, 620, 340, TILES, tiers=2)
        for k in range(4):
            site.box(
                540 - k * 14,
                566 + k * 10,
                740 + k * 14,
                578 + k * 10,
                tint((190, 186, 180), 0.1 * k),
            )

    parts = (
        Part(7, 0.6, s.together(s.peaks(470, 240, (116, 138, 150)), s.mist(470, 50, 0.6))),
        Part(
            5,
            0.4,
            s.together(
                s.row(plants.fir, 540, 190, 60),
                lambda site: chinese.pagoda(site, 1050, 560, 130, 400, 6, TILES),
            ),
        ),
        Part(2.2, 0.1, shrine),
        Part(
            1.4,
            0,
            s.put(
                stone_lantern, (200, 636, 190), (1080, 636, 190), (-120, 636, 190), (1400, 636, 190)
            ),
        ),
        Part(
            1.3,
            0,
            s.put(plants.fir, (60, 640, 380), (1220, 640, 400), (-250, 640, 380), (1530, 640, 380)),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (204, 198, 190), bumps=0.5),
                s.path_to(640, 606, (226, 220, 210), 200, 110),
            ),
        ),
    )
    lamps = (
        Light(200, 520, 420, (255, 200, 120), 0.34),
        Light(1080, 520, 420, (255, 200, 120), 0.34),
    )
    return s.outdoors(when, Plan(parts, 606, 668, lamps=lamps))


def treehouse(when: Conditions) -> Place:
    """Paint a wooden house in a great tree, with a ladder and a rope swing."""

    def tree(site: Site) -> None:
        bark, leaves = site.color((122, 86, 62)), s.leafy(site)
        bare = when.season == "winter"
        for x, y, r in (
            ()
            if bare
            else [
                (site.rng.uniform(240, 1060), site.rng.uniform(-40, 170), site.rng.uniform(80, 130))
                for _ in range(34)
            ]
        ):
            puff = brushes.radial(
                (x - r * 0.3, y - r * 0.5),
                r * 1.5,
                tint(leaves, 0.2),
                shade(leaves, 0.1),
                shade(leaves, 0.4),
            )
            site.canvas.fill(ellipse(x, y, r, r * 0.85), puff)
        trunk = (
            Path()
            .move(520, 616)
            .cubic((580, 580), (566, 460), (570, 330))
            .line(
                (490, 180),
                (530, 170),
                (610, 280),
                (650, 120),
                (690, 126),
                (690, 300),
                (800, 170),
                (834, 190),
                (716, 360),
            )
        )
        trunk.cubic((716, 470), (706, 580), (776, 616)).line(
            (700, 608), (640, 622), (590, 606)
        ).close()
        site.canvas.fill(
            trunk, linear((560, 0), (730, 0), tint(bark, 0.2), bark, shade(bark, 0.42))
        )
        cabin(site)
        for x, y, r in (
            ()
            if bare
            else [
                (
                    site.rng.choice((site.rng.uniform(200, 440), site.rng.uniform(850, 1090))),
                    site.rng.uniform(60, 250),
                    site.rng.uniform(60, 100),
                )
                for _ in range(20)
            ]
        ):
            puff = brushes.radial(
                (x - r * 0.3, y - r * 0.5), r * 1.5, tint(leaves, 0.32), leaves, shade(leaves, 0.32)
            )
            site.canvas.fill(ellipse(x, y, r, r * 0.85), puff)
        for side in (-15, 15):
            site.line((190, 140, 90), 6, (770 + side, 384), (790 + side, 616))
        for k in range(10):
            site.line((190, 140, 90), 6, (756 + k * 2, 404 + k * 22), (786 + k * 2, 404 + k * 22))
        for side in (-24, 24):
            site.line((206, 180, 130), 3, (340 + side, 220), (340 + side, 520))
        site.box(304, 516, 376, 526, (180, 124, 78), 3)

    def cabin(site: Site) -> None:
        site.box(440, 372, 860, 390, (150, 104, 66))
        site.box(500, 220, 770, 374, (206, 152, 98))
        for k in range(1, 7):
            site.line((160, 112, 70), 2, (500, 220 + k * 22), (770, 220 + k * 22), alpha=0.7)
        site.poly((170, 84, 66), (470, 226), (560, 126), (710, 126), (800, 226))
        buildings.window(site, 580, 330, 64, 64)
        site.box(676, 262, 734, 374, (126, 82, 54), 26)
        for k in range(14):
            site.line((176, 124, 80), 5, (446 + k * 31, 372), (446 + k * 31, 330))
        site.line((190, 138, 90), 7, (444, 330), (856, 330))

    parts = (
        Part(6, 0.6, s.together(s.hills(460, 40), s.row(plants.leaf_tree, 500, 110, 70))),
        Part(
            3.4,
            0.34,
            s.together(s.hills(560, 14), s.row(plants.leaf_tree, 590, 210, 170, clear=(420, 860))),
        ),
        Part(1.7, 0.03, tree),
        Part(
            1,
            0,
            s.together(
                s.floor(608, None, 220, 30), s.row(plants.bush, 624, 100, 240, clear=(260, 1020))
            ),
        ),
    )
    lamps = (Light(600, 320, 500, (255, 210, 130), 0.3),)
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),), lamps=lamps))


def tent_camp(when: Conditions) -> Place:
    """Paint a camp with tents, a fire, logs and firs."""
    parts = (
        Part(7, 0.6, s.peaks(470, 220, (110, 130, 170), 0.3)),
        Part(5, 0.45, s.together(s.hills(470, 30), s.row(plants.fir, 510, 130, 44))),
        Part(
            2.6,
            0.2,
            s.together(s.row(plants.fir, 590, 280, 100, clear=(480, 800)), s.hills(584, 8)),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(yard.tent((240, 150, 60)), (170, 640, 210), (-240, 640, 200)),
                s.put(yard.tent((80, 160, 190)), (1080, 634, 190), (1480, 640, 200)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, None, 180, 16),
                s.put(yard.log, (330, 656, 110), (950, 654, 110)),
                s.put(yard.campfire, (640, 640, 84)),
                s.put(wild.stone(), (120, 690, 26)),
            ),
        ),
    )
    lights = (Light(640, 600, 480, (255, 170, 80), 0.46 if palette(when).lit else 0.16),)
    return s.outdoors(when, Plan(parts, 608, 674, (Part(0.62, 0, s.ferns, 4),), lights=lights))


def bridge(when: Conditions) -> Place:
    """Paint the deck of a stone bridge over a river, before hills and another bridge."""

    def deck(site: Site) -> None:
        c: Color = (196, 188, 178)
        site.ground(612, tint(c, 0.1), shade(c, 0.36))
        for y in (634, 664, 704, 760):
            site.line(shade(c, 0.3), 2, (LEFT, y), (RIGHT, y), alpha=0.55)
        for k in range(-14, 32):
            site.line(
                shade(c, 0.3),
                2,
                (640 + (k - 9) * 76, 612),
                (640 + (k - 9) * 160, BOTTOM),
                alpha=0.4,
            )
        site.box(LEFT, 596, RIGHT, 616, shade(c, 0.1))
        x = LEFT + 30
        while x < RIGHT:
            site.box(x, 536, x + 128, 598, tint(c, 0.06), 4)
            site.box(x + 16, 550, x + 112, 586, shade(c, 0.18), 18)
            site.tube(x + 128, 512, x + 160, 612, c)
            site.disc(x + 144, 506, 17, c, 16)
            x += 160
        site.box(LEFT, 526, RIGHT, 540, tint(c, 0.2))

    parts = (
        Part(7, 0.6, s.peaks(440, 200, (116, 134, 166), 0.16)),
        Part(5, 0.42, s.together(s.hills(430, 26), s.row(plants.leaf_tree, 452, 80, 56))),
        Part(
            4,
            0.06,
            s.together(
                s.water(456, 640, s.LAKE, 140),
                s.put(moon_bridge, (640, 486, 300)),
                s.put(wild.rowboat, (300, 530, 80), (1010, 520, 70)),
            ),
        ),
        Part(1.3, 0, deck),
        Part(
            1.2,
            0,
            lambda site: [street.lamp(site, x, 606, 300) for x in (110, 1170, -260, 1540)] and None,
        ),
    )
    lamps = (
        Light(110, 330, 520, (255, 206, 130), 0.34),
        Light(1170, 330, 520, (255, 206, 130), 0.34),
    )
    return s.outdoors(when, Plan(parts, 612, 670, lamps=lamps, sky=s.sky_to(440)))


def backyard(when: Conditions) -> Place:
    """Paint a yard with a house, a fence, a tree with a swing, and laundry."""

    def laundry(site: Site) -> None:
        for x in (520, 800):
            site.line((150, 110, 76), 7, (x, 590), (x, 430))
        rope = Path().move(520, 440).quad((660, 462), (800, 440))
        site.canvas.stroke(rope, site.color((236, 230, 220)), 2.4)
        for k, hue in enumerate(
            ((236, 110, 110), (250, 246, 236), (110, 170, 220), (250, 206, 100))
        ):
            x, y = 560 + k * 56, 450 - abs(k - 1.5) * 2
            site.poly(hue, (x - 19, y), (x + 19, y), (x + 22, y + 58), (x - 17, y + 54))

    parts = (
        Part(6, 0.5, s.together(s.hills(450, 30), s.row(plants.leaf_tree, 500, 130, 80))),
        Part(
            2.4,
            0.08,
            s.together(
                house_at(1090, 594, 330, 300, (250, 232, 200), (190, 92, 76)),
                s.hills(592, 3),
                s.row(yard.picket(), 598, 88, 84, 0.0, (930, 1260)),
                laundry,
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(plants.leaf_tree, (110, 634, 470), (-260, 634, 400)),
                s.put(plants.bush, (290, 626, 110), (930, 622, 100), (1230, 626, 120)),
            ),
        ),
        Part(1, 0, s.together(s.floor(608, None, 230, 30), s.put(wild.stone(), (1120, 674, 26)))),
    )
    lamps = (Light(1090, 470, 460, (255, 210, 130), 0.3),)
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),), lamps=lamps))


def garden(when: Conditions) -> Place:
    """Paint a garden with flower beds, a rose arch, hedges and a path."""
    rose = plants.stalks((236, 90, 120), round_head=True)

    def rose_arch(site: Site) -> None:
        bow = (
            Path()
            .move(520, 606)
            .line((520, 420))
            .cubic((520, 260), (760, 260), (760, 420))
            .line((760, 606))
        )
        for width, color in ((26, WHITE), (10, (206, 214, 220))):
            site.canvas.stroke(bow, site.color(color), width)
        for k in range(60):
            t = k / 59
            x, y = (
                (520, 600 - t * 3 * 180)
                if t < 0.33
                else (760, 600 - (1 - t) * 3 * 180)
                if t > 0.67
                else (
                    640 - 120 * math.cos((t - 0.33) / 0.34 * 3.14),
                    420 - 118 * math.sin((t - 0.33) / 0.34 * 3.14),
                )
            )
            r = site.rng.uniform(11, 19)
            x, y = x + site.rng.uniform(-16, 16), y + site.rng.uniform(-12, 12)
            site.canvas.fill(ellipse(x, y, r), s.leafy(site, site.rng.uniform(0, 0.2)))
            if k % 2 and when.season != "winter":
                hue = site.rng.choice(((240, 100, 130), (252, 170, 190), (255, 240, 240)))
                site.disc(x, y, r * 0.55, hue)

    parts = (
        Part(6, 0.5, s.together(s.hills(460, 30), s.row(plants.leaf_tree, 510, 150, 80))),
        Part(
            3,
            0.12,
            s.together(
                s.row(plants.hedge, 586, 130, 130, 0.05),
                s.row(
                    plants.colored_tree((252, 182, 204), (255, 206, 222), (120, 180, 100)),
                    580,
                    230,
                    260,
                    clear=(440, 840),
                ),
            ),
        ),
        Part(1.8, 0.02, s.together(s.hills(594, 3), rose_arch)),
        Part(
            1.4,
            0,
            s.together(
                s.row(plants.tulip, 636, 62, 34, clear=(330, 950)),
                s.put(rose, *[(x, 640, 110) for x in (60, 110, 170, 230, 1060, 1110, 1170, 1220)]),
            ),
        ),
        Part(1, 0, s.together(s.floor(608, None, 180, 46), s.path_to(640, 606, PATH, 190, 70))),
    )
    front = (
        Part(
            0.66,
            0,
            s.put(
                plants.tulip, *[(x, 800, 170) for x in (-110, -50, 20, 70, 1210, 1270, 1330, 1400)]
            ),
            3,
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670, front))


def park(when: Conditions) -> Place:
    """Paint a city park with a fountain, benches, lamps and trees."""

    def towers(site: Site) -> None:
        for k, x in enumerate(range(int(LEFT), int(RIGHT), 150)):
            buildings.skyscraper(
                site,
                x + site.rng.uniform(0, 50),
                520,
                site.rng.uniform(70, 110),
                site.rng.uniform(120, 260),
                (170, 184, 206),
                k % 4,
            )

    def furniture(site: Site) -> None:
        street.fountain(site, 640, 606, 230)
        for x in (90, 1190):
            street.lamp(site, x, 622, 260)
        for x in (220, 1060):
            street.bench(site, x, 628, 150)

    parts = (
        Part(7, 0.6, towers),
        Part(4, 0.34, s.together(s.hills(520, 16), s.row(plants.leaf_tree, 552, 140, 80))),
        Part(
            2.2,
            0.08,
            s.together(s.hills(576, 4), s.row(plants.leaf_tree, 596, 270, 230, 0.15, (420, 860))),
        ),
        Part(
            1.4,
            0,
            s.together(furniture, s.put(plants.leaf_tree, (-40, 636, 420), (1330, 636, 430))),
        ),
        Part(1, 0, s.together(s.floor(612, None, 180, 30), s.path_to(640, 612, PATH, 260, 130))),
    )
    lamps = (
        Light(90, 400, 460, (255, 206, 130), 0.34),
        Light(1190, 400, 460, (255, 206, 130), 0.34),
    )
    return s.outdoors(when, Plan(parts, 612, 670, (Part(0.62, 0, s.ferns, 4),), lamps=lamps))


def playground(when: Conditions) -> Place:
    """Paint a playground with a slide, swings, a seesaw and a sandbox."""

    def sandbox(site: Site) -> None:
        site.canvas.fill(ellipse(640, 668, 360, 46), site.color((226, 150, 90)))
        site.canvas.fill(ellipse(640, 668, 346, 40), site.color((246, 222, 166)))

    parts = (
        Part(6, 0.5, s.together(s.hills(450, 30), s.row(plants.leaf_tree, 510, 150, 90))),
        Part(
            3,
            0.14,
            s.together(s.hills(570, 5), s.row(yard.picket((250, 210, 110), 50), 582, 80, 78, 0.0)),
        ),
        Part(
            1.5,
            0.02,
            s.together(
                s.put(yard.swing, (250, 616, 240)),
                s.put(yard.slide, (1060, 620, 300)),
                s.put(yard.seesaw, (660, 606, 170)),
                s.put(plants.leaf_tree, (-160, 630, 380), (1440, 630, 400)),
            ),
        ),
        Part(1, 0, s.together(s.floor(608, None, 200, 18), sandbox)),
    )
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),)))


def stadium(when: Conditions) -> Place:
    """Paint a football stadium with stands, floodlights, a goal and lines on the grass."""

    def stands(site: Site) -> None:
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

    def lamps(site: Site) -> None:
        for x in (130, 1150, -260, 1540):
            site.line((150, 156, 170), 10, (x, 580), (x, 110))
            site.box(x - 60, 60, x + 60, 120, (90, 96, 112), 6)
            for k in range(8):
                lx, ly = x - 42 + k % 4 * 28, 76 + k // 4 * 28
                site.canvas.fill(ellipse(lx, ly, 10), (255, 252, 226))
            if site.lit:
                site.shine(x, 90, 260, (255, 250, 220), 0.6)

    def pitch(site: Site) -> None:
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

    parts = (
        Part(5, 0.2, stands),
        Part(3, 0.05, lamps),
        Part(1, 0, s.together(pitch, s.put(yard.goal, (640, 604, 150)))),
    )
    lights = (Light(640, 100, 1000, (255, 250, 220), 0.2),)
    return s.outdoors(when, Plan(parts, 590, 676, lamps=lights))


def ice_rink(when: Conditions) -> Place:
    """Paint a frozen lake to skate on, with snow, firs, a hut and lamps on strings."""
    winter = replace(when, season="winter")

    def ice(site: Site) -> None:
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

    def lights(site: Site) -> None:
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

    parts = (
        Part(7, 0.5, s.peaks(470, 220, (120, 140, 190), 0.2)),
        Part(4, 0.3, s.together(s.hills(510, 20, s.SNOW), s.row(plants.fir, 550, 150, 64))),
        Part(
            2,
            0.04,
            s.together(
                house_at(1070, 590, 220, 210, (170, 116, 80), (140, 76, 66)),
                s.hills(584, 4, s.SNOW, 0.1),
                s.row(plants.fir, 592, 250, 220, clear=(250, 1240)),
                lights,
            ),
        ),
        Part(1, 0, ice),
    )
    return s.outdoors(
        winter, Plan(parts, 596, 668, lamps=(Light(640, 360, 700, (255, 220, 160), 0.24),))
    )


def ski_slope(when: Conditions) -> Place:
    """Paint a ski slope with a lift, gates, tracks and snowy firs."""
    winter = replace(when, season="winter")

    def lift(site: Site) -> None:
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

    def slope(site: Site) -> None:
        line = [(x, 470 + (RIGHT - x) * 0.07) for x in range(int(LEFT) - 40, int(RIGHT) + 80, 60)]
        white = site.color(s.SNOW)
        brushes.land(
            site.canvas, line, tint(white, 0.3), mix(white, site.colors.sky_middle, 0.25), 200
        )
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

    parts = (
        Part(8, 0.44, s.peaks(500, 380, (116, 138, 190), 0.16)),
        Part(5, 0.2, s.together(s.hills(500, 20, s.SNOW), s.row(plants.fir, 530, 110, 70))),
        Part(2.4, 0.06, s.together(slope, lift)),
        Part(
            1.5,
            0,
            s.put(
                plants.fir,
                (50, 640, 340),
                (160, 640, 230),
                (1150, 640, 250),
                (1250, 640, 360),
                (-190, 640, 320),
                (1480, 640, 320),
            ),
        ),
        Part(1, 0, s.together(s.floor(612, s.SNOW, low=0.16), s.put(wild.stone(), (220, 684, 28)))),
    )
    return s.outdoors(winter, Plan(parts, 612, 670))


def zoo(when: Conditions) -> Place:
    """Paint a zoo with a gate, enclosures, a giraffe and an elephant behind fences."""

    def gate(site: Site) -> None:
        for x in (420.0, 860):
            site.box(x - 26, 390, x + 26, 600, (196, 140, 92))
            site.disc(x, 380, 30, (110, 170, 90), 26)
        site.box(400, 340, 880, 402, (110, 160, 84), 20)
        for k, hue in enumerate(((250, 210, 80), (240, 110, 90), (120, 200, 240))):
            x = 550 + k * 90
            site.disc(x, 371, 22, hue)
            for side in (-1, 1):
                site.disc(x + side * 17, 353, 9, hue)
            for side in (-1, 1):
                site.canvas.fill(ellipse(x + side * 7, 368, 2.8), (50, 40, 40))

    def cage(site: Site, x: float, y: float, size: float) -> None:
        for k in range(9):
            site.line(
                (120, 104, 90),
                5,
                (x + (k - 4) * size * 0.11, y),
                (x + (k - 4) * size * 0.11, y - size * 0.42),
            )
        for k in (0.1, 0.38):
            site.line(
                (120, 104, 90), 6, (x - size * 0.48, y - size * k), (x + size * 0.48, y - size * k)
            )

    parts = (
        Part(6, 0.5, s.together(s.hills(450, 30), s.row(plants.leaf_tree, 500, 140, 90))),
        Part(
            3,
            0.12,
            s.together(
                s.hills(560, 6),
                s.put(giraffe, (230, 590, 330)),
                s.put(elephant, (1080, 592, 190)),
                s.put(plants.palm, (60, 580, 300), (1250, 580, 280)),
                s.put(plants.bush, (350, 594, 90), (960, 594, 90)),
            ),
        ),
        Part(
            2, 0.04, s.together(s.hills(596, 2), s.row(cage, 606, 210, 196, 0.0, (380, 900)), gate)
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, (222, 204, 172), bumps=2),
                s.row(plants.bush, 626, 90, 180, clear=(220, 1060)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),)))


def giraffe(site: Site, x: float, y: float, size: float) -> None:
    """Draw a giraffe that looks to the right."""
    u, c = size / 100, (246, 200, 110)
    for k in (-20, -11, 8, 17):
        site.box(x + (k - 2.6) * u, y - 44 * u, x + (k + 2.6) * u, y, shade(c, 0.08), 2 * u)
    site.fill(ellipse(x - 2 * u, y - 47 * u, 26 * u, 12 * u), c, 0.2)
    neck = (
        Path()
        .move(x + 8 * u, y - 44 * u)
        .line((x + 22 * u, y - 98 * u), (x + 30 * u, y - 98 * u), (x + 26 * u, y - 44 * u))
        .close()
    )
    site.fill(neck, c, 0.16)
    site.fill(ellipse(x + 33 * u, y - 99 * u, 10 * u, 5.4 * u), c, 0.16)
    for k in (24, 28):
        site.line((150, 100, 60), 1.8 * u, (x + k * u, y - 102 * u), (x + (k - 1) * u, y - 110 * u))
    site.canvas.fill(ellipse(x + 32 * u, y - 101 * u, 1.3 * u), (50, 36, 30))
    for dx, dy, r in (
        (-16, 50, 4),
        (-6, 44, 4.6),
        (6, 52, 4),
        (14, 46, 3.6),
        (18, 60, 3),
        (21, 72, 3),
        (24, 84, 2.6),
        (-20, 43, 3),
        (-2, 53, 3),
    ):
        site.canvas.fill(
            ellipse(x + dx * u, y - dy * u, r * u, r * 0.8 * u), site.color((190, 120, 60))
        )


def elephant(site: Site, x: float, y: float, size: float) -> None:
    """Draw an elephant that looks to the left."""
    u, c = size / 100, (156, 164, 182)
    for k in (-34, -12, 22, 42):
        site.box(x + (k - 9) * u, y - 40 * u, x + (k + 9) * u, y, shade(c, 0.08), 5 * u)
    site.fill(ellipse(x + 6 * u, y - 58 * u, 54 * u, 36 * u), c, 0.22)
    trunk = (
        Path()
        .move(x - 62 * u, y - 66 * u)
        .cubic((x - 84 * u, y - 50 * u), (x - 70 * u, y - 20 * u), (x - 88 * u, y - 12 * u))
    )
    site.canvas.stroke(trunk, site.color(c), 12 * u)
    site.fill(ellipse(x - 48 * u, y - 74 * u, 27 * u, 25 * u), c, 0.16)
    site.fill(ellipse(x - 28 * u, y - 72 * u, 19 * u, 25 * u), shade(c, 0.1), 0.16)
    site.canvas.fill(ellipse(x - 60 * u, y - 78 * u, 2.8 * u), (40, 36, 46))
    site.line((250, 246, 236), 4 * u, (x - 60 * u, y - 58 * u), (x - 74 * u, y - 48 * u))


def farm(when: Conditions) -> Place:
    """Paint a farmyard with a red barn, a silo, fences, hay and a windmill."""
    parts = (
        Part(
            6,
            0.5,
            s.together(
                s.hills(440, 46),
                s.row(plants.leaf_tree, 488, 60, 130),
                s.put(yard.windmill, (200, 490, 150)),
            ),
        ),
        Part(4, 0.3, s.together(s.hills(500, 22), s.hills(524, 8, (226, 196, 110)))),
        Part(
            2.2,
            0.06,
            s.together(
                s.hills(570, 5),
                s.put(yard.barn, (880, 590, 360)),
                s.put(plants.leaf_tree, (60, 590, 280), (1270, 590, 260)),
                s.row(yard.rails, 606, 130, 128, 0.0, (620, 1230)),
            ),
        ),
        Part(
            1.4, 0, s.together(s.put(haystack, (180, 640, 170), (-200, 640, 190), (1440, 640, 190)))
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, None, 180, 22),
                s.path_to(860, 606, PATH, 200, 60),
                s.put(plants.tuft, (120, 690, 40), (1180, 680, 44)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),)))


def haystack(site: Site, x: float, y: float, size: float) -> None:
    """Draw a stack of hay."""
    site.shadow(x, y, size * 0.7, size * 0.08)
    heap = (
        Path()
        .move(x - size * 0.56, y)
        .cubic((x - size * 0.6, y - size * 0.5), (x - size * 0.2, y - size), (x, y - size))
    )
    site.fill(
        heap.cubic(
            (x + size * 0.2, y - size), (x + size * 0.6, y - size * 0.5), (x + size * 0.56, y)
        ).close(),
        (236, 194, 96),
        0.28,
    )
    for _ in range(46):
        a, t = site.rng.uniform(-0.9, 0.9), site.rng.random()
        px, py = x + a * size * 0.56 * (1 - 0.8 * t * t), y - t * size * 0.9
        site.line(
            (206, 158, 70),
            2,
            (px, py),
            (px + site.rng.uniform(-12, 12), py + site.rng.uniform(4, 12)),
            alpha=0.8,
        )


def ruins(when: Conditions) -> Place:
    """Paint overgrown ruins with arches, broken columns and trees."""
    old: Color = (184, 174, 156)
    broken = yard.column(True, old)
    parts = (
        Part(6, 0.6, s.together(s.hills(450, 40), s.row(plants.leaf_tree, 490, 120, 80))),
        Part(
            4,
            0.4,
            s.together(
                s.hills(530, 14),
                s.put(yard.arch, (300, 560, 240), (980, 556, 260)),
                s.row(broken, 560, 200, 170),
            ),
        ),
        Part(
            2.2,
            0.14,
            s.together(
                s.hills(586, 6),
                s.put(yard.arch, (640, 598, 330)),
                s.put(broken, (330, 600, 330), (960, 600, 300)),
                s.row(plants.bush, 604, 90, 190),
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(broken, (90, 640, 520), (1200, 640, 560), (-220, 640, 480), (1500, 640, 480)),
                s.put(plants.bush, (200, 640, 130), (1080, 636, 120)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, None, 200, 16),
                s.path_to(640, 606, (200, 190, 172), 200, 90),
                s.put(block, (230, 672, 80), (1090, 676, 90), (140, 694, 50)),
            ),
        ),
    )
    return s.outdoors(
        when, Plan(parts, 606, 670, (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),))
    )


def block(site: Site, x: float, y: float, size: float) -> None:
    """Draw a fallen block of stone."""
    c: Color = (184, 174, 156)
    site.shadow(x, y, size * 0.8, size * 0.14)
    site.poly(
        c,
        (x - size * 0.5, y),
        (x - size * 0.44, y - size * 0.46),
        (x + size * 0.3, y - size * 0.52),
        (x + size * 0.34, y),
    )
    site.poly(
        shade(c, 0.26),
        (x + size * 0.3, y - size * 0.52),
        (x + size * 0.56, y - size * 0.4),
        (x + size * 0.56, y - 6),
        (x + size * 0.34, y),
    )


def battlefield(when: Conditions) -> Place:
    """Paint a field of battle with banners, trenches, sandbags, smoke and broken trees."""
    base = palette(when)
    dust: Color = (196, 160, 120)
    colors = replace(
        base,
        sky_top=mix(base.sky_top, (120, 110, 120), 0.5),
        sky_middle=mix(base.sky_middle, (200, 160, 130), 0.5),
        sky_bottom=mix(base.sky_bottom, (240, 190, 130), 0.5),
        haze=mix(base.haze, (206, 170, 140), 0.7),
        ambient=mix(base.ambient, (255, 230, 206), 0.4),
    )

    def smoke(site: Site) -> None:
        for x, y in ((250, 470), (1010, 480), (-140, 460), (1400, 470)):
            for k in range(9):
                r = 24 + k * 11
                s.halo(
                    site,
                    x + site.rng.uniform(-20, 20) + k * 9,
                    y - k * 38,
                    r * 1.5,
                    site.color((96, 88, 92)),
                    0.5,
                )
            s.halo(site, x, y, 90, (255, 150, 60), 0.7)

    def banner(site: Site, x: float, y: float, size: float) -> None:
        hue = site.rng.choice(((206, 60, 60), (60, 90, 180), (230, 170, 60)))
        lean = site.rng.uniform(-0.1, 0.1) * size
        site.line((110, 80, 60), size * 0.03, (x, y), (x + lean, y - size))
        cloth = (
            Path()
            .move(x + lean, y - size)
            .cubic(
                (x + size * 0.2, y - size * 1.06),
                (x + size * 0.3, y - size * 0.9),
                (x + size * 0.56, y - size * 0.96),
            )
        )
        cloth.line((x + size * 0.46, y - size * 0.8), (x + size * 0.54, y - size * 0.62)).cubic(
            (x + size * 0.3, y - size * 0.58),
            (x + size * 0.2, y - size * 0.74),
            (x + lean * 0.6, y - size * 0.6),
        ).close()
        site.fill(cloth, hue, 0.2)

    def bags(site: Site, x: float, y: float, size: float) -> None:
        for r in range(3):
            for k in range(4 - r):
                bx = x + (k - (3 - r) / 2) * size * 0.3
                site.box(
                    bx - size * 0.16,
                    y - (r + 1) * size * 0.14,
                    bx + size * 0.16,
                    y - r * size * 0.14,
                    (206, 178, 132),
                    size * 0.06,
                )

    parts = (
        Part(7, 0.6, s.peaks(500, 140, (130, 116, 116))),
        Part(5, 0.4, s.together(s.hills(490, 26, dust), smoke, s.row(banner, 510, 110, 150))),
        Part(
            2.4,
            0.16,
            s.together(
                s.hills(570, 12, dust),
                s.row(stake, 590, 110, 130, clear=(470, 810)),
                s.row(banner, 590, 210, 330, clear=(450, 830)),
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(bags, (130, 640, 200), (1160, 640, 210), (-200, 640, 200), (1480, 640, 200)),
                s.put(banner, (240, 636, 330), (1040, 632, 300)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (186, 148, 108), 40, bumps=9),
                s.scatter(wild.stone((150, 124, 100)), 16, 630, 735, 18, True),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 670), colors)


def stake(site: Site, x: float, y: float, size: float) -> None:
    """Draw crossed pointed stakes."""
    for side in (-1, 1):
        site.line(
            (124, 88, 62),
            size * 0.1,
            (x - side * size * 0.4, y),
            (x + side * size * 0.4, y - size * 0.7),
        )
    site.line(
        (110, 78, 56),
        size * 0.08,
        (x - size * 0.7, y - size * 0.34),
        (x + size * 0.7, y - size * 0.34),
    )


def ancient_greece(when: Conditions) -> Place:
    """Paint a Greek temple on a hill, columns, olive trees and the sea."""
    olive = plants.colored_tree((140, 160, 110), (156, 174, 122))
    parts = (
        Part(
            7,
            0.4,
            s.together(s.water(470, 560, (40, 130, 190), 60), s.hills(480, 16, (190, 176, 140))),
        ),
        Part(4, 0.14, s.together(acropolis, s.put(yard.greek_temple, (640, 460, 300)))),
        Part(
            2.2,
            0.08,
            s.together(
                s.hills(580, 8, (210, 196, 140)), s.row(olive, 596, 170, 190, clear=(430, 850))
            ),
        ),
        Part(
            1.4,
            0,
            s.put(
                yard.column(), (90, 640, 470), (1200, 640, 470), (-220, 640, 470), (1500, 640, 470)
            ),
        ),
        Part(1.3, 0, s.put(yard.column(True), (230, 640, 330), (1060, 640, 300))),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (232, 218, 186), 50, bumps=2),
                s.path_to(640, 606, (244, 236, 216), 200, 100),
                s.put(plants.bush, (30, 650, 110), (1260, 650, 110)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 670))


def acropolis(site: Site) -> None:
    """Draw a steep hill with a flat top."""
    c: Color = (206, 184, 146)
    site.poly(
        c,
        (120, 600),
        (240, 500),
        (300, 470),
        (420, 456),
        (860, 456),
        (980, 474),
        (1050, 510),
        (1170, 600),
    )
    site.poly(
        shade(c, 0.2), (700, 600), (760, 500), (860, 456), (980, 474), (1050, 510), (1170, 600)
    )


def solar_farm(when: Conditions) -> Place:
    """Paint rows of solar panels and wind turbines on green hills."""
    parts = (
        Part(
            6,
            0.5,
            s.together(
                s.hills(450, 40),
                s.put(
                    yard.turbine,
                    (160, 470, 230),
                    (420, 450, 200),
                    (860, 450, 220),
                    (1130, 466, 250),
                    (-120, 470, 230),
                    (1420, 460, 230),
                ),
            ),
        ),
        Part(4, 0.22, s.together(s.hills(500, 8), s.row(yard.panel, 530, 60, 74, 0.0))),
        Part(3, 0.12, s.row(yard.panel, 566, 86, 104, 0.0)),
        Part(
            2,
            0.04,
            s.together(
                s.put(yard.turbine, (1000, 600, 430), (-220, 600, 420)),
                s.row(yard.panel, 608, 128, 150, 0.0, (480, 800)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(612, None, 220, 30),
                s.put(
                    yard.panel, (80, 668, 200), (1200, 668, 200), (-220, 668, 200), (1500, 668, 200)
                ),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 612, 672))


def picnic(when: Conditions) -> Place:
    """Paint a picnic: a checked blanket, a basket, food, a tree and a lake."""

    def blanket(site: Site) -> None:
        cloth = polygon([(330, 640), (950, 640), (1090, 726), (190, 726)])
        site.canvas.fill(cloth, site.color((250, 244, 236)))
        with site.canvas.grouped(clip=cloth):
            for k in range(13):
                a, b = 330 + k * 52, 190 + k * 75
                site.poly((236, 96, 90), (a, 640), (a + 26, 640), (b + 37, 726), (b, 726), soft=0)
            for y in (648, 672, 700):
                red = site.color((236, 96, 90))
                site.canvas.fill(rectangle(150, y, 1100, y + 12), red, 0.45)

    def food(site: Site) -> None:
        basket(site, 290, 672, 110)
        for x, y, hue in (
            (1000, 676, (226, 60, 56)),
            (1026, 682, (240, 190, 70)),
            (980, 684, (130, 190, 80)),
        ):
            site.disc(x, y - 12, 13, hue)
        slice_ = Path().move(880, 700).quad((925, 730), (970, 700)).close()
        site.fill(slice_, (236, 84, 90), 0.1)
        site.line((90, 170, 90), 5, (880, 701), (925, 716), (970, 701))

    parts = (
        Part(6, 0.55, s.together(s.peaks(450, 150, (120, 138, 176), 0.2), s.hills(440, 30))),
        Part(4, 0.1, s.together(s.water(480, 600, s.LAKE, 60), s.hills(540, 8))),
        Part(
            2.2,
            0.08,
            s.together(
                s.hills(570, 10),
                s.put(
                    plants.leaf_tree,
                    (300, 590, 230),
                    (1060, 586, 250),
                    (-200, 590, 240),
                    (1480, 590, 240),
                ),
            ),
        ),
        Part(1.4, 0, s.put(plants.leaf_tree, (60, 636, 480), (1330, 640, 430))),
        Part(1, 0, s.together(s.floor(606, None, 220, 44), blanket, food)),
    )
    return s.outdoors(when, Plan(parts, 606, 684, (Part(0.62, 0, s.ferns, 4),), sky=s.sky_to(460)))
