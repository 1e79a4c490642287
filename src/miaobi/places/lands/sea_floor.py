"""The floor of the sea."""

from dataclasses import replace

from miaobi.drawing.color import Color, mix, shade
from miaobi.drawing.path import Path, ellipse, smooth
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, Palette, palette
from miaobi.places.lands.beaches import shell
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Place
from miaobi.places.towns.site import Part, Plan, Site, join
from miaobi.places.wild import plants
from miaobi.places.wild import scenery as s

NIGHT: Color = (8.0, 20.0, 66.0)  # of deep water


def underwater(when: Conditions) -> Place:
    """Paint the floor of the sea with corals, weeds, fish and light from above."""
    dark = {"night": 0.62, "dusk": 0.3, "dawn": 0.16}.get(when.hour, 0.0)
    colors = _colors(when, dark)

    def tone(color: Color) -> Color:
        return mix(color, NIGHT, dark)

    deep, light = tone((14, 96, 168)), tone((120, 220, 236))

    def sea_above(site: Site) -> None:
        brushes.backdrop(site.canvas, light, tone((36, 158, 212)), deep, bottom=640)
        s.rays(640, 9, 1500, 640, 0.22 * (1 - dark * 0.7))(site)

    def reef(site: Site) -> None:
        for y, h, t in ((500, 46, 0.75), (560, 26, 0.5)):
            line = brushes.ridge(y, h, site.rng)
            c = mix((44, 92, 140), site.colors.haze, t)
            brushes.land(site.canvas, line, tone(c), tone(shade(c, 0.2)))

    sand = s.together(
        s.floor(612, (236, 214, 160), bumps=9),
        caustics,
        s.scatter(shell, 14, 640, 730, 10),
        s.put(plants.coral, (120, 676, 110), (1180, 680, 120)),
    )
    parts = (
        Part(4, 0.3, reef),
        Part(3, 0.5, s.together(s.row(plants.weed, 590, 130, 90), _fish)),
        Part(
            1.6,
            0.1,
            s.together(
                s.row(plants.coral, 624, 130, 170, clear=(470, 820)),
                s.row(plants.weed, 626, 190, 130, clear=(430, 860)),
            ),
        ),
        Part(1, 0, sand),
    )
    near = (-60, 810, 330), (20, 810, 240), (1270, 810, 320), (1350, 810, 420)
    front = (Part(0.62, 0, s.together(bubbles, s.put(plants.weed, *near)), 2),)
    plan = Plan(parts, 612, 672, front, sky=sea_above, weather=False)
    return s.floats(s.outdoors(when, plan, colors))


def _colors(when: Conditions, dark: float) -> Palette:
    return replace(
        palette(when),
        haze=mix((40, 150, 200), NIGHT, dark),
        key=mix((210, 250, 250), NIGHT, dark),
        ambient=mix((196, 234, 242), (110, 140, 210), dark),
        foliage=mix((30, 130, 130), NIGHT, dark),
        grass=mix((60, 150, 140), NIGHT, dark),
    )


def _fish(site: Site) -> None:
    for x, y, n in ((330, 250, 6), (980, 180, 7), (760, 330, 4)):
        hue = site.rng.choice(((252, 180, 70), (240, 110, 110), (250, 230, 120), (120, 200, 250)))
        for _ in range(n):
            swim(
                site,
                x + site.rng.uniform(-90, 90),
                y + site.rng.uniform(-44, 44),
                site.rng.uniform(12, 20),
                hue,
            )


def swim(site: Site, x: float, y: float, size: float, color: Color) -> None:
    """Draw a small fish."""
    body = ellipse(x, y, size, size * 0.58)
    tail = (
        Path()
        .move(x + size * 0.8, y)
        .line(
            (x + size * 1.5, y - size * 0.5), (x + size * 1.34, y), (x + size * 1.5, y + size * 0.5)
        )
        .close()
    )
    site.fill(join((tail,)), shade(color, 0.15))
    site.fill(body, color, 0.2)
    site.canvas.fill(ellipse(x - size * 0.5, y - size * 0.12, size * 0.14), (30, 30, 50))


def caustics(site: Site) -> None:
    """Draw the net of light on the sand under water."""
    for k in range(6):
        line = brushes.ridge(630 + k * 22, 5, site.rng, 60)
        site.canvas.stroke(smooth(line), site.colors.key, 2.4, 0.2)


def bubbles(site: Site) -> None:
    """Draw rising bubbles."""
    for _ in range(34):
        x, y, r = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(0, BOTTOM), site.rng.uniform(3, 9)
        site.canvas.fill(ellipse(x, y, r), (220, 248, 255), 0.18)
        site.canvas.stroke(ellipse(x, y, r), (240, 254, 255), 1.3, 0.5)
