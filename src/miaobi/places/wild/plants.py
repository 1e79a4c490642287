"""Reeds, lotus, cactus, crops, flowers, mushrooms, weeds and corals."""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse
from miaobi.places.towns.site import Site, join
from miaobi.places.wild.scenery import Piece, grassy

STEM: Color = (98.0, 150.0, 72.0)
CORALS: tuple[Color, ...] = ((244.0, 110.0, 130.0), (250.0, 160.0, 90.0), (190.0, 110.0, 210.0))


def reed(site: Site, x: float, y: float, size: float) -> None:
    """Draw a tuft of reeds with brown heads."""
    green = site.color((120.0, 150.0, 78.0))
    for k in range(7):
        lean = (k - 3) * size * 0.09 + site.rng.uniform(-6, 6)
        h, left = size * site.rng.uniform(0.6, 1.0), x + (k - 3) * size * 0.035
        tip = left + lean, y - h
        stem = Path().move(left, y).quad((left, y - h * 0.5), tip)
        site.canvas.stroke(
            stem, mix(green, site.colors.shadow, 0.08 * k % 0.3), max(1.2, size * 0.02)
        )
        if k % 2:
            with site.canvas.transformed(*tip, degrees=math.degrees(math.atan2(lean, h))):
                site.disc(0, 0, size * 0.03, (128.0, 84.0, 56.0), size * 0.11)


def lotus(site: Site, x: float, y: float, size: float) -> None:
    """Draw a round leaf on the water, often with a lotus flower."""
    leaf = site.color((86.0, 158.0, 104.0))
    pad = Path().move(x, y).line((x + size, y - size * 0.06))
    pad.cubic((x + size, y - size * 0.4), (x - size, y - size * 0.4), (x - size, y))
    pad.cubic(
        (x - size, y + size * 0.36), (x + size, y + size * 0.36), (x + size, y + size * 0.08)
    ).close()
    site.canvas.fill(
        pad, linear((x, y - size * 0.3), (x, y + size * 0.3), tint(leaf, 0.25), shade(leaf, 0.2))
    )
    if site.rng.random() < 0.5 and site.when.season in ("spring", "summer"):
        flower(site, x, y - size * 0.05, size * 0.62)


def flower(site: Site, x: float, y: float, size: float) -> None:
    """Draw an open lotus flower."""
    pink = site.color((250.0, 166.0, 196.0))
    for turn in (-64, 64, -36, 36, 0):
        with site.canvas.transformed(x, y, turn):
            petal = (
                Path()
                .move(0, 0)
                .cubic((-size * 0.42, -size * 0.4), (-size * 0.2, -size * 0.8), (0, -size))
            )
            petal.cubic((size * 0.2, -size * 0.8), (size * 0.42, -size * 0.4), (0, 0)).close()
            site.canvas.fill(petal, linear((0, -size), (0, 0), tint(pink, 0.15), tint(pink, 0.7)))


def cactus(site: Site, x: float, y: float, size: float) -> None:
    """Draw a cactus with arms."""
    c, w = (86.0, 150.0, 96.0), size * 0.11
    site.shadow(x, y, size * 0.3, size * 0.05)
    for side, low, high in ((-1, 0.36, 0.7), (1, 0.5, 0.86)):
        left, right = sorted((x + side * w * 0.5, x + side * w * 2.9))
        site.box(left, y - size * low - w * 1.2, right, y - size * low, c, w * 0.6)
        arm = x + side * w * 2.4
        site.box(arm - w * 0.65, y - size * high, arm + w * 0.65, y - size * low, c, w * 0.65)
    site.box(x - w, y - size, x + w, y + 2, c, w)
    for k in (-0.4, 0.1, 0.55):
        site.line(
            (150.0, 196.0, 130.0), 1.6, (x + w * k, y - size * 0.94), (x + w * k, y - 3), alpha=0.7
        )
    site.disc(x, y - size, w * 0.55, (244.0, 120.0, 150.0), w * 0.4)


def stalks(
    head: Color,
    stem: Color = STEM,
    leaves: bool = True,
    round_head: bool = False,
    heart: Color = (112.0, 70.0, 44.0),
) -> Piece:
    """Return flowers on a stem: ears and spikes, or round heads with petals about a heart."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        lean = site.rng.uniform(-0.12, 0.12) * size
        tip = x + lean, y - size
        site.canvas.stroke(
            Path().move(x, y).quad((x, y - size * 0.5), tip), site.color(stem), size * 0.05
        )
        if leaves:
            for side in (-1, 1):
                site.disc(x + side * size * 0.14, y - size * 0.4, size * 0.14, stem, size * 0.06)
        if not round_head:
            site.disc(*tip, size * 0.1, mix(head, WHITE, site.rng.uniform(0, 0.2)), size * 0.26)
            return
        ring = [
            ellipse(
                tip[0] + math.cos(a * 0.628) * size * 0.2,
                tip[1] + math.sin(a * 0.628) * size * 0.2,
                size * 0.1,
            )
            for a in range(10)
        ]
        site.canvas.fill(join(ring), site.color(head))
        site.disc(*tip, size * 0.17, heart)

    return draw


def wheat(site: Site, x: float, y: float, size: float) -> None:
    """Draw three ears of wheat."""
    for k in (-1, 0, 1):
        lean, h = (k * 0.2 + site.rng.uniform(-0.08, 0.08)) * size, size * (1 - 0.12 * abs(k))
        gold = site.color(mix((238.0, 196.0, 88.0), (214.0, 158.0, 58.0), site.rng.random()))
        stem = (
            Path()
            .move(x + k * size * 0.05, y)
            .quad((x + lean * 0.3, y - h * 0.6), (x + lean, y - h))
        )
        site.canvas.stroke(stem, shade(gold, 0.16), size * 0.028)
        grains = []
        for n in range(3):
            gx, gy = x + lean * (1 - n * 0.1), y - h * (1 - n * 0.1)
            grains += [
                ellipse(gx + side * size * 0.032, gy, size * 0.034, size * 0.07) for side in (-1, 1)
            ]
        site.canvas.fill(join(grains), gold)


def tulip(site: Site, x: float, y: float, size: float) -> None:
    """Draw a tulip."""
    hue = site.rng.choice(
        ((236.0, 72.0, 88.0), (250.0, 190.0, 70.0), (244.0, 140.0, 180.0), (170.0, 110.0, 200.0))
    )
    site.line(STEM, size * 0.07, (x, y), (x, y - size * 0.7))
    site.disc(x + size * 0.12, y - size * 0.3, size * 0.05, STEM, size * 0.26)
    w, top = size * 0.19, y - size
    cup = (
        Path()
        .move(x - w, top)
        .line(
            (x - w * 0.45, top + w * 0.7),
            (x, top - w * 0.2),
            (x + w * 0.45, top + w * 0.7),
            (x + w, top),
        )
    )
    cup.cubic((x + w * 1.1, top + w * 2.2), (x - w * 1.1, top + w * 2.2), (x - w, top)).close()
    site.fill(cup, hue, 0.26)


def mushroom(site: Site, x: float, y: float, size: float) -> None:
    """Draw a red mushroom with white dots."""
    w = size * 0.13
    stem = Path().move(x - w * 1.3, y).quad((x - w * 0.6, y - size * 0.4), (x - w, y - size * 0.7))
    stem.line((x + w, y - size * 0.7)).quad((x + w * 0.6, y - size * 0.4), (x + w * 1.3, y)).close()
    site.fill(stem, (246.0, 234.0, 214.0), 0.24)
    r = size * 0.46
    cap = (
        Path()
        .move(x - r, y - size * 0.58)
        .cubic((x - r, y - size * 1.12), (x + r, y - size * 1.12), (x + r, y - size * 0.58))
    )
    cap.quad((x, y - size * 0.46), (x - r, y - size * 0.58)).close()
    site.fill(cap, (222.0, 66.0, 62.0), 0.3)
    for dx, dy, q in ((-0.5, 0.68, 0.09), (0.05, 0.84, 0.11), (0.5, 0.7, 0.08), (-0.1, 0.62, 0.06)):
        site.disc(x + dx * r, y - dy * size, q * size, (255.0, 250.0, 240.0), q * size * 0.75)


def weed(site: Site, x: float, y: float, size: float) -> None:
    """Draw waving weeds of the sea."""
    green = site.color(
        site.rng.choice(((30.0, 150.0, 130.0), (70.0, 160.0, 96.0), (24.0, 120.0, 120.0)))
    )
    for k in range(3):
        h, base, sway = (
            size * site.rng.uniform(0.6, 1),
            x + (k - 1) * size * 0.1,
            size * site.rng.uniform(0.05, 0.12),
        )
        w = size * 0.045
        blade = (
            Path()
            .move(base - w, y)
            .cubic(
                (base - w - sway, y - h * 0.35),
                (base - w + sway * 2, y - h * 0.65),
                (base - sway * 0.4, y - h),
            )
        )
        blade.cubic(
            (base + w + sway * 2, y - h * 0.6), (base + w - sway, y - h * 0.3), (base + w, y)
        ).close()
        site.canvas.fill(blade, linear((0, y - h), (0, y), tint(green, 0.25), shade(green, 0.25)))


def coral(site: Site, x: float, y: float, size: float) -> None:
    """Draw a branching coral."""
    color = site.color(site.rng.choice(CORALS))
    _fork(site, x, y, size * 0.36, -90.0, size * 0.1, color)


def _fork(
    site: Site, x: float, y: float, length: float, turn: float, width: float, color: Color
) -> None:
    angle = math.radians(turn)
    ex, ey = x + length * math.cos(angle), y + length * math.sin(angle)
    site.canvas.stroke(Path().move(x, y).line((ex, ey)), color, width)
    if width < 3:
        return
    for side in (-1, 1):
        _fork(
            site,
            ex,
            ey,
            length * site.rng.uniform(0.68, 0.85),
            turn + side * site.rng.uniform(18, 40),
            width * 0.68,
            tint(color, 0.07),
        )


def tuft(site: Site, x: float, y: float, size: float) -> None:
    """Draw a tuft of grass."""
    blades = []
    for k in range(5):
        lean = (k - 2) * size * 0.22
        blade = (
            Path()
            .move(x + (k - 2) * 2 - size * 0.06, y)
            .quad((x + lean * 0.3, y - size * 0.6), (x + lean, y - size))
        )
        blades.append(
            blade.quad(
                (x + lean * 0.4 + 3, y - size * 0.5), (x + (k - 2) * 2 + size * 0.06, y)
            ).close()
        )
    site.canvas.fill(join(blades), grassy(site, 0.16))
