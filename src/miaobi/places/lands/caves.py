"""Caves, the land of dinosaurs and the world of the small."""

from dataclasses import replace

from miaobi.drawing.canvas import linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, Palette, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light, Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import plants, rocks, trees
from miaobi.places.wild import scenery as s

CAVES: dict[str, tuple[Color, Color]] = {  # of light and rock
    "day": ((150.0, 214.0, 232.0), (60.0, 92.0, 126.0)),
    "dawn": ((240.0, 200.0, 190.0), (86.0, 90.0, 120.0)),
    "dusk": ((250.0, 190.0, 150.0), (86.0, 70.0, 110.0)),
    "night": ((70.0, 100.0, 190.0), (40.0, 52.0, 110.0)),
}


def cave(when: Conditions) -> Place:
    """Paint a cave with crystals, a pool and light from above."""
    light, rock = CAVES.get(when.hour, CAVES["day"])
    colors = _cave_colors(when, light, rock)
    hues: list[Color] = [(110, 226, 255), (226, 140, 255), (140, 255, 214), (255, 190, 130)]
    hues = hues[when.seed % 4 :] + hues[: when.seed % 4]

    def back(site: Site) -> None:
        glow = radial(
            (660, 330), 820, light, mix(light, rock, 0.6), shade(rock, 0.35), shade(rock, 0.6)
        )
        site.canvas.fill(rectangle(LEFT, TOP, RIGHT, BOTTOM), glow)
        s.rays(640, 5, 360, 640, 0.34)(site)

    def ground(site: Site) -> None:
        top = mix(rock, light, 0.3)
        brushes.land(site.canvas, brushes.ridge(604, 8, site.rng, 40), top, shade(rock, 0.6), 200)
        pool = linear((0, 622), (0, 664), tint(light, 0.3), mix(light, rock, 0.7))
        site.canvas.fill(ellipse(900, 642, 190, 21), shade(rock, 0.3))
        site.canvas.fill(ellipse(900, 644, 180, 18), pool)
        for _ in range(24):
            x, y, r = (
                site.rng.uniform(LEFT, RIGHT),
                site.rng.uniform(616, 730),
                site.rng.uniform(6, 22),
            )
            brushes.rock(site.canvas, x, y, r, mix(rock, (90, 100, 130), 0.4), site.rng)

    gems = s.together(
        s.put(rocks.crystal(hues[0]), (170, 622, 150), (1450, 622, 150)),
        s.put(rocks.crystal(hues[1]), (1120, 620, 165), (-170, 620, 150)),
        s.put(rocks.crystal(hues[2]), (320, 612, 80), (960, 610, 70)),
    )
    parts = (
        Part(3.2, 0, rocks.rim((660, 350, 470, 300), mix(rock, light, 0.12), 592, 120)),
        Part(1.9, 0, rocks.rim((640, 360, 640, 350), shade(rock, 0.22), 606, 130)),
        Part(1.4, 0, gems),
        Part(1, 0, ground),
    )
    front = (Part(0.62, 0, rocks.rim((640, 400, 880, 490), (16, 18, 40), 920, 70), 6),)
    lights = (Light(170, 590, 420, hues[0], 0.3), Light(1120, 590, 420, hues[1], 0.3))
    return s.outdoors(
        when, Plan(parts, 604, 668, front, lights=lights, sky=back, weather=False), colors
    )


def _cave_colors(when: Conditions, light: Color, rock: Color) -> Palette:
    return replace(
        palette(when),
        ambient=mix((178, 204, 230), (140, 150, 210), 0.5 if when.hour == "night" else 0.0),
        key=tint(light, 0.4),
        haze=mix(rock, light, 0.4),
        shadow=(8, 12, 36),
        lit=True,
    )


def prehistoric(when: Conditions) -> Place:
    """Paint a land of dinosaurs with giant ferns, cycads, a smoking volcano and long necks."""

    parts = (
        Part(7, 0.5, _far_cone),
        Part(
            5,
            0.4,
            s.together(
                s.hills(500, 30),
                s.put(long_neck, (330, 520, 230)),
                s.row(trees.palm, 530, 130, 120),
            ),
        ),
        Part(
            2.6,
            0.2,
            s.together(
                s.hills(566, 16),
                s.row(trees.palm, 590, 280, 230, clear=(420, 860)),
                s.row(trees.bush, 600, 120, 150),
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(
                    trees.palm,
                    (60, 636, 460),
                    (1220, 636, 430),
                    (-240, 636, 430),
                    (1520, 636, 430),
                ),
                s.row(trees.bush, 626, 130, 300, clear=(350, 950)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, (132, 158, 84), 170),
                s.put(rocks.stone(), (180, 676, 40), (1110, 680, 44)),
                nest,
            ),
        ),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 608, 670, front))


def _far_cone(site: Site) -> None:
    for k in range(5):
        site.disc(900 + k * 24, 236 - k * 26, 24 + k * 9, (190, 176, 176))
    site.poly(
        (140, 116, 120), (700, 520), (850, 280), (870, 270), (930, 268), (950, 280), (1120, 520)
    )
    site.poly(
        (240, 120, 60), (862, 272), (936, 270), (920, 320), (906, 300), (894, 350), (880, 304)
    )


def long_neck(site: Site, x: float, y: float, size: float) -> None:
    """Draw a dinosaur with a long neck."""
    u, c = size / 100, (110, 150, 130)
    body = (
        Path()
        .move(x - 90 * u, y - 10 * u)
        .cubic((x - 60 * u, y - 50 * u), (x - 30 * u, y - 60 * u), (x, y - 56 * u))
    )
    body.cubic(
        (x + 30 * u, y - 54 * u), (x + 26 * u, y - 100 * u), (x + 40 * u, y - 124 * u)
    ).cubic((x + 50 * u, y - 136 * u), (x + 70 * u, y - 128 * u), (x + 70 * u, y - 118 * u))
    body.cubic(
        (x + 60 * u, y - 112 * u), (x + 54 * u, y - 112 * u), (x + 54 * u, y - 100 * u)
    ).cubic((x + 54 * u, y - 60 * u), (x + 44 * u, y - 24 * u), (x + 30 * u, y - 18 * u))
    body.line((x - 30 * u, y - 16 * u)).cubic(
        (x - 50 * u, y - 20 * u), (x - 70 * u, y - 16 * u), (x - 90 * u, y - 10 * u)
    ).close()
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

    bloom = plants.stalks((250, 250, 250), round_head=True)
    parts = (
        Part(5, 0.56, _blades),
        Part(3, 0.3, s.together(_blades, s.put(plants.mushroom, (420, 610, 170), (880, 606, 210)))),
        Part(
            1.6,
            0.06,
            s.together(
                s.put(bloom, (330, 630, 430), (1000, 630, 380), (-80, 630, 430)),
                s.put(
                    plants.mushroom,
                    (120, 646, 380),
                    (1180, 646, 440),
                    (-280, 646, 300),
                    (1500, 646, 340),
                ),
                _dew,
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(612, (142, 120, 82), 60),
                s.scatter(plants.tuft, 20, 630, 730, 50, True),
                s.put(rocks.stone(), (240, 676, 50), (1060, 684, 56)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 612, 670, front))


def _blades(site: Site) -> None:
    c = s.leafy(site)
    for _ in range(34):
        x, h, w = (
            site.rng.uniform(LEFT, RIGHT),
            site.rng.uniform(420, 760),
            site.rng.uniform(14, 32),
        )
        lean = site.rng.uniform(-160, 160)
        blade = (
            Path()
            .move(x - w, 630)
            .quad((x + lean * 0.1 - w * 0.5, 630 - h * 0.6), (x + lean, 630 - h))
            .quad((x + lean * 0.3 + w, 630 - h * 0.5), (x + w, 630))
            .close()
        )
        hue = mix(c, (190, 220, 110), site.rng.random() * 0.3 * site.tone[0])
        site.canvas.fill(
            blade, linear((x - w, 0), (x + w, 0), tint(hue, 0.25), hue, shade(hue, 0.25))
        )


def _dew(site: Site) -> None:
    for _ in range(26):
        x, y, r = (
            site.rng.uniform(LEFT, RIGHT),
            site.rng.uniform(120, 600),
            site.rng.uniform(4, 11),
        )
        site.canvas.fill(
            ellipse(x, y, r),
            radial(
                (x - r * 0.3, y - r * 0.4),
                r * 1.4,
                (255, 255, 255),
                (206, 238, 255),
                (130, 190, 226),
            ),
            0.8,
        )
