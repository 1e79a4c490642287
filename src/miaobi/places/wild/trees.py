"""Trees, bushes and bamboo."""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import greenery
from miaobi.places.place import LEFT, RIGHT, TOP
from miaobi.places.towns.site import Painting, Site, join
from miaobi.places.wild import scenery as s
from miaobi.places.wild.scenery import Piece, leafy


def fir(site: Site, x: float, y: float, size: float) -> None:
    """Draw a fir, under snow where it lies."""
    r, g, b = site.colors.foliage
    if site.when.season == "autumn":
        r, g, b = site.color((96.0, 140.0, 84.0))
    green = mix((r * 0.62, g * 0.78, b * 0.7), site.colors.haze, site.distance)
    greenery.fir(site.canvas, x, y, size, green, site.rng, 0.9 if site.snowy else 0.0)


def leaf_tree(site: Site, x: float, y: float, size: float) -> None:
    """Draw a broad-leaved tree; bare in winter."""
    bare = site.when.season == "winter"
    color = site.color((120.0, 96.0, 86.0)) if bare else leafy(site, site.rng.uniform(0, 0.12))
    greenery.tree(site.canvas, x, y, size, color, site.rng, bare)


def colored_tree(*colors: Color) -> Piece:
    """Return a tree with leaves or blossoms of given colors."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        greenery.tree(site.canvas, x, y, size, site.color(site.rng.choice(colors)), site.rng)

    return draw


def birch(site: Site, x: float, y: float, size: float) -> None:
    """Draw the white trunk of a birch which rises out of the picture."""
    w = size * 0.09
    lean = site.rng.uniform(-0.05, 0.05) * size
    trunk = (
        Path()
        .move(x - w, y)
        .cubic((x - w * 0.6, y - 40), (x + lean, y - size), (x + lean, y - size))
    )
    trunk.line((x + lean + w * 1.1, y - size)).cubic(
        (x + w * 0.7, y - size * 0.4), (x + w * 0.6, y - 40), (x + w, y)
    ).close()
    c = site.color((236.0, 234.0, 230.0))
    site.canvas.fill(trunk, linear((x - w, 0), (x + w, 0), tint(c, 0.2), c, shade(c, 0.32)))
    with site.canvas.grouped(clip=trunk):
        for _ in range(int(size / 36)):
            yy, xx = y - site.rng.uniform(0.02, 1) * size, x + site.rng.uniform(-1, 1) * w
            mark = ellipse(xx, yy, w * site.rng.uniform(0.25, 0.7), w * 0.13)
            site.canvas.fill(mark, site.color((70.0, 62.0, 66.0)), 0.85)


def bamboo(site: Site, x: float, y: float, size: float) -> None:
    """Draw a stalk of bamboo with leaves at its nodes."""
    w, lean = size * 0.022, site.rng.uniform(-0.04, 0.04) * size
    green = site.color(mix((112.0, 176.0, 84.0), (170.0, 190.0, 90.0), site.rng.random() * 0.6))
    count = 7
    for k in range(count):
        a, b = k / count, (k + 1) / count
        x0, x1 = x + lean * a * a, x + lean * b * b
        y0, y1 = y - size * a - 2, y - size * b
        part = Path().move(x0 - w, y0).line((x0 - w * 0.8, (y0 + y1) / 2), (x1 - w, y1))
        part.line((x1 + w, y1), (x1 + w * 0.8, (y0 + y1) / 2), (x0 + w, y0)).close()
        site.canvas.fill(
            part, linear((x0 - w, 0), (x0 + w, 0), tint(green, 0.3), green, shade(green, 0.35))
        )
        site.canvas.stroke(
            Path().move(x1 - w * 1.1, y1).line((x1 + w * 1.1, y1)), tint(green, 0.35), w * 0.3
        )
        if k > 1 and site.rng.random() < 0.75:
            spray(site, x1, y1, size * 0.1, site.rng.choice((-1, 1)), green)


def spray(site: Site, x: float, y: float, size: float, side: int, color: Color) -> None:
    """Draw a twig of narrow leaves."""
    leaves = []
    for k in range(5):
        turn = math.radians(-38 + k * 26)
        ex, ey = (
            x + side * size * (0.55 + math.cos(turn)),
            y + size * math.sin(turn) * 0.9 - size * 0.1,
        )
        sx, sy = x + side * size * (0.25 + 0.08 * k), y - size * 0.22
        mx, my = (sx + ex) / 2, (sy + ey) / 2
        leaves.append(
            Path()
            .move(sx, sy)
            .quad((mx, my - size * 0.13), (ex, ey))
            .quad((mx, my + size * 0.13), (sx, sy))
            .close()
        )
    site.canvas.fill(join(leaves), shade(color, site.rng.uniform(0.05, 0.25)))


def palm(site: Site, x: float, y: float, size: float) -> None:
    """Draw a palm."""
    green = site.color((72.0, 156.0, 84.0))
    greenery.palm(site.canvas, x, y, size, green, site.rng)
    if site.distance < 0.2:
        site.shadow(x, y, size * 0.16, size * 0.03)


def bush(site: Site, x: float, y: float, size: float) -> None:
    """Draw a bush."""
    greenery.bush(site.canvas, x, y, size, leafy(site, 0.08), site.rng)


def hedge(site: Site, x: float, y: float, size: float) -> None:
    """Draw one rounded bush of a clipped row, as in a tea field."""
    green = leafy(site, 0.1)
    path = rectangle(x - size * 0.62, y - size * 0.42, x + size * 0.62, y + 6, size * 0.3)
    site.canvas.fill(
        path, linear((0, y - size * 0.42), (0, y), tint(green, 0.28), green, shade(green, 0.35))
    )


def pine(site: Site, x: float, y: float, size: float) -> None:
    """Draw an old pine whose branches spread in flat layers."""
    bark = site.color((104, 76, 62))
    trunk = (
        Path()
        .move(x - size * 0.03, y)
        .cubic(
            (x - size * 0.14, y - size * 0.3),
            (x + size * 0.16, y - size * 0.5),
            (x + size * 0.04, y - size * 0.94),
        )
    )
    site.canvas.stroke(trunk, bark, size * 0.055)
    for dx, up, w in (
        (0.3, 0.5, 0.26),
        (-0.22, 0.6, 0.24),
        (0.26, 0.74, 0.24),
        (-0.14, 0.84, 0.22),
        (0.05, 0.97, 0.2),
    ):
        px, py = x + dx * size, y - up * size
        limb = (
            Path()
            .move(x + dx * size * 0.12, py + size * 0.06)
            .quad((x + dx * size * 0.6, py + size * 0.06), (px, py))
        )
        site.canvas.stroke(limb, bark, size * 0.018)
        green = site.color((64, 118, 92))
        for k in range(5):
            cx = px + (k - 2) * w * size * 0.34
            r = w * size * (0.34 - 0.05 * abs(k - 2))
            tuft = linear((0, py - r), (0, py + r * 0.4), tint(green, 0.24), shade(green, 0.3))
            site.canvas.fill(ellipse(cx, py - r * 0.3, r * 1.1, r * 0.55), tuft)


def willow(site: Site, x: float, y: float, size: float) -> None:
    """Draw a weeping willow."""
    bark, green = site.color((112, 86, 66)), s.leafy(site)
    trunk = (
        Path()
        .move(x - size * 0.09, y)
        .cubic(
            (x - size * 0.03, y - 60),
            (x - size * 0.05, y - size * 0.4),
            (x - size * 0.02, y - size * 0.7),
        )
        .line((x + size * 0.04, y - size * 0.7))
    )
    site.canvas.fill(
        trunk.cubic(
            (x + size * 0.03, y - size * 0.4), (x + size * 0.03, y - 60), (x + size * 0.09, y)
        ).close(),
        linear((x - 30, 0), (x + 30, 0), tint(bark, 0.2), bark, shade(bark, 0.4)),
    )
    for _ in range(70):
        a = site.rng.uniform(-1, 1)
        top, deep = (
            (x + a * size * 0.2, y - size * (0.98 - 0.1 * a * a)),
            site.rng.uniform(0.35, 0.72) * size,
        )
        foot = (x + a * size * 0.56, top[1] + deep)
        strand = (
            Path()
            .move(*top)
            .cubic((x + a * size * 0.5, top[1] - size * 0.06), (foot[0], top[1] + deep * 0.4), foot)
        )
        site.canvas.stroke(
            strand,
            mix(green, site.colors.key, site.rng.uniform(0, 0.24)),
            site.rng.uniform(3, 6),
            0.85,
        )


def giant(*spots: tuple[float, float, float]) -> Painting:
    """Return plants with broad leaves."""

    def leaf(site: Site, x: float, y: float, size: float) -> None:
        green = site.color((58, 138, 74))
        for turn in (-66, 62, -40, 38, -14, 14):
            with site.canvas.transformed(x, y, turn + site.rng.uniform(-5, 5)):
                blade = (
                    Path()
                    .move(0, 0)
                    .cubic((-size * 0.34, -size * 0.3), (-size * 0.22, -size * 0.86), (0, -size))
                )
                blade.cubic((size * 0.22, -size * 0.86), (size * 0.34, -size * 0.3), (0, 0)).close()
                c = mix(green, site.color((120, 180, 80)), site.rng.random() * 0.5)
                site.canvas.fill(
                    blade, linear((-size * 0.2, 0), (size * 0.2, 0), tint(c, 0.2), c, shade(c, 0.3))
                )
                site.canvas.stroke(Path().move(0, 0).line((0, -size * 0.94)), tint(c, 0.3), 2.4)

    return s.put(leaf, *spots)


def trunks(
    size: float, width: float, color: Color, step: float, clear: tuple[float, float]
) -> Painting:
    """Return dark trunks which rise out of the picture."""

    def trunk(site: Site, x: float, y: float, big: float) -> None:
        w, c = width * big / size, site.color(color)
        body = (
            Path()
            .move(x - w * 0.42, TOP - 9)
            .cubic((x - w * 0.4, 200), (x - w * 0.46, y - 120), (x - w, y + 6))
        )
        body.line((x - w * 0.2, y - 3), (x + w * 0.2, y + 7), (x + w, y + 4))
        body.cubic((x + w * 0.46, y - 120), (x + w * 0.4, 200), (x + w * 0.42, TOP - 9)).close()
        site.canvas.fill(
            body, linear((x - w * 0.6, 0), (x + w * 0.6, 0), tint(c, 0.2), c, shade(c, 0.42))
        )

    return s.row(trunk, 616, size, step, 0.2, clear)


def fallen(*colors: Color) -> Painting:
    """Return leaves or petals on the ground and in the air."""

    def paint(site: Site) -> None:
        for number in range(110):
            low = number % 4 > 0
            y = site.rng.uniform(616, 735) if low else site.rng.uniform(60, 600)
            with site.canvas.transformed(
                site.rng.uniform(LEFT, RIGHT), y, site.rng.uniform(0, 360)
            ):
                size = site.rng.uniform(3.4, 7)
                leaf = (
                    Path()
                    .move(-size, 0)
                    .quad((0, -size * 0.7), (size, 0))
                    .quad((0, size * 0.7), (-size, 0))
                    .close()
                )
                site.canvas.fill(leaf, site.color(site.rng.choice(colors)), 0.9)

    return paint
