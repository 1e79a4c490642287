"""Fields of ice."""

from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.path import Path
from miaobi.places.conditions import Conditions
from miaobi.places.lands.mountains import drifts
from miaobi.places.place import LEFT, RIGHT, Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import rocks
from miaobi.places.wild import scenery as s
from miaobi.places.wild.rocks import ICE


def ice_field(when: Conditions) -> Place:
    """Paint a field of ice with icebergs, an igloo and northern lights at night."""
    winter = replace(when, season="winter")

    parts = (
        Part(7, 0.4, s.peaks(480, 160, (150, 180, 220), 0.7)),
        Part(
            4,
            0.06,
            s.together(
                s.water(470, 640, (36, 110, 160), 90),
                s.put(
                    rocks.iceberg,
                    (330, 520, 150),
                    (840, 506, 110),
                    (1180, 530, 190),
                    (-120, 520, 170),
                ),
            ),
        ),
        Part(
            1.5,
            0,
            s.together(
                s.hills(584, 12, s.SNOW, 0.1),
                s.put(igloo, (1110, 640, 190), (560, 594, 90)),
                s.put(
                    rocks.crag(ICE),
                    (70, 630, 200),
                    (170, 632, 120),
                    (-190, 632, 200),
                    (1480, 632, 200),
                ),
            ),
        ),
        Part(1, 0, s.together(s.floor(610, s.SNOW, low=0.2), drifts, cracks)),
    )
    return s.outdoors(winter, Plan(parts, 610, 670, sky=_aurora))


def _aurora(site: Site) -> None:
    s.sky_to(470)(site)
    if not site.colors.stars:
        return
    for k, hue in enumerate(((90, 255, 180), (110, 220, 255), (200, 130, 255))):
        y = 150 + k * 44
        band = (
            Path()
            .move(LEFT, y)
            .cubic((200, y - 150), (700, y + 160), (RIGHT, y - 40))
            .line((RIGHT, y + 130))
            .cubic((700, y + 330), (200, y + 30), (LEFT, y + 170))
            .close()
        )
        fade = Stop(0, hue, 0), Stop(0.6, hue, 0.34), Stop(1, hue, 0)
        site.canvas.fill(band, linear((0, y - 60), (0, y + 230), *fade))


def cracks(site: Site) -> None:
    """Draw pale blue cracks in the ice."""
    for x, y in ((300, 700), (860, 640), (1120, 710), (-100, 660)):
        crack = Path().move(x, y).line((x + 50, y + 7), (x + 90, y - 3), (x + 160, y + 8))
        site.canvas.stroke(crack, site.color((150, 206, 236)), 2.6, 0.8)


def igloo(site: Site, x: float, y: float, size: float) -> None:
    """Draw an igloo of snow blocks."""
    r, c = size * 0.72, (226, 240, 250)
    dome = (
        Path()
        .move(x - r, y)
        .cubic((x - r, y - r * 1.25), (x + r, y - r * 1.25), (x + r, y))
        .close()
    )
    site.fill(dome, c, 0.22)
    with site.canvas.grouped(clip=dome):
        for k in range(1, 5):
            h = y - k * size * 0.18
            site.line((170, 204, 228), 2.4, (x - r, h), (x + r, h))
            for j in range(-4, 5):
                bx = x + (j + k % 2 * 0.5) * r * 0.3
                site.line((170, 204, 228), 2.4, (bx, h), (bx, h + size * 0.18))
    porch = (
        Path()
        .move(x - r * 1.0, y)
        .cubic((x - r * 1.0, y - size * 0.56), (x - r * 0.3, y - size * 0.56), (x - r * 0.3, y))
        .close()
    )
    site.fill(porch, c, 0.3)
    hole = (
        Path()
        .move(x - r * 0.88, y)
        .cubic((x - r * 0.88, y - size * 0.42), (x - r * 0.42, y - size * 0.42), (x - r * 0.42, y))
        .close()
    )
    site.canvas.fill(hole, (250, 190, 100) if site.lit else site.color((60, 84, 130)))
    if site.lit:
        site.shine(x - r * 0.65, y - size * 0.2, size * 0.6)
