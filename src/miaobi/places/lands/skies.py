"""The sky by day, at night, at sunset and in a storm; and a plain studio."""

from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, palette
from miaobi.places.lands.space import twinkle
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light, Place
from miaobi.places.sky import paint_sky
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import heavens
from miaobi.places.wild import scenery as s


def night_sky(when: Conditions) -> Place:
    """Paint a hill under the Milky Way, a moon and shooting stars."""
    when = replace(
        when,
        hour="night",
        weather="clear" if when.weather in ("cloudy", "rainbow") else when.weather,
    )
    colors = palette(when)

    def heaven(site: Site) -> None:
        paint_sky(
            site.canvas,
            site.colors,
            replace(when, weather="fog" if when.weather == "snow" else when.weather),
            520,
        )
        with site.canvas.transformed(700, 250, -32):
            for k, hue in enumerate(((150, 120, 220), (120, 160, 240), (230, 190, 240))):
                wide, high = 1000 - k * 130, 150 - k * 42
                with site.canvas.transformed(0, 0, scale=(1.0, high / wide)):
                    fading = radial(
                        (0, 0), wide, Stop(0, hue, 0.34), Stop(0.6, hue, 0.16), Stop(1, hue, 0)
                    )
                    site.canvas.fill(ellipse(0, 0, wide), fading)
            for _ in range(150):
                x, y = site.rng.uniform(-900, 900), site.rng.gauss(0, 46)
                site.canvas.fill(
                    ellipse(x, y, site.rng.uniform(0.6, 2)),
                    (255, 248, 230),
                    site.rng.uniform(0.4, 1),
                )
        for _ in range(9):
            twinkle(
                site, site.rng.uniform(0, 1280), site.rng.uniform(20, 380), site.rng.uniform(6, 13)
            )
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
        Part(4, 0.3, s.scatter(heavens.cloud, 8, 120, 600, 190)),
        Part(
            2,
            0.06,
            s.together(
                s.put(
                    heavens.cloud,
                    (150, 250, 330),
                    (1120, 330, 380),
                    (420, 640, 420),
                    (900, 690, 480),
                    (-180, 560, 420),
                    (1480, 600, 420),
                )
            ),
        ),
    )
    front = (Part(0.7, 0, s.put(heavens.cloud, (-40, 740, 420), (1330, 752, 460)), 3),)
    return s.floats(s.outdoors(when, Plan(parts, 640, 610, front, sky=s.sky_to(640))))


def clouds(when: Conditions) -> Place:
    """Paint a sea of clouds on which figures stand, with towers of cloud behind."""
    parts = (
        Part(6, 0.35, heavens.cloud_bank(520, 60)),
        Part(
            4,
            0.14,
            s.put(
                heavens.cloud, (200, 440, 420), (1090, 400, 460), (640, 330, 240), (-200, 460, 460)
            ),
        ),
        Part(3, 0.16, heavens.cloud_bank(546, 84)),
        Part(1.5, 0.04, s.together(s.put(heavens.cloud, (60, 640, 420), (1240, 640, 440)))),
        Part(1, 0, heavens.cloud_bank(600, 110)),
    )
    front = (Part(0.62, 0, s.put(heavens.cloud, (-60, 770, 420), (1350, 780, 480)), 3),)
    return s.outdoors(when, Plan(parts, 610, 668, front, sky=s.sky_to(560)))


def sunset_sky(when: Conditions) -> Place:
    """Paint a low sun between glowing clouds over dark hills."""
    when = replace(when, hour="dusk" if when.hour in ("day", "night") else when.hour)
    colors = palette(when)

    def glow_sky(site: Site) -> None:
        top, middle = site.colors.sky_top, site.colors.sky_middle
        brushes.backdrop(
            site.canvas, top, mix(top, middle, 0.6), (250, 130, 110), (255, 196, 110), bottom=560
        )
        brushes.sun(site.canvas, 640, 430, 84, (255, 206, 116))
        for _ in range(24):
            x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(70, 470)
            hue = mix((255, 190, 140), (196, 96, 150), site.rng.random() * (1 - y / 560))
            w, h = site.rng.uniform(120, 320), site.rng.uniform(5, 15)
            site.canvas.fill(ellipse(x, y, w, h), hue, 0.5)
            site.canvas.fill(ellipse(x + w * 0.2, y - h, w * 0.5, h), tint(hue, 0.3), 0.45)
        for k in range(7):
            x, y, q = 420 + k * 34 + site.rng.uniform(-8, 8), 170 + abs(k - 2) * 17, 12
            wings = (
                Path()
                .move(x - q, y - 4)
                .quad((x - q * 0.4, y - 8), (x, y))
                .quad((x + q * 0.4, y - 8), (x + q, y - 4))
            )
            site.canvas.stroke(wings, (74, 40, 76), 2.6)

    parts = (
        Part(5, 0.4, s.hills(500, 42, (120, 70, 110))),
        Part(2.6, 0.2, s.together(s.hills(560, 26, (92, 56, 96)))),
        Part(1, 0, s.floor(612, None, 240, 26)),
    )
    lights = (Light(640, 430, 900, (255, 180, 100), 0.28),)
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 610, 670, front, lights=lights, sky=glow_sky), colors)


def storm_sky(when: Conditions) -> Place:
    """Paint black clouds and lightning over bending grass."""
    when = replace(when, weather="storm")
    colors = palette(when)

    def dark(site: Site) -> None:
        top = mix(site.colors.sky_top, (26, 28, 52), 0.6)
        brushes.backdrop(
            site.canvas,
            top,
            mix(site.colors.sky_middle, (52, 56, 86), 0.5),
            site.colors.sky_bottom,
            bottom=600,
        )
        for y, size, tone in ((300, 420, 0.25), (200, 520, 0.5), (80, 560, 0.75)):
            for k in range(7):
                x = LEFT + k * 300 + site.rng.uniform(-80, 80)
                hue = mix(site.colors.sky_middle, (30, 32, 56), tone)
                brushes.cloud(site.canvas, x, y + site.rng.uniform(-30, 30), size, hue, site.rng)
        for x in (330, 940):
            bolt(site, x + site.rng.uniform(-50, 50), 250, 470)

    parts = (
        Part(5, 0.4, s.hills(500, 40)),
        Part(2.4, 0.2, s.hills(566, 18)),
        Part(1, 0, s.floor(610, None, 300, 0)),
    )
    return s.outdoors(when, Plan(parts, 610, 670, (Part(0.62, 0, s.ferns, 4),), sky=dark), colors)


def bolt(site: Site, x: float, top: float, bottom: float) -> None:
    """Draw a forked flash of lightning."""
    s.halo(site, x, top + 60, 260, (200, 210, 255), 0.5)
    for fork in range(2):
        px, py = x, top
        line = Path().move(px, py)
        while py < bottom - fork * 70:
            px, py = px + site.rng.uniform(-30, 30) + fork * 16, py + site.rng.uniform(22, 46)
            line.line((px, py))
        site.canvas.stroke(line, (180, 190, 255), 12, 0.25)
        site.canvas.stroke(line, (250, 250, 255), 4 - fork * 2)


def plain_background(when: Conditions) -> Place:
    """Paint a soft studio backdrop which curves into its floor."""
    base = palette(when)
    hues = ((244, 240, 234), (232, 240, 246), (248, 236, 232), (236, 244, 234), (240, 236, 248))
    tone = {"night": (120, 126, 170), "dusk": (236, 206, 198)}.get(when.hour, (255, 255, 255))
    hue = hues[when.seed % len(hues)]
    wall: Color = (hue[0] * tone[0] / 255, hue[1] * tone[1] / 255, hue[2] * tone[2] / 255)
    colors = replace(
        base,
        ambient=mix(base.ambient, (255, 255, 255), 0.6),
        haze=wall,
        shadow=shade(wall, 0.65),
        key=(255, 250, 240),
    )

    def backdrop(site: Site) -> None:
        light = radial((640, 330), 900, tint(wall, 0.7), wall, shade(wall, 0.14))
        site.canvas.fill(rectangle(LEFT, TOP, RIGHT, BOTTOM), light)
        fade = linear(
            (0, 560),
            (0, BOTTOM),
            Stop(0, shade(wall, 0.1), 0),
            Stop(0.35, shade(wall, 0.08), 0.55),
            Stop(1, tint(wall, 0.2), 0.7),
        )
        site.canvas.fill(rectangle(LEFT, 560, RIGHT, BOTTOM), fade)
        spot = radial((0, 0), 520, Stop(0, tint(wall, 0.9), 0.9), Stop(1, wall, 0))
        with site.canvas.transformed(640, 676, scale=(1.0, 0.13)):
            site.canvas.fill(ellipse(0, 0, 520), spot)

    return s.outdoors(when, Plan((), 600, 668, sky=backdrop, weather=False), colors)
