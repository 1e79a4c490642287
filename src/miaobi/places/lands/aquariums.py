"""The hall of an aquarium."""

from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import shade
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, palette
from miaobi.places.lands.sea_floor import swim
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import plants
from miaobi.places.wild import scenery as s


def aquarium_hall(when: Conditions) -> Place:
    """Paint a dark hall before the great window of an aquarium."""
    colors = replace(
        palette(when),
        ambient=(176, 206, 240),
        key=(170, 236, 255),
        haze=(50, 120, 180),
        shadow=(6, 14, 40),
    )

    parts = (Part(1, 0, _hall),)
    lights = (Light(640, 320, 900, (90, 190, 255), 0.22),)
    plan = Plan(parts, 598, 668, lights=lights, sky=_tank, weather=False)
    return s.outdoors(when, plan, colors)


def _tank(site: Site) -> None:
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
            hue = site.rng.choice(
                ((252, 180, 70), (240, 110, 110), (250, 230, 120), (140, 120, 230))
            )
            swim(
                day,
                site.rng.uniform(0, 1280),
                site.rng.uniform(130, 440),
                site.rng.uniform(12, 26),
                hue,
            )
        shark(day, 900, 210, 150)
        shark(day, 250, 330, 90)
    canvas.stroke(glass, (60, 84, 130), 20)
    for x in (300, 640, 980):
        canvas.stroke(Path().move(x, 74).line((x, 556)), (60, 84, 130), 9)


def _hall(site: Site) -> None:
    floor = linear((0, 600), (0, BOTTOM), (44, 92, 142), (12, 20, 50))
    site.canvas.fill(rectangle(LEFT, 596, RIGHT, BOTTOM + 9), floor)
    for x in (140, 470, 800, 1130):
        sheen = radial((0, 0), 200, Stop(0, (120, 214, 250), 0.36), Stop(1, (120, 214, 250), 0))
        with site.canvas.transformed(x, 636, scale=(1.0, 0.2)):
            site.canvas.fill(ellipse(0, 0, 200), sheen)


def shark(site: Site, x: float, y: float, size: float) -> None:
    """Draw a shark that swims to the left."""
    c = (110, 132, 160)
    body = (
        Path()
        .move(x - size, y)
        .cubic(
            (x - size * 0.6, y - size * 0.34),
            (x + size * 0.3, y - size * 0.3),
            (x + size * 0.8, y - size * 0.04),
        )
    )
    body.line(
        (x + size * 1.12, y - size * 0.36),
        (x + size, y),
        (x + size * 1.08, y + size * 0.24),
        (x + size * 0.8, y + size * 0.04),
    )
    site.fill(
        body.cubic(
            (x + size * 0.2, y + size * 0.24), (x - size * 0.6, y + size * 0.24), (x - size, y)
        ).close(),
        c,
        0.3,
    )
    site.poly(
        c,
        (x - size * 0.16, y - size * 0.22),
        (x + size * 0.16, y - size * 0.52),
        (x + size * 0.2, y - size * 0.2),
    )
    site.poly(
        shade(c, 0.2),
        (x - size * 0.3, y + size * 0.1),
        (x - size * 0.04, y + size * 0.44),
        (x + size * 0.02, y + size * 0.12),
    )
    site.canvas.fill(ellipse(x - size * 0.66, y - size * 0.06, size * 0.04), (26, 30, 44))
