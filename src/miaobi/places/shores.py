"""More places at the water: harbors, ships, rivers, ponds, pools, falls, springs."""

import math
from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes, chinese, plants
from miaobi.places import scenery as s
from miaobi.places import wild_pieces as wild
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light, Place
from miaobi.places.site import Part, Plan, Site, join
from miaobi.places.waters import island_far, parasol, swim

PLANK: Color = (196, 148, 104)
TILE: Color = (226, 232, 236)


def planks(y: float, color: Color = PLANK) -> s.Painting:
    """Return a floor of boards which run away from the viewer."""

    def paint(site: Site) -> None:
        site.ground(y, tint(color, 0.12), shade(color, 0.4))
        for k in range(-16, 34):
            far, near = 640 + (k - 9) * 58, 640 + (k - 9) * 132
            site.line(shade(color, 0.4), 2.2, (far, y), (near, BOTTOM), alpha=0.55)
        site.box(LEFT, y - 3, RIGHT, y + 6, tint(color, 0.25))

    return paint


def posts(y: float, top: float, step: float, rail: bool = False) -> s.Painting:
    """Return posts along the far edge of a floor, joined by ropes or rails."""

    def paint(site: Site) -> None:
        x = LEFT + 40
        while x < RIGHT:
            if rail:
                site.box(x, top + 8, x + step, top + 20, tint(PLANK, 0.1))
                site.box(x, (y + top) / 2, x + step, (y + top) / 2 + 9, PLANK)
            else:
                rope = Path().move(x, top + 24).quad((x + step / 2, y + 6), (x + step, top + 24))
                site.canvas.stroke(rope, site.color((222, 196, 150)), 6)
            site.tube(x - 13, top, x + 13, y + 16, (150, 104, 74))
            site.disc(x, top, 13, (196, 150, 110), 6)
            x += step

    return paint


def harbor(when: Conditions) -> Place:
    """Paint a harbor with boats, a lighthouse and a pier with crates."""
    red, blue, green = (wild.sailboat(c, d) for c, d in (((204, 70, 64), (250, 242, 224)), ((44, 110, 160), (255, 216, 150)), ((60, 136, 112), (244, 236, 226))))
    head = s.together(s.put(island_far, (210, 424, 240)), s.put(wild.lighthouse, (190, 362, 150)))
    boats = s.together(s.put(red, (330, 512, 190)), s.put(blue, (1040, 500, 170)), s.put(green, (-160, 520, 200), (1440, 520, 200)), s.put(blue, (700, 456, 60)))
    parts = (
        Part(5, 0.4, head),
        Part(4, 0.05, s.water(420, 620, (28, 116, 166), 140)),
        Part(2, 0.04, boats),
        Part(1.3, 0, s.together(planks(602), posts(602, 530, 250))),
        Part(1, 0, s.together(s.put(crate, (1130, 660, 84), (1214, 664, 74), (1170, 580, 70), (80, 664, 80)), s.put(barrel, (170, 662, 80)))),
    )
    front = (Part(0.62, 0, s.put(barrel, (-60, 800, 300)), 4),)
    return s.outdoors(when, Plan(parts, 604, 668, front, sky=s.sky_to(420)))


def crate(site: Site, x: float, y: float, size: float) -> None:
    """Draw a wooden crate."""
    c, h = (190, 136, 86), size / 2
    site.shadow(x, y, size * 0.7, size * 0.1)
    site.box(x - h, y - size, x + h, y, c)
    for a, b in (((x - h, y - size), (x + h, y)), ((x - h, y), (x + h, y - size))):
        site.line(shade(c, 0.35), size * 0.07, a, b)
    site.canvas.stroke(rectangle(x - h, y - size, x + h, y), site.color(shade(c, 0.35)), size * 0.07)


def barrel(site: Site, x: float, y: float, size: float) -> None:
    """Draw a barrel."""
    w = size * 0.36
    site.shadow(x, y, w * 1.4, size * 0.1)
    body = Path().move(x - w * 0.8, y).quad((x - w * 1.3, y - size / 2), (x - w * 0.8, y - size)).line((x + w * 0.8, y - size)).quad((x + w * 1.3, y - size / 2), (x + w * 0.8, y)).close()
    c = site.color((160, 104, 66))
    site.canvas.fill(body, linear((x - w, 0), (x + w, 0), shade(c, 0.1), tint(c, 0.24), c, shade(c, 0.42)))
    for k in (0.2, 0.8):
        site.line((84, 84, 96), size * 0.06, (x - w * 0.96, y - size * k), (x + w * 0.96, y - size * k))
    site.disc(x, y - size, w * 0.8, (190, 140, 92), w * 0.2)


def ship_deck(when: Conditions) -> Place:
    """Paint the deck of a sailing ship with mast, sail, wheel and the open sea."""

    def rig(site: Site) -> None:
        site.tube(620, TOP, 660, 606, (140, 96, 66))
        sail = Path().move(300, 10).line((980, 10)).cubic((1020, 130), (1000, 220), (940, 290)).cubic((800, 250), (480, 250), (340, 290)).cubic((280, 220), (260, 130), (300, 10)).close()
        site.fill(sail, (250, 240, 220), 0.2)
        for x in (440, 640, 840):
            seam = Path().move(x, 10).quad((x + (x - 640) * 0.3, 140), (x, 266))
            site.canvas.stroke(seam, site.color((214, 196, 168)), 2, 0.7)
        site.box(270, 0, 1010, 16, (120, 82, 58), 8)
        for side in (-1, 1):
            for k in range(5):
                site.line((110, 84, 66), 2.4, (640 + side * 30, 20), (640 + side * (400 + k * 50), 560))
            for k in range(1, 9):
                t = k / 9
                a, b = 640 + side * (30 + 370 * t), 640 + side * (30 + 570 * t)
                site.line((110, 84, 66), 2, (a, 20 + 540 * t), (b, 20 + 540 * t))

    def wheel(site: Site, x: float, y: float, size: float) -> None:
        site.box(x - size * 0.1, y - size * 0.6, x + size * 0.1, y, (130, 88, 60), 4)
        hub = (x, y - size * 0.74)
        for k in range(8):
            with site.canvas.transformed(*hub, degrees=k * 45):
                site.line((150, 100, 64), size * 0.06, (0, 0), (0, -size * 0.52))
        site.canvas.stroke(ellipse(*hub, size * 0.36), site.color((170, 116, 74)), size * 0.09)
        site.disc(*hub, size * 0.1, (226, 180, 90))

    parts = (
        Part(5, 0.1, s.together(s.water(430, 640, (24, 110, 170), 150), s.put(island_far, (1010, 434, 170)))),
        Part(1.5, 0.02, rig),
        Part(1.3, 0, s.together(posts(600, 520, 150, rail=True), planks(604))),
        Part(1, 0, s.together(s.put(wheel, (1130, 660, 190)), s.put(barrel, (90, 664, 100), (170, 674, 84)))),
    )
    return s.outdoors(when, Plan(parts, 606, 668, sky=s.sky_to(430)))


def aquarium_hall(when: Conditions) -> Place:
    """Paint a dark hall before the great window of an aquarium."""
    colors = replace(palette(when), ambient=(176, 206, 240), key=(170, 236, 255), haze=(50, 120, 180), shadow=(6, 14, 40))

    def tank(site: Site) -> None:
        canvas = site.canvas
        brushes.backdrop(canvas, (14, 24, 56), (22, 40, 84), (20, 34, 72), bottom=600)
        glass = rectangle(-60, 70, 1340, 560, 60)
        canvas.fill(glass, linear((0, 70), (0, 560), (130, 226, 244), (40, 150, 214), (16, 84, 160)))
        with canvas.grouped(clip=glass):
            day = Site(canvas, site.colors, site.when, site.rng, 0.2)
            s.rays(640, 7, 1300, 560, 0.24)(day)
            brushes.land(canvas, brushes.ridge(520, 12, site.rng), (226, 212, 160), (150, 150, 130), 60)
            for k in range(9):
                plants.coral(day, -20 + k * 165, 536, site.rng.uniform(70, 120))
                plants.weed(day, 60 + k * 165, 540, site.rng.uniform(80, 160))
            for _ in range(22):
                hue = site.rng.choice(((252, 180, 70), (240, 110, 110), (250, 230, 120), (140, 120, 230)))
                swim(day, site.rng.uniform(0, 1280), site.rng.uniform(130, 440), site.rng.uniform(12, 26), hue)
            shark(day, 900, 210, 150)
            shark(day, 250, 330, 90)
        canvas.stroke(glass, (60, 84, 130), 20)
        for x in (300, 640, 980):
            canvas.stroke(Path().move(x, 74).line((x, 556)), (60, 84, 130), 9)

    def hall(site: Site) -> None:
        floor = linear((0, 600), (0, BOTTOM), (44, 92, 142), (12, 20, 50))
        site.canvas.fill(rectangle(LEFT, 596, RIGHT, BOTTOM + 9), floor)
        for x in (140, 470, 800, 1130):
            sheen = radial((0, 0), 200, Stop(0, (120, 214, 250), 0.36), Stop(1, (120, 214, 250), 0))
            with site.canvas.transformed(x, 636, scale=(1.0, 0.2)):
                site.canvas.fill(ellipse(0, 0, 200), sheen)

    parts = (Part(1, 0, hall),)
    lights = (Light(640, 320, 900, (90, 190, 255), 0.22),)
    plan = Plan(parts, 598, 668, lights=lights, sky=tank, weather=False)
    return s.outdoors(when, plan, colors)


def shark(site: Site, x: float, y: float, size: float) -> None:
    """Draw a shark that swims to the left."""
    c = (110, 132, 160)
    body = Path().move(x - size, y).cubic((x - size * 0.6, y - size * 0.34), (x + size * 0.3, y - size * 0.3), (x + size * 0.8, y - size * 0.04))
    body.line((x + size * 1.12, y - size * 0.36), (x + size, y), (x + size * 1.08, y + size * 0.24), (x + size * 0.8, y + size * 0.04))
    site.fill(body.cubic((x + size * 0.2, y + size * 0.24), (x - size * 0.6, y + size * 0.24), (x - size, y)).close(), c, 0.3)
    site.poly(c, (x - size * 0.16, y - size * 0.22), (x + size * 0.16, y - size * 0.52), (x + size * 0.2, y - size * 0.2))
    site.poly(shade(c, 0.2), (x - size * 0.3, y + size * 0.1), (x - size * 0.04, y + size * 0.44), (x + size * 0.02, y + size * 0.12))
    site.canvas.fill(ellipse(x - size * 0.66, y - size * 0.06, size * 0.04), (26, 30, 44))


def swimming_pool(when: Conditions) -> Place:
    """Paint a swimming pool with lanes, a slide, loungers and a parasol."""
    def pool(site: Site) -> None:
        site.box(LEFT, 470, RIGHT, 500, TILE)
        water = linear((0, 496), (0, 616), site.color((150, 230, 246)), site.color((40, 168, 220)))
        site.canvas.fill(rectangle(LEFT, 496, RIGHT, 616), water)
        for _ in range(70):
            y = site.rng.uniform(502, 606)
            wave, w = ellipse(site.rng.uniform(LEFT, RIGHT), y, site.rng.uniform(14, 44), 1.6), WHITE
            site.canvas.fill(wave, site.color(w), 0.4)
        for y, r in ((526, 4.5), (562, 6.5)):
            for k, x in enumerate(range(int(LEFT), int(RIGHT), int(r * 3.4))):
                site.canvas.fill(ellipse(x, y, r * 1.3, r), site.color((232, 80, 76) if k // 6 % 2 else (250, 250, 250)))
        ring(site, 390, 548, 46)
        duck(site, 880, 550, 44)

    def deck(site: Site) -> None:
        site.box(LEFT, 606, RIGHT, 622, (250, 252, 252))
        site.ground(620, (232, 222, 206), (176, 160, 148))
        for k in range(-12, 30):
            site.line((200, 186, 170), 1.8, (640 + (k - 9) * 70, 620), (640 + (k - 9) * 150, BOTTOM), alpha=0.7)
        for y in (646, 686, 740):
            site.line((200, 186, 170), 1.8, (LEFT, y), (RIGHT, y), alpha=0.7)

    parts = (
        Part(6, 0.5, s.together(s.hills(440, 26), s.row(plants.leaf_tree, 476, 110, 90))),
        Part(3, 0.05, s.together(s.row(plants.hedge, 480, 90, 96, 0.1), s.put(slide, (1030, 500, 250)), s.put(plants.palm, (120, 480, 300), (330, 480, 240), (-200, 480, 280), (1420, 480, 280)))),
        Part(1.6, 0, pool),
        Part(1, 0, s.together(deck, s.put(parasol, (120, 664, 240)), s.put(lounger, (1140, 672, 150), (1480, 672, 150)))),
    )
    return s.outdoors(when, Plan(parts, 622, 670, sky=s.sky_to(440)))


def ring(site: Site, x: float, y: float, size: float) -> None:
    """Draw a swimming ring on the water."""
    site.shadow(x, y + size * 0.2, size * 1.1, size * 0.3, 0.25)
    for width, color in ((size * 0.5, (244, 110, 120)), (size * 0.16, (255, 244, 236))):
        site.canvas.stroke(ellipse(x, y, size * 0.7, size * 0.3), site.color(color), width)


def duck(site: Site, x: float, y: float, size: float) -> None:
    """Draw a rubber duck."""
    site.disc(x, y, size * 0.6, (255, 214, 70), size * 0.4)
    site.disc(x - size * 0.36, y - size * 0.6, size * 0.36, (255, 214, 70))
    site.disc(x - size * 0.76, y - size * 0.54, size * 0.16, (250, 140, 50), size * 0.09)
    site.canvas.fill(ellipse(x - size * 0.46, y - size * 0.68, size * 0.06), (40, 36, 40))


def slide(site: Site, x: float, y: float, size: float) -> None:
    """Draw a water slide with its tower."""
    for k in (0, 0.26):
        site.line((170, 180, 196), 8, (x + size * k, y), (x + size * k, y - size * 0.9))
    for k in range(1, 8):
        site.line((170, 180, 196), 5, (x, y - size * 0.11 * k), (x + size * 0.26, y - size * 0.11 * k))
    chute = Path().move(x + size * 0.1, y - size * 0.9).cubic((x - size * 0.5, y - size * 0.9), (x + size * 0.1, y - size * 0.3), (x - size * 0.8, y))
    for width, color in ((44, (60, 150, 226)), (26, (140, 210, 250))):
        site.canvas.stroke(chute, site.color(color), width)
    site.poly((246, 120, 90), (x - size * 0.12, y - size * 1.06), (x + size * 0.13, y - size * 1.26), (x + size * 0.38, y - size * 1.06))


def lounger(site: Site, x: float, y: float, size: float) -> None:
    """Draw a deck chair."""
    site.shadow(x, y, size * 0.6, size * 0.07)
    for k in (-0.4, 0.3):
        site.line((240, 240, 240), 6, (x + k * size, y), (x + k * size, y - size * 0.2))
    site.line((84, 170, 214), size * 0.1, (x - size * 0.5, y - size * 0.22), (x + size * 0.2, y - size * 0.22), (x + size * 0.52, y - size * 0.6))


def swamp(when: Conditions) -> Place:
    """Paint a swamp with crooked trees, moss, lily pads and mist."""

    def crooked(site: Site, x: float, y: float, size: float) -> None:
        bark = site.color((92, 84, 72))
        trunk = Path().move(x - size * 0.16, y).cubic((x - size * 0.02, y - size * 0.1), (x - size * 0.12, y - size * 0.5), (x + size * 0.02, y - size))
        trunk.line((x + size * 0.08, y - size)).cubic((x + size * 0.02, y - size * 0.5), (x + size * 0.06, y - size * 0.1), (x + size * 0.18, y)).close()
        site.canvas.fill(trunk, linear((x - size * 0.1, 0), (x + size * 0.1, 0), tint(bark, 0.16), bark, shade(bark, 0.4)))
        for side, up in ((1, 0.62), (-1, 0.74), (1, 0.86)):
            limb = Path().move(x, y - size * up).quad((x + side * size * 0.2, y - size * (up + 0.1)), (x + side * size * 0.42, y - size * (up - 0.02)))
            site.canvas.stroke(limb, bark, size * 0.03)
            for k in range(6):
                mx = x + side * size * (0.1 + 0.06 * k)
                site.line((110, 140, 100), 3, (mx, y - size * (up + 0.04)), (mx + 3, y - size * (up - 0.14 - 0.05 * (k % 3))), alpha=0.75)

    murk: Color = (70, 104, 84)
    parts = (
        Part(6, 0.7, s.together(s.hills(470, 20, (90, 120, 90)), s.row(crooked, 520, 300, 120))),
        Part(4, 0.2, s.together(s.water(500, 640, murk, 90), s.mist(510, 40, 0.6))),
        Part(2.2, 0.2, s.together(s.row(crooked, 590, 460, 300, 0.15, (480, 800)), s.scatter(plants.lotus, 16, 548, 612, 40))),
        Part(1.4, 0, s.together(s.put(crooked, (90, 640, 620), (1210, 640, 640), (-260, 640, 600), (1540, 640, 600)), s.row(plants.reed, 632, 130, 110, clear=(300, 980)), s.mist(590, 30, 0.34))),
        Part(1, 0, s.together(s.shore(612, (104, 112, 74), foam=False), s.floor(624, (104, 116, 74), 170), s.put(plants.mushroom, (210, 680, 40)), s.put(wild.stone((96, 108, 98)), (1080, 684, 40)))),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 616, 672, front, sky=s.sky_to(480)))


def pond(when: Conditions) -> Place:
    """Paint a lotus pond with a willow and a small bridge."""
    parts = (
        Part(6, 0.6, s.together(s.hills(430, 30), s.row(plants.leaf_tree, 468, 90, 70))),
        Part(4, 0.05, s.together(s.water(470, 640, (70, 146, 140), 70), s.scatter(plants.lotus, 30, 492, 540, 34))),
        Part(2.4, 0.06, s.put(moon_bridge, (880, 506, 220))),
        Part(1.8, 0, s.scatter(plants.lotus, 20, 548, 606, 62)),
        Part(1.4, 0, s.together(s.put(willow, (110, 640, 520), (-260, 640, 480), (1500, 640, 500)), s.put(plants.reed, (1150, 634, 150), (1240, 636, 180), (240, 632, 110)))),
        Part(1, 0, s.together(s.shore(612, None, foam=False), s.floor(622, None, 170, 26), s.put(wild.stone(), (160, 668, 34), (1120, 664, 44), (1180, 676, 28)))),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 614, 672, front, sky=s.sky_to(450)))


def moon_bridge(site: Site, x: float, y: float, size: float) -> None:
    """Draw an arched stone bridge over water."""
    c: Color = (196, 190, 184)
    body = Path().move(x - size, y + 20).quad((x, y - size * 0.9), (x + size, y + 20)).line((x + size * 0.5, y + 20))
    site.fill(body.quad((x, y - size * 0.6), (x - size * 0.5, y + 20)).close(), c, 0.26)
    rail = Path().move(x - size, y - 4).quad((x, y - size * 1.06), (x + size, y - 4))
    site.canvas.stroke(rail, site.color(tint(c, 0.4)), 6)
    for k in range(-5, 6):
        t = k / 6
        py = y + 8 - size * 0.46 * (1 - t * t)
        site.line(tint(c, 0.3), 5, (x + t * size, py + 4), (x + t * size, py - size * 0.1))


def willow(site: Site, x: float, y: float, size: float) -> None:
    """Draw a weeping willow."""
    bark, green = site.color((112, 86, 66)), s.leafy(site)
    trunk = Path().move(x - size * 0.09, y).cubic((x - size * 0.03, y - 60), (x - size * 0.05, y - size * 0.4), (x - size * 0.02, y - size * 0.7)).line((x + size * 0.04, y - size * 0.7))
    site.canvas.fill(trunk.cubic((x + size * 0.03, y - size * 0.4), (x + size * 0.03, y - 60), (x + size * 0.09, y)).close(), linear((x - 30, 0), (x + 30, 0), tint(bark, 0.2), bark, shade(bark, 0.4)))
    for _ in range(70):
        a = site.rng.uniform(-1, 1)
        top, deep = (x + a * size * 0.2, y - size * (0.98 - 0.1 * a * a)), site.rng.uniform(0.35, 0.72) * size
        foot = (x + a * size * 0.56, top[1] + deep)
        strand = Path().move(*top).cubic((x + a * size * 0.5, top[1] - size * 0.06), (foot[0], top[1] + deep * 0.4), foot)
        site.canvas.stroke(strand, mix(green, site.colors.key, site.rng.uniform(0, 0.24)), site.rng.uniform(3, 6), 0.85)


def river(when: Conditions) -> Place:
    """Paint a river that winds between meadows to far hills, with stepping stones."""

    def stream(site: Site) -> None:
        way = Path().move(668, 462).cubic((560, 480), (900, 506), (800, 530)).cubic((700, 556), (380, 560), (300, BOTTOM)).line((RIGHT, BOTTOM))
        way.line((RIGHT, 640)).cubic((1100, 600), (960, 566), (1010, 530)).cubic((1030, 496), (700, 486), (700, 462)).close()
        water = mix(site.colors.sky_middle, site.color((40, 140, 190)), 0.5)
        site.canvas.fill(way, linear((0, 462), (0, 640), tint(site.colors.sky_bottom, 0.2), water, site.color((34, 120, 176))))
        site.canvas.stroke(way, s.grassy(site, 0.3), 4, 0.6)
        with site.canvas.grouped(clip=way):
            waves = [ellipse(site.rng.uniform(300, 1300), site.rng.uniform(480, 640), site.rng.uniform(10, 44), 1.8) for _ in range(60)]
            site.canvas.fill(join(waves), site.color(WHITE), 0.4)

    parts = (
        Part(7, 0.6, s.peaks(450, 150, (120, 136, 170), 0.2)),
        Part(5, 0.42, s.together(s.hills(440, 30), s.row(plants.fir, 462, 60, 60, clear=(600, 760)))),
        Part(3, 0.1, s.together(s.hills(466, 6, None, 0.3), stream)),
        Part(1.8, 0.04, s.together(s.put(plants.leaf_tree, (180, 560, 260), (1180, 540, 210), (-140, 560, 260), (1480, 560, 260)), s.put(wild.stone(), (760, 590, 22), (880, 580, 26), (990, 596, 24)))),
        Part(1.4, 0, s.put(plants.reed, (70, 636, 150), (1190, 640, 150), (1270, 640, 130), (-180, 640, 150))),
        Part(1, 0, s.together(s.floor(616, None, 180, 30), s.put(wild.stone(), (180, 668, 36), (1120, 664, 46), (1190, 680, 26)))),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 616, 672, front, sky=s.sky_to(440)))


def waterfall(when: Conditions) -> Place:
    """Paint a waterfall that falls between mossy rocks into a pool."""
    gray: Color = (116, 120, 132)

    def fall(site: Site) -> None:
        for side, edge in ((-1, 480), (1, 800)):
            out = LEFT if side < 0 else RIGHT
            site.poly(gray, (out, 60), (edge + side * 190, 70), (edge + side * 70, 110), (edge, 96), (edge + side * 16, 300), (edge - side * 14, 420), (edge + side * 10, 560), (out, 600), soft=0.3)
            for k in range(6):
                x, y = edge + side * site.rng.uniform(20, 300), site.rng.uniform(150, 480)
                w = site.rng.uniform(40, 80)
                site.poly(shade(gray, 0.16) if k % 2 else tint(gray, 0.14), (x - w, y), (x - w * 0.2, y - w * 0.5), (x + w, y - w * 0.1), (x + w * 0.4, y + w * 0.7))
            for k in range(8):
                plants.bush(site, edge + side * (50 + k * 62), 100 - (k % 2) * 22, 130)
            for k in range(5):
                plants.bush(site, edge + side * site.rng.uniform(60, 400), site.rng.uniform(200, 520), 70)
        white = mix(site.color((232, 248, 255)), site.colors.sky_bottom, 0.2)
        blue = mix(site.color((110, 190, 226)), site.colors.sky_middle, 0.3)
        sheet = Path().move(478, 100).quad((640, 84), (802, 100)).cubic((790, 300), (814, 420), (796, 560)).line((484, 560)).cubic((466, 420), (490, 300), (478, 100)).close()
        site.canvas.fill(sheet, linear((0, 90), (0, 560), tint(white, 0.3), blue, white))
        with site.canvas.grouped(clip=sheet):
            for _ in range(60):
                x, y = site.rng.uniform(480, 800), site.rng.uniform(90, 480)
                site.line((255, 255, 255), site.rng.uniform(2, 8), (x, y), (x + site.rng.uniform(-4, 4), y + site.rng.uniform(50, 150)), alpha=0.4)

    def pool(site: Site) -> None:
        s.water(548, 640, (44, 140, 176), 80)(site)
        for _ in range(34):
            x = site.rng.uniform(440, 840)
            s.halo(site, x, 556 + site.rng.uniform(-20, 14), site.rng.uniform(26, 64), site.color(WHITE), 0.5)

    rocks = s.put(wild.stone((116, 122, 128)), (350, 596, 50), (450, 590, 34), (870, 592, 44), (980, 600, 62), (180, 604, 70), (1130, 604, 74), (-120, 604, 80), (1400, 604, 80))
    parts = (
        Part(6, 0.6, s.together(s.hills(300, 40), s.row(plants.fir, 330, 150, 60))),
        Part(3, 0.1, fall),
        Part(2, 0, s.together(pool, rocks)),
        Part(1, 0, s.together(s.shore(618, None, foam=False), s.floor(626, None, 180, 24), s.put(plants.tuft, (220, 670, 50), (1080, 670, 50)), s.put(wild.stone(), (150, 680, 40), (1140, 676, 46)))),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 620, 674, front, sky=s.sky_to(420)))


def hot_spring(when: Conditions) -> Place:
    """Paint a steaming pool between rocks, with a bamboo fence, a lantern and a bath house."""

    def spring(site: Site) -> None:
        for k in range(3):
            water = ellipse(640, 590 - k * 3, 640 - k * 26, 58 - k * 7)
            c = site.color(((70, 150, 160), (110, 196, 200), (140, 214, 214))[k])
            site.canvas.fill(water, linear((0, 540), (0, 640), tint(c, 0.25), c))
        for k in range(26):
            turn = k / 26 * 6.283
            x, y = 640 + 650 * math.cos(turn), 588 + 54 * math.sin(turn)
            if y < 600 or not 300 < x < 980:
                wild.stone((126, 124, 128))(site, x, y + 10, site.rng.uniform(26, 44))

    def steam(site: Site) -> None:
        for _ in range(24):
            x, y, r = site.rng.uniform(60, 1220), site.rng.uniform(330, 590), site.rng.uniform(50, 120)
            s.halo(site, x, y, r, site.color(WHITE), 0.26)

    def fence(site: Site) -> None:
        for x in range(int(LEFT), int(RIGHT), 17):
            site.tube(x, 396 + (x // 17 % 3) * 4, x + 15, 556, (196, 174, 106))
        for y in (430, 516):
            site.box(LEFT, y, RIGHT, y + 10, (120, 90, 62), 4)

    parts = (
        Part(7, 0.6, s.together(s.peaks(430, 210, (120, 134, 170), 0.34), s.row(plants.fir, 440, 130, 60))),
        Part(3, 0.06, s.together(fence, lambda site: chinese.hall(site, 1000, 556, 300, 210, (84, 88, 110), (170, 120, 84), 1))),
        Part(2, 0, s.together(s.hills(556, 5, (170, 160, 150)), s.put(stone_lantern, (250, 560, 130)), s.put(plants.colored_tree(*plants.MAPLES), (90, 566, 300), (-160, 566, 280), (1420, 566, 300)), spring, steam)),
        Part(1, 0, s.together(s.floor(636, (170, 164, 160), bumps=4), s.scatter(wild.stone((140, 138, 142)), 18, 646, 735, 20, True))),
    )
    lamps = (Light(250, 500, 420, (255, 200, 120), 0.35),)
    return s.outdoors(when, Plan(parts, 638, 676, lamps=lamps, sky=s.sky_to(430)))


def stone_lantern(site: Site, x: float, y: float, size: float) -> None:
    """Draw a stone lantern."""
    u, c = size / 100, (160, 158, 160)
    site.box(x - 22 * u, y - 10 * u, x + 22 * u, y, c, 3)
    site.tube(x - 8 * u, y - 52 * u, x + 8 * u, y - 10 * u, c)
    site.box(x - 20 * u, y - 60 * u, x + 20 * u, y - 52 * u, c, 3)
    site.box(x - 15 * u, y - 80 * u, x + 15 * u, y - 60 * u, (255, 220, 140) if site.lit else (90, 88, 92))
    if site.lit:
        site.shine(x, y - 70 * u, 90 * u)
    for k in (-15, 0, 15):
        site.box(x + (k - 2) * u, y - 80 * u, x + (k + 2) * u, y - 60 * u, c)
    roof = Path().move(x - 32 * u, y - 78 * u).quad((x - 10 * u, y - 84 * u), (x, y - 100 * u)).quad((x + 10 * u, y - 84 * u), (x + 32 * u, y - 78 * u)).close()
    site.fill(roof, shade(c, 0.1), 0.2)


def mountain_water(when: Conditions) -> Place:
    """Paint the steep hills of a Chinese landscape in mist over a calm river, with a raft."""

    def karst(y: float, high: float, step: float) -> s.Painting:
        def hill(site: Site, x: float, foot: float, size: float) -> None:
            w = size * site.rng.uniform(0.3, 0.44)
            lean = site.rng.uniform(-0.2, 0.2) * w
            shape = Path().move(x - w, foot).cubic((x - w * 0.8, foot - size * 0.5), (x - w * 0.5 + lean, foot - size), (x + lean, foot - size))
            shape.cubic((x + w * 0.5 + lean, foot - size), (x + w * 0.7, foot - size * 0.5), (x + w, foot)).close()
            top = site.color((58, 104, 112))
            pale = mix(top, tint(site.colors.haze, 0.4), 0.75)
            site.canvas.fill(shape, linear((0, foot - size), (0, foot), top, mix(top, pale, 0.4), pale))

        return s.row(hill, y, high, step, 0.34)

    def sail_raft(site: Site, x: float, y: float, size: float) -> None:
        site.shadow(x, y + 3, size * 0.9, size * 0.08, 0.3)
        hull = Path().move(x - size * 0.8, y - size * 0.14).quad((x, y + size * 0.16), (x + size * 0.8, y - size * 0.14)).quad((x, y + size * 0.02), (x - size * 0.8, y - size * 0.14)).close()
        site.fill(hull, (96, 74, 62), 0.2)
        hood = Path().move(x - size * 0.3, y - size * 0.03).cubic((x - size * 0.3, y - size * 0.44), (x + size * 0.24, y - size * 0.44), (x + size * 0.24, y - size * 0.03)).close()
        site.fill(hood, (178, 142, 92), 0.3)

    parts = (
        Part(8, 0.72, karst(470, 300, 130)),
        Part(6, 0.5, s.together(karst(490, 230, 190), s.mist(470, 44, 0.7))),
        Part(4, 0.2, s.together(s.water(484, 640, (80, 140, 150), 80), s.mist(490, 24, 0.6), s.put(sail_raft, (360, 540, 90), (1010, 520, 60)))),
        Part(2.4, 0.12, s.put(lambda site, x, y, size: chinese.pagoda(site, x, y, size * 0.4, size, 5, (96, 104, 124)), (1130, 566, 260))),
        Part(1.6, 0.06, s.together(s.hills(600, 10), s.put(pine, (110, 630, 440), (-240, 630, 400), (1500, 630, 400)), s.put(plants.bamboo, (1190, 630, 420), (1226, 634, 480), (1262, 632, 440)))),
        Part(1, 0, s.together(s.floor(614, (150, 164, 126), 130), s.put(wild.crag((120, 124, 130)), (200, 668, 90), (1110, 664, 70)))),
    )
    return s.outdoors(when, Plan(parts, 614, 670, sky=s.sky_to(470)))


def pine(site: Site, x: float, y: float, size: float) -> None:
    """Draw an old pine whose branches spread in flat layers."""
    bark = site.color((104, 76, 62))
    trunk = Path().move(x - size * 0.03, y).cubic((x - size * 0.14, y - size * 0.3), (x + size * 0.16, y - size * 0.5), (x + size * 0.04, y - size * 0.94))
    site.canvas.stroke(trunk, bark, size * 0.055)
    for dx, up, w in ((0.3, 0.5, 0.26), (-0.22, 0.6, 0.24), (0.26, 0.74, 0.24), (-0.14, 0.84, 0.22), (0.05, 0.97, 0.2)):
        px, py = x + dx * size, y - up * size
        limb = Path().move(x + dx * size * 0.12, py + size * 0.06).quad((x + dx * size * 0.6, py + size * 0.06), (px, py))
        site.canvas.stroke(limb, bark, size * 0.018)
        green = site.color((64, 118, 92))
        for k in range(5):
            cx = px + (k - 2) * w * size * 0.34
            r = w * size * (0.34 - 0.05 * abs(k - 2))
            tuft = linear((0, py - r), (0, py + r * 0.4), tint(green, 0.24), shade(green, 0.3))
            site.canvas.fill(ellipse(cx, py - r * 0.3, r * 1.1, r * 0.55), tuft)


def shipyard(when: Conditions) -> Place:
    """Paint a shipyard with a ship in dry dock, cranes and stacks of steel."""

    def hull(site: Site) -> None:
        body = Path().move(230, 330).line((1010, 330), (1150, 300)).cubic((1120, 420), (1060, 520), (1000, 560)).line((320, 560)).cubic((260, 520), (236, 420), (230, 330)).close()
        site.fill(body, (60, 90, 130), 0.3)
        with site.canvas.grouped(clip=body):
            site.box(200, 466, 1180, 570, (186, 66, 58))
            site.box(200, 456, 1180, 468, (246, 244, 238))
            for x in range(300, 1100, 90):
                site.line((44, 66, 100), 2, (x, 320), (x, 560), alpha=0.5)
        site.box(330, 230, 560, 332, (240, 240, 236), 6)
        site.box(370, 160, 520, 232, (240, 240, 236), 6)
        site.tube(430, 96, 480, 162, (226, 110, 60))
        for x in range(350, 540, 40):
            site.box(x, 262, x + 22, 286, (90, 140, 180) if not site.lit else (255, 220, 140), 4)
        for x in range(300, 1010, 60):
            site.poly((150, 110, 70), (x, 560), (x + 12, 540), (x + 30, 540), (x + 42, 600), (x - 8, 600))

    def crane(site: Site, x: float, y: float, size: float) -> None:
        c, w = (240, 170, 50), size * 0.06
        for side in (-1, 1):
            site.line(c, size * 0.025, (x + side * w, y), (x + side * w, y - size))
        for k in range(10):
            a, b = y - size * k / 10, y - size * (k + 1) / 10
            site.line(c, size * 0.012, (x - w, a), (x + w, b))
        site.box(x - size * 0.3, y - size - 12, x + size * 0.62, y - size + 4, c)
        site.line(c, 3, (x, y - size * 1.2), (x + size * 0.6, y - size))
        site.line(c, 3, (x, y - size * 1.2), (x - size * 0.28, y - size))
        site.box(x - w, y - size * 1.2, x + w, y - size, c)
        site.line((60, 60, 70), 2, (x + size * 0.5, y - size), (x + size * 0.5, y - size * 0.62))
        site.box(x - size * 0.3, y - size + 4, x - size * 0.16, y - size * 0.9, (110, 110, 120))

    parts = (
        Part(6, 0.5, s.together(s.water(500, 600, (50, 116, 156), 60), s.put(crane, (120, 540, 330), (1180, 540, 360)))),
        Part(3, 0.12, hull),
        Part(2, 0.04, s.put(crane, (130, 604, 460), (-260, 604, 400), (1480, 604, 440))),
        Part(1, 0, s.together(s.floor(602, (176, 172, 168), bumps=0.5), s.put(crate, (1110, 660, 90), (1200, 664, 76)), s.put(barrel, (180, 660, 80), (110, 670, 86)))),
    )
    return s.outdoors(when, Plan(parts, 604, 668, sky=s.sky_to(500)))
