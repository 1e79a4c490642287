"""Places in the sky and beyond: clouds, night sky, storm, space, the moon; and a plain studio."""

from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes
from miaobi.places import scenery as s
from miaobi.places import wild_pieces as wild
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light, Place
from miaobi.places.site import Part, Plan, Site
from miaobi.places.sky import paint_sky

NEBULAE: tuple[Color, ...] = ((140, 60, 190), (50, 100, 210), (226, 80, 160), (40, 170, 190))


def galaxy(site: Site) -> None:
    """Paint dark space with nebulae and many stars."""
    brushes.backdrop(site.canvas, (12, 8, 40), (34, 16, 78), (62, 28, 108), bottom=BOTTOM)
    for _ in range(11):
        hue, r = site.rng.choice(NEBULAE), site.rng.uniform(180, 380)
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(40, 560)
        with site.canvas.transformed(x, y, site.rng.uniform(-40, 10), (1.5, 0.7)):
            fading = radial((0, 0), r, Stop(0, hue, 0.3), Stop(0.5, hue, 0.12), Stop(1, hue, 0))
            site.canvas.fill(ellipse(0, 0, r), fading)
    brushes.stars(site.canvas, 300, BOTTOM, site.rng)
    for _ in range(12):
        twinkle(site, site.rng.uniform(LEFT, RIGHT), site.rng.uniform(20, 560), site.rng.uniform(5, 11))


def twinkle(site: Site, x: float, y: float, size: float) -> None:
    """Draw a star with four rays."""
    q, white = size * 0.13, (255, 250, 226)
    s.halo(site, x, y, size * 1.7, (190, 210, 255), 0.4)
    rays = Path().move(x, y - size).line((x + q, y - q), (x + size, y), (x + q, y + q), (x, y + size))
    site.canvas.fill(rays.line((x - q, y + q), (x - size, y), (x - q, y - q)).close(), white)


def asteroid(site: Site, x: float, y: float, size: float) -> None:
    """Draw a drifting rock with craters."""
    points = []
    for k in range(9):
        with_r = size * site.rng.uniform(0.78, 1.1)
        points.append((x + with_r * wild.math.cos(k * 0.698), y + 0.8 * with_r * wild.math.sin(k * 0.698)))
    c = (134, 116, 148)
    light = radial((x - size * 0.5, y - size * 0.5), size * 1.8, tint(c, 0.4), c, shade(c, 0.6))
    site.canvas.fill(brushes.smooth(points, closed=True), light)
    for dx, dy, q in ((-0.3, -0.1, 0.2), (0.3, 0.2, 0.26), (0.12, -0.4, 0.13)):
        site.canvas.fill(ellipse(x + dx * size, y + dy * size, q * size, q * size * 0.8), shade(c, 0.3), 0.7)


def space(when: Conditions) -> Place:
    """Paint space with planets, nebulae and asteroids, in which figures float."""
    colors = replace(palette(when), ambient=(216, 208, 250), key=(255, 236, 226), haze=(70, 50, 130), shadow=(14, 8, 40), lit=True)

    def planets(site: Site) -> None:
        hues = [(240, 160, 96), (110, 190, 224), (222, 120, 156), (150, 200, 130), (170, 140, 230)]
        site.rng.shuffle(hues)
        side = site.rng.choice((-1, 1))
        wild.planet(hues[0], (244, 216, 172))(site, 640 + side * 330, 180, 112)
        wild.planet(hues[1])(site, 640 - side * 380, 150, 62)
        wild.planet(hues[2])(site, 640 - side * 70, 96, 26)
        wild.planet(hues[3])(site, 640 - side * 900, 280, 80)
        wild.planet(hues[4])(site, 640 + side * 860, 330, 60)

    earth = s.together(globe, s.put(asteroid, (110, 470, 34), (1190, 430, 42), (300, 560, 20), (1010, 590, 24), (-160, 380, 46), (1460, 520, 40)))
    parts = (Part(6, 0, planets), Part(2.4, 0, earth))
    front = (Part(0.62, 0, s.put(asteroid, (-70, 730, 120), (1360, 740, 130)), 4),)
    lights = (Light(640, 900, 620, (90, 160, 255), 0.25),)
    plan = Plan(parts, 640, 640, front, lights=lights, sky=galaxy, weather=False)
    return s.floats(s.outdoors(when, plan, colors))


def globe(site: Site) -> None:
    """Draw the curve of the earth below, with land, clouds and its thin air."""
    x, y, r = 640, 1560, 960
    site.canvas.fill(ellipse(x, y, r + 70), radial((x, y), r + 70, Stop(0, (120, 200, 255), 0.9), Stop(0.93, (120, 200, 255), 0.5), Stop(1, (120, 200, 255), 0)))
    ball = ellipse(x, y, r)
    site.canvas.fill(ball, linear((0, y - r), (0, BOTTOM), (120, 206, 250), (30, 110, 200), (16, 60, 140)))
    with site.canvas.grouped(clip=ball):
        for _ in range(7):
            cx, cy = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(640, 800)
            line = [(cx + site.rng.uniform(60, 150) * wild.math.cos(k * 0.785), cy + site.rng.uniform(16, 34) * wild.math.sin(k * 0.785)) for k in range(8)]
            site.canvas.fill(brushes.smooth(line, closed=True), (104, 176, 108), 0.9)
        for _ in range(14):
            cx, cy = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(620, 800)
            site.canvas.fill(ellipse(cx, cy, site.rng.uniform(50, 130), site.rng.uniform(3, 8)), (255, 255, 255), 0.55)


def night_sky(when: Conditions) -> Place:
    """Paint a hill under the Milky Way, a moon and shooting stars."""
    when = replace(when, hour="night", weather="clear" if when.weather in ("cloudy", "rainbow") else when.weather)
    colors = palette(when)

    def heaven(site: Site) -> None:
        paint_sky(site.canvas, site.colors, replace(when, weather="fog" if when.weather == "snow" else when.weather), 520)
        with site.canvas.transformed(700, 250, -32):
            for k, hue in enumerate(((150, 120, 220), (120, 160, 240), (230, 190, 240))):
                wide, high = 1000 - k * 130, 150 - k * 42
                with site.canvas.transformed(0, 0, scale=(1.0, high / wide)):
                    fading = radial((0, 0), wide, Stop(0, hue, 0.34), Stop(0.6, hue, 0.16), Stop(1, hue, 0))
                    site.canvas.fill(ellipse(0, 0, wide), fading)
            for _ in range(150):
                x, y = site.rng.uniform(-900, 900), site.rng.gauss(0, 46)
                site.canvas.fill(ellipse(x, y, site.rng.uniform(0.6, 2)), (255, 248, 230), site.rng.uniform(0.4, 1))
        for _ in range(9):
            twinkle(site, site.rng.uniform(0, 1280), site.rng.uniform(20, 380), site.rng.uniform(6, 13))
        for _ in range(2):
            meteor(site, site.rng.uniform(200, 1100), site.rng.uniform(60, 260))

    parts = (
        Part(5, 0.5, s.hills(520, 40)),
        Part(2.4, 0.25, s.hills(572, 18)),
        Part(1, 0, s.floor(610, None, 240, 34)),
    )
    return s.outdoors(when, Plan(parts, 610, 670, (Part(0.62, 0, s.ferns, 4),), sky=heaven), colors)


def meteor(site: Site, x: float, y: float) -> None:
    """Draw a shooting star."""
    tail = Path().move(x, y).line((x + 150, y - 64), (x + 3, y + 4)).close()
    fade = Stop(0, (255, 255, 240), 0.95), Stop(1, (255, 255, 255), 0)
    site.canvas.fill(tail, linear((x, y), (x + 150, y - 64), *fade))
    twinkle(site, x, y, 7)


def sky(when: Conditions) -> Place:
    """Paint the sky high above the land, in which figures float."""
    parts = (
        Part(6, 0.5, s.together(s.hills(664, 26), s.hills(700, 16))),
        Part(4, 0.3, s.scatter(wild.cloud, 8, 120, 600, 190)),
        Part(2, 0.06, s.together(s.put(wild.cloud, (150, 250, 330), (1120, 330, 380), (420, 640, 420), (900, 690, 480), (-180, 560, 420), (1480, 600, 420)))),
    )
    front = (Part(0.7, 0, s.put(wild.cloud, (-40, 740, 420), (1330, 752, 460)), 3),)
    return s.floats(s.outdoors(when, Plan(parts, 640, 610, front, sky=s.sky_to(640))))
