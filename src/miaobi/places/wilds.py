"""Wild places: mountains, valleys, caves, deserts, ice, volcanoes, and lands of long ago."""

from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon
from miaobi.places import brushes, plants
from miaobi.places import scenery as s
from miaobi.places import wild_pieces as wild
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light, Place
from miaobi.places.site import Part, Plan, Site

ROCKY: Color = (150.0, 138.0, 140.0)
RED_ROCK: Color = (206.0, 122.0, 84.0)
DUNES: Color = (236.0, 190.0, 120.0)
LAVA: Color = (255.0, 120.0, 40.0)


def mountain(when: Conditions) -> Place:
    """Paint a mountain top above ranges that fade into the mist, with pines on crags."""
    parts = (
        Part(8, 0.74, s.peaks(470, 300, (110, 130, 170), 0.2)),
        Part(6, 0.55, s.together(s.peaks(520, 240, (100, 124, 140)), s.mist(500, 50, 0.7))),
        Part(4, 0.34, s.together(s.hills(540, 70), s.row(plants.fir, 566, 100, 50), s.mist(570, 36, 0.5))),
        Part(1.5, 0.05, s.together(s.put(wild.crag(ROCKY), (40, 640, 330), (150, 640, 210), (1150, 640, 240), (1260, 640, 360), (-200, 640, 300), (1480, 640, 300)), s.put(plants.fir, (210, 640, 220), (1080, 640, 180), (-60, 640, 260)))),
        Part(1, 0, s.together(s.floor(610, None, 170, 22), s.path_to(640, 610, (204, 184, 150), 160), s.put(wild.stone(), (170, 676, 40), (1120, 680, 46), (240, 690, 24)))),
    )
    return s.outdoors(when, Plan(parts, 610, 670))


def snow_mountain(when: Conditions) -> Place:
    """Paint high snowy peaks with firs and deep snow."""
    snowy = replace(when, season="winter")
    parts = (
        Part(8, 0.5, s.peaks(500, 400, (112, 136, 190), 0.1)),
        Part(6, 0.32, s.together(s.peaks(560, 290, (96, 118, 172), 0.02), s.mist(540, 40, 0.5))),
        Part(3, 0.2, s.together(s.hills(560, 26, s.SNOW, 0.12), s.row(plants.fir, 590, 130, 84, clear=(520, 760)))),
        Part(1.5, 0, s.put(plants.fir, (50, 636, 330), (170, 634, 230), (1130, 634, 250), (1240, 636, 350), (-160, 636, 300), (1440, 636, 300))),
        Part(1, 0, s.together(s.floor(608, s.SNOW, low=0.18), drifts, s.put(wild.stone(), (250, 680, 34), (1060, 676, 40)))),
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

    def walls(side: int, reach: float, top: float) -> s.Painting:
        def paint(site: Site) -> None:
            x, edge = (LEFT, reach) if side < 0 else (RIGHT, 1280 - reach)
            for k in range(7):
                t = k / 7
                inner = edge + side * -1 * 0 + side * (1 - t) * reach * 0.3 + site.rng.uniform(-14, 14)
                y0, y1 = top + (620 - top) * t, top + (620 - top) * (t + 1 / 7) + 3
                band = shade(RED_ROCK, 0.16) if k % 2 else tint(RED_ROCK, 0.1 + 0.1 * (k % 3))
                inner -= side * 46 * t
                site.poly(band, (x, y0), (inner + side * 12, y0), (inner, y0 + 12), (inner - side * 8, y1), (x, y1), soft=0.1)
                site.line(shade(band, 0.3), 2, (x, y1), (inner - side * 8, y1), alpha=0.5)

        return paint

    def river(site: Site) -> None:
        way = Path().move(626, 520).cubic((560, 540), (760, 566), (600, 620)).line((820, 620)).cubic((820, 570), (640, 548), (656, 520)).close()
        water = mix(site.colors.sky_middle, site.color((60, 150, 180)), 0.5)
        site.canvas.fill(way, linear((0, 520), (0, 620), tint(water, 0.3), water))

    parts = (
        Part(8, 0.66, s.together(mesas)),
        Part(5, 0.4, s.together(s.hills(520, 14, RED_ROCK), river, walls(-1, 420, 240), walls(1, 440, 270))),
        Part(2.4, 0.14, s.together(walls(-1, 230, 150), walls(1, 210, 130), s.row(plants.bush, 616, 70, 240, clear=(300, 980)))),
        Part(1, 0, s.together(s.floor(608, (222, 156, 108), 40), s.put(wild.stone(RED_ROCK), (180, 676, 44), (1110, 680, 50), (250, 700, 26)), s.put(plants.cactus, (90, 650, 130), (1200, 654, 150)))),
    )
    return s.outdoors(when, Plan(parts, 608, 670))


def mesas(site: Site) -> None:
    """Draw table mountains on the horizon."""
    for x in (LEFT, -60, 330, 620, 900, 1300):
        w, h = site.rng.uniform(110, 220), site.rng.uniform(90, 200)
        site.poly(RED_ROCK, (x, 540), (x + w * 0.14, 540 - h * 0.5), (x + w * 0.2, 540 - h), (x + w * 0.82, 540 - h), (x + w * 0.88, 540 - h * 0.5), (x + w, 540))
        site.poly(shade(RED_ROCK, 0.2), (x + w * 0.6, 540 - h), (x + w * 0.82, 540 - h), (x + w * 0.88, 540 - h * 0.5), (x + w, 540), (x + w * 0.66, 540))


def cliff(when: Conditions) -> Place:
    """Paint the edge of a cliff over the sea, with gulls and a lighthouse."""

    def wall(site: Site) -> None:
        site.poly(ROCKY, (960, 470), (1080, 300), (1180, 270), (RIGHT, 250), (RIGHT, 640), (930, 640), (980, 560), soft=0.3)
        site.poly(shade(ROCKY, 0.24), (960, 470), (1030, 372), (1046, 500), (1000, 640), (930, 640), (980, 560))
        for k in range(7):
            x = 1060 + k * 70
            site.line(shade(ROCKY, 0.3), 3, (x, 310 + k * 3), (x - 16, 420), (x + 6, 520), alpha=0.4)
        turf = Path().move(1066, 318).quad((1180, 250), (RIGHT, 238)).line((RIGHT, 270)).quad((1190, 286), (1066, 322)).close()
        site.canvas.fill(turf, s.grassy(site))
        wild.lighthouse(site, 1180, 276, 210)

    def ledge(site: Site) -> None:
        drop = polygon([(LEFT, 610), (980, 606), (1040, 640), (1010, 690), (1060, BOTTOM), (LEFT, BOTTOM)])
        site.fill(drop, shade(ROCKY, 0.12), 0.3)
        top = Path().move(LEFT, 600).line((960, 598)).quad((1050, 616), (1030, 650)).quad((640, 720), (300, 716)).line((LEFT, 730)).close()
        c = s.grassy(site)
        site.canvas.fill(top, linear((0, 600), (0, 720), tint(c, 0.1), shade(c, 0.24)))
        for k in range(60):
            x = LEFT + k * 23
            plants.tuft(site, x, 604 if k % 2 else site.rng.uniform(620, 700), 15)

    def gulls(site: Site) -> None:
        for _ in range(7):
            x, y, q = site.rng.uniform(200, 900), site.rng.uniform(120, 360), site.rng.uniform(12, 20)
            wings = Path().move(x - q, y - 4).quad((x - q * 0.4, y - 10), (x, y)).quad((x + q * 0.4, y - 10), (x + q, y - 4))
            site.canvas.stroke(wings, site.color((250, 250, 255)), 3)

    parts = (
        Part(5, 0.1, s.together(s.water(440, 680, (26, 116, 170), 150), s.put(wild.sailboat((200, 70, 64), (250, 242, 224)), (420, 474, 60)), gulls)),
        Part(2.4, 0.1, wall),
        Part(1, 0, s.together(ledge, s.put(wild.stone(), (150, 668, 44), (60, 690, 30)))),
    )
    return s.outdoors(when, Plan(parts, 604, 662, (Part(0.62, 0, s.ferns, 4),), sky=s.sky_to(440)))


def cave(when: Conditions) -> Place:
    """Paint a cave with crystals, a pool and light from above."""
    hours = {"night": ((70, 100, 190), (40, 52, 110)), "dusk": ((250, 190, 150), (86, 70, 110)), "dawn": ((240, 200, 190), (86, 90, 120))}
    light, rock = hours.get(when.hour, ((150, 214, 232), (60, 92, 126)))
    colors = replace(palette(when), ambient=mix((178, 204, 230), (140, 150, 210), 0.5 if when.hour == "night" else 0.0), key=tint(light, 0.4), haze=mix(rock, light, 0.4), shadow=(8, 12, 36), lit=True)
    hues: list[Color] = [(110, 226, 255), (226, 140, 255), (140, 255, 214), (255, 190, 130)]
    hues = hues[when.seed % 4 :] + hues[: when.seed % 4]

    def back(site: Site) -> None:
        glow = radial((660, 330), 820, light, mix(light, rock, 0.6), shade(rock, 0.35), shade(rock, 0.6))
        site.canvas.fill(brushes.rectangle(LEFT, TOP, RIGHT, BOTTOM), glow)
        s.rays(640, 5, 360, 640, 0.34)(site)

    def ground(site: Site) -> None:
        top = mix(rock, light, 0.3)
        brushes.land(site.canvas, brushes.ridge(604, 8, site.rng, 40), top, shade(rock, 0.6), 200)
        pool = linear((0, 622), (0, 664), tint(light, 0.3), mix(light, rock, 0.7))
        site.canvas.fill(ellipse(900, 642, 190, 21), shade(rock, 0.3))
        site.canvas.fill(ellipse(900, 644, 180, 18), pool)
        for _ in range(24):
            x, y, r = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(616, 730), site.rng.uniform(6, 22)
            brushes.rock(site.canvas, x, y, r, mix(rock, (90, 100, 130), 0.4), site.rng)

    gems = s.together(
        s.put(wild.crystal(hues[0]), (170, 622, 150), (1450, 622, 150)),
        s.put(wild.crystal(hues[1]), (1120, 620, 165), (-170, 620, 150)),
        s.put(wild.crystal(hues[2]), (320, 612, 80), (960, 610, 70)),
    )
    parts = (
        Part(3.2, 0, wild.rim((660, 350, 470, 300), mix(rock, light, 0.12), 592, 120)),
        Part(1.9, 0, wild.rim((640, 360, 640, 350), shade(rock, 0.22), 606, 130)),
        Part(1.4, 0, gems),
        Part(1, 0, ground),
    )
    front = (Part(0.62, 0, wild.rim((640, 400, 880, 490), (16, 18, 40), 920, 70), 6),)
    lights = (Light(170, 590, 420, hues[0], 0.3), Light(1120, 590, 420, hues[1], 0.3))
    return s.outdoors(when, Plan(parts, 604, 668, front, lights=lights, sky=back, weather=False), colors)


def volcano(when: Conditions) -> Place:
    """Paint a volcano that spits lava, with glowing streams and black rock."""
    base = palette(when)
    colors = replace(base, sky_top=mix(base.sky_top, (70, 40, 60), 0.66), sky_middle=mix(base.sky_middle, (170, 80, 70), 0.66), sky_bottom=mix(base.sky_bottom, (255, 150, 90), 0.66), haze=mix(base.haze, (200, 110, 90), 0.7), ambient=mix(base.ambient, (255, 214, 196), 0.6), key=(255, 180, 110))
    black: Color = (84, 70, 78)

    def cone(site: Site) -> None:
        for k in range(9):
            x, y, r = 640 + site.rng.uniform(-60, 60) + k * 26, 150 - k * 28, 50 + k * 16
            site.disc(x, y, r, (110, 92, 100))
        s.halo(site, 640, 210, 320, (255, 140, 60), 0.75)
        for k in range(-6, 7):
            jet = Path().move(640 + k * 6, 236).quad((640 + k * 22, 60 + abs(k) * 12), (640 + k * 40, 190 + abs(k) * 14))
            site.canvas.stroke(jet, mix((255, 220, 110), (240, 80, 40), abs(k) / 7), 7 - abs(k) * 0.6, 0.9)
        body = Path().move(160, 600).cubic((380, 540), (480, 380), (560, 230)).line((600, 246), (650, 232), (720, 236))
        site.fill(body.cubic((800, 380), (900, 540), (1120, 600)).close(), black, 0.2)
        dark = Path().move(650, 232).line((720, 236)).cubic((800, 380), (900, 540), (1120, 600)).line((700, 600)).close()
        site.fill(dark, shade(black, 0.3), 0.2)
        for dx, bend, w in ((0, -30, 15), (-30, -150, 10), (40, 110, 11)):
            stream = Path().move(636 + dx, 240).cubic((630 + dx, 330), (640 + dx + bend, 400), (640 + dx + bend * 1.6, 590))
            site.canvas.stroke(stream, (220, 60, 30), w + 5)
            site.canvas.stroke(stream, LAVA, w)
            site.canvas.stroke(stream, (255, 226, 130), w * 0.35)

    def pools(site: Site) -> None:
        for x, y, w in ((210, 650, 170), (1080, 646, 190), (640, 730, 210), (-180, 690, 150), (1460, 700, 160)):
            s.halo(site, x, y, w * 1.1, LAVA, 0.4)
            site.canvas.fill(ellipse(x, y, w, w * 0.13), (60, 34, 40))
            hot = radial((x, y), w, (255, 240, 150), (255, 150, 50), (220, 60, 30))
            site.canvas.fill(ellipse(x, y + 2, w * 0.93, w * 0.11), hot)

    def sparks(site: Site) -> None:
        for _ in range(60):
            x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(60, 700)
            site.canvas.fill(ellipse(x, y, site.rng.uniform(1.2, 3.6)), (255, 190, 90), site.rng.uniform(0.4, 1))

    parts = (
        Part(7, 0.55, s.peaks(540, 200, (110, 76, 84))),
        Part(4.5, 0.14, cone),
        Part(1.6, 0.05, s.put(wild.crag(black), (60, 640, 240), (190, 636, 150), (1130, 636, 160), (1250, 640, 260), (-170, 640, 240), (1450, 640, 240))),
        Part(1, 0, s.together(s.floor(606, (108, 86, 90), low=0.44), pools, s.scatter(wild.stone((92, 78, 86)), 14, 620, 730, 24, True))),
    )
    front = (Part(0.8, 0, sparks),)
    lights = (Light(640, 300, 760, (255, 140, 60), 0.3),)
    return s.outdoors(when, Plan(parts, 606, 668, front, lights=lights), colors)


def desert(when: Conditions) -> Place:
    """Paint dunes with cactuses and an oasis far away."""
    parts = (
        Part(7, 0.5, wild.dune(500, 90, DUNES)),
        Part(4, 0.28, s.together(wild.dune(560, 70, DUNES), oasis)),
        Part(2, 0.1, wild.dune(604, 44, (240, 196, 128))),
        Part(1, 0, s.together(s.floor(606, (244, 204, 138), bumps=8, low=0.2), ripples, s.put(plants.cactus, (130, 660, 210), (1150, 664, 180), (-170, 660, 200), (1420, 660, 220)), s.put(wild.stone((196, 150, 110)), (220, 680, 26), (1060, 684, 30)))),
    )
    return s.outdoors(when, Plan(parts, 606, 670))


def oasis(site: Site) -> None:
    """Draw palms about a small pond far away."""
    for x, size in ((860, 96), (900, 120), (940, 100), (980, 84)):
        brushes.palm(site.canvas, x, 560, size, site.color((80, 160, 96)), site.rng)
    site.canvas.fill(ellipse(920, 566, 90, 8), mix(site.colors.sky_middle, site.color((70, 170, 200)), 0.5))


def ripples(site: Site) -> None:
    """Draw ripples of wind in the sand."""
    for _ in range(26):
        x, y, w = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(624, 740), site.rng.uniform(60, 150)
        line = Path().move(x - w, y).quad((x - w * 0.4, y - 8), (x, y)).quad((x + w * 0.4, y + 6), (x + w, y - 2))
        site.canvas.stroke(line, site.color((206, 158, 100)), 2, 0.5)


def egypt(when: Conditions) -> Place:
    """Paint pyramids and a sphinx in the desert."""

    def pyramids(site: Site) -> None:
        for x, h, t in ((1010, 210, 0.3), (330, 260, 0.22), (700, 330, 0.1)):
            far, w = site.at(t), h * 0.86
            y, color = 584, (232, 188, 118)
            far.poly(color, (x - w, y), (x, y - h), (x + w * 0.3, y))
            far.poly(shade(color, 0.26), (x, y - h), (x + w, y), (x + w * 0.3, y))
            for k in range(1, 12):
                u = k / 12
                far.line(shade(color, 0.3), 1.4, (x - w * u, y - h * (1 - u)), (x + w * 0.3 * u, y - h * (1 - u)), alpha=0.4)

    parts = (
        Part(7, 0.5, wild.dune(520, 60, DUNES)),
        Part(4, 0.1, s.together(pyramids)),
        Part(2, 0.08, wild.dune(604, 34, (240, 196, 128))),
        Part(1.4, 0, s.put(plants.palm, (90, 640, 380), (190, 636, 260), (-220, 640, 340), (1500, 640, 360))),
        Part(1.3, 0, s.put(sphinx, (1120, 636, 150))),
        Part(1, 0, s.together(s.floor(606, (244, 204, 138), bumps=7, low=0.2), ripples, s.put(wild.stone((206, 164, 112)), (230, 690, 26)))),
    )
    return s.outdoors(when, Plan(parts, 606, 670))


def sphinx(site: Site, x: float, y: float, size: float) -> None:
    """Draw a lying sphinx that looks to the left."""
    u, c = size / 100, (222, 176, 112)
    site.shadow(x, y, 110 * u, 10 * u)
    body = Path().move(x - 70 * u, y - 60 * u).cubic((x, y - 76 * u), (x + 90 * u, y - 76 * u), (x + 104 * u, y)).line((x - 76 * u, y)).close()
    site.fill(body, c, 0.26)
    site.box(x - 124 * u, y - 20 * u, x - 30 * u, y, c, 9 * u)
    site.disc(x + 74 * u, y - 24 * u, 32 * u, c, 26 * u)
    hood = Path().move(x - 56 * u, y - 122 * u).cubic((x - 100 * u, y - 124 * u), (x - 100 * u, y - 60 * u), (x - 108 * u, y - 44 * u))
    site.fill(hood.line((x - 20 * u, y - 44 * u)).cubic((x - 26 * u, y - 70 * u), (x - 20 * u, y - 120 * u), (x - 56 * u, y - 122 * u)).close(), (196, 144, 84), 0.2)
    for k in range(5):
        site.line((90, 130, 170), 3 * u, (x - (98 - k) * u, y - (54 + k * 13) * u), (x - 26 * u, y - (54 + k * 13) * u), alpha=0.55)
    site.disc(x - 66 * u, y - 86 * u, 24 * u, c, 29 * u)
    for k in (-1, 1):
        site.canvas.fill(ellipse(x - 68 * u + k * 10 * u, y - 90 * u, 2.6 * u), site.color((70, 46, 40)))
    site.line((110, 70, 56), 2.4 * u, (x - 74 * u, y - 72 * u), (x - 60 * u, y - 72 * u))


def ice_field(when: Conditions) -> Place:
    """Paint a field of ice with icebergs, an igloo and northern lights at night."""
    winter = replace(when, season="winter")

    def aurora(site: Site) -> None:
        s.sky_to(470)(site)
        if not site.colors.stars:
            return
        for k, hue in enumerate(((90, 255, 180), (110, 220, 255), (200, 130, 255))):
            y = 150 + k * 44
            band = Path().move(LEFT, y).cubic((200, y - 150), (700, y + 160), (RIGHT, y - 40)).line((RIGHT, y + 130)).cubic((700, y + 330), (200, y + 30), (LEFT, y + 170)).close()
            fade = Stop(0, hue, 0), Stop(0.6, hue, 0.34), Stop(1, hue, 0)
            site.canvas.fill(band, linear((0, y - 60), (0, y + 230), *fade))

    parts = (
        Part(7, 0.4, s.peaks(480, 160, (150, 180, 220), 0.7)),
        Part(4, 0.06, s.together(s.water(470, 640, (36, 110, 160), 90), s.put(wild.iceberg, (330, 520, 150), (840, 506, 110), (1180, 530, 190), (-120, 520, 170)))),
        Part(1.5, 0, s.together(s.hills(584, 12, s.SNOW, 0.1), s.put(igloo, (1110, 640, 190)), s.put(wild.crag(wild.ICE), (70, 630, 200), (170, 632, 120), (-190, 632, 200), (1480, 632, 200)))),
        Part(1, 0, s.together(s.floor(610, s.SNOW, low=0.2), drifts, cracks)),
    )
    return s.outdoors(winter, Plan(parts, 610, 670, sky=aurora))


def cracks(site: Site) -> None:
    """Draw pale blue cracks in the ice."""
    for x, y in ((300, 700), (860, 640), (1120, 710), (-100, 660)):
        crack = Path().move(x, y).line((x + 50, y + 7), (x + 90, y - 3), (x + 160, y + 8))
        site.canvas.stroke(crack, site.color((150, 206, 236)), 2.6, 0.8)


def igloo(site: Site, x: float, y: float, size: float) -> None:
    """Draw an igloo of snow blocks."""
    r, c = size * 0.72, (226, 240, 250)
    dome = Path().move(x - r, y).cubic((x - r, y - r * 1.25), (x + r, y - r * 1.25), (x + r, y)).close()
    site.fill(dome, c, 0.22)
    with site.canvas.grouped(clip=dome):
        for k in range(1, 5):
            h = y - k * size * 0.18
            site.line((170, 204, 228), 2.4, (x - r, h), (x + r, h))
            for j in range(-4, 5):
                bx = x + (j + k % 2 * 0.5) * r * 0.3
                site.line((170, 204, 228), 2.4, (bx, h), (bx, h + size * 0.18))
    porch = Path().move(x - r * 1.0, y).cubic((x - r * 1.0, y - size * 0.56), (x - r * 0.3, y - size * 0.56), (x - r * 0.3, y)).close()
    site.fill(porch, c, 0.3)
    hole = Path().move(x - r * 0.88, y).cubic((x - r * 0.88, y - size * 0.42), (x - r * 0.42, y - size * 0.42), (x - r * 0.42, y)).close()
    site.canvas.fill(hole, (250, 190, 100) if site.lit else site.color((60, 84, 130)))
    if site.lit:
        site.shine(x - r * 0.65, y - size * 0.2, size * 0.6)


def prehistoric(when: Conditions) -> Place:
    """Paint a land of dinosaurs with giant ferns, cycads, a smoking volcano and long necks."""

    def far_cone(site: Site) -> None:
        for k in range(5):
            site.disc(900 + k * 24, 236 - k * 26, 24 + k * 9, (190, 176, 176))
        site.poly((140, 116, 120), (700, 520), (850, 280), (870, 270), (930, 268), (950, 280), (1120, 520))
        site.poly((240, 120, 60), (862, 272), (936, 270), (920, 320), (906, 300), (894, 350), (880, 304))

    parts = (
        Part(7, 0.5, far_cone),
        Part(5, 0.4, s.together(s.hills(500, 30), s.put(long_neck, (330, 520, 230)), s.row(plants.palm, 530, 130, 120))),
        Part(2.6, 0.2, s.together(s.hills(566, 16), s.row(plants.palm, 590, 280, 230, clear=(420, 860)), s.row(plants.bush, 600, 120, 150))),
        Part(1.4, 0, s.together(s.put(plants.palm, (60, 636, 460), (1220, 636, 430), (-240, 636, 430), (1520, 636, 430)), s.row(plants.bush, 626, 130, 300, clear=(350, 950)))),
        Part(1, 0, s.together(s.floor(608, (132, 158, 84), 170), s.put(wild.stone(), (180, 676, 40), (1110, 680, 44)), nest)),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 608, 670, front))


def long_neck(site: Site, x: float, y: float, size: float) -> None:
    """Draw a dinosaur with a long neck."""
    u, c = size / 100, (110, 150, 130)
    body = Path().move(x - 90 * u, y - 10 * u).cubic((x - 60 * u, y - 50 * u), (x - 30 * u, y - 60 * u), (x, y - 56 * u))
    body.cubic((x + 30 * u, y - 54 * u), (x + 26 * u, y - 100 * u), (x + 40 * u, y - 124 * u)).cubic((x + 50 * u, y - 136 * u), (x + 70 * u, y - 128 * u), (x + 70 * u, y - 118 * u))
    body.cubic((x + 60 * u, y - 112 * u), (x + 54 * u, y - 112 * u), (x + 54 * u, y - 100 * u)).cubic((x + 54 * u, y - 60 * u), (x + 44 * u, y - 24 * u), (x + 30 * u, y - 18 * u))
    body.line((x - 30 * u, y - 16 * u)).cubic((x - 50 * u, y - 20 * u), (x - 70 * u, y - 16 * u), (x - 90 * u, y - 10 * u)).close()
    for k in (-24, -8, 14, 28):
        site.box(x + (k - 6) * u, y - 30 * u, x + (k + 6) * u, y, shade(c, 0.12), 4 * u)
    site.fill(body, c, 0.24)


def nest(site: Site) -> None:
    """Draw a nest of spotted eggs."""
    x, y = 1010, 664
    site.shadow(x, y, 74, 12)
    for k in (-1, 0, 1):
        site.disc(x + k * 26, y - 22, 17, (240, 226, 196), 23)
        for dx, dy in ((-5, -6), (4, 3), (2, -13)):
            site.canvas.fill(ellipse(x + k * 26 + dx, y - 22 + dy, 3), site.color((150, 170, 120)))
    site.fill(ellipse(x, y - 4, 62, 14), (156, 116, 76), 0.3)


def tiny_world(when: Conditions) -> Place:
    """Paint the world of the small: grass as high as trees, giant mushrooms, flowers and dew."""

    def blades(site: Site) -> None:
        c = s.leafy(site)
        for _ in range(34):
            x, h, w = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(420, 760), site.rng.uniform(14, 32)
            lean = site.rng.uniform(-160, 160)
            blade = Path().move(x - w, 630).quad((x + lean * 0.1 - w * 0.5, 630 - h * 0.6), (x + lean, 630 - h)).quad((x + lean * 0.3 + w, 630 - h * 0.5), (x + w, 630)).close()
            hue = mix(c, (190, 220, 110), site.rng.random() * 0.3 * site.tone[0])
            site.canvas.fill(blade, linear((x - w, 0), (x + w, 0), tint(hue, 0.25), hue, shade(hue, 0.25)))

    def dew(site: Site) -> None:
        for _ in range(26):
            x, y, r = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(120, 600), site.rng.uniform(4, 11)
            site.canvas.fill(ellipse(x, y, r), radial((x - r * 0.3, y - r * 0.4), r * 1.4, (255, 255, 255), (206, 238, 255), (130, 190, 226)), 0.8)

    bloom = plants.stalks((250, 250, 250), round_head=True)
    parts = (
        Part(5, 0.56, blades),
        Part(3, 0.3, s.together(blades, s.put(plants.mushroom, (420, 610, 170), (880, 606, 210)))),
        Part(1.6, 0.06, s.together(s.put(bloom, (330, 630, 430), (1000, 630, 380), (-80, 630, 430)), s.put(plants.mushroom, (120, 646, 380), (1180, 646, 440), (-280, 646, 300), (1500, 646, 340)), dew)),
        Part(1, 0, s.together(s.floor(612, (142, 120, 82), 60), s.scatter(plants.tuft, 20, 630, 730, 50, True), s.put(wild.stone(), (240, 676, 50), (1060, 684, 56)))),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 612, 670, front))


