"""Colors of drawings: sRGB triples of floats in [0, 255], mixed and shaded as illustrators do."""

Color = tuple[float, float, float]

PLUM: Color = (120.0, 40.0, 90.0)  # shadows lean toward it; plain darkening looks dirty
CREAM: Color = (255.0, 250.0, 235.0)  # highlights lean toward it
WHITE: Color = (255.0, 255.0, 255.0)
BLACK: Color = (0.0, 0.0, 0.0)
INK: Color = (52.0, 28.0, 36.0)  # lines of faces


def mix(first: Color, second: Color, t: float) -> Color:
    """Return the color between two: the first at t = 0, the second at t = 1."""
    r, g, b = (a + (c - a) * t for a, c in zip(first, second, strict=True))
    return r, g, b


def shade(color: Color, amount: float = 0.3) -> Color:
    """Return a darker color that leans toward plum; amount in [0, 1]."""
    r, g, b = color
    keep = 1 - amount
    return mix((r * keep, g * keep, b * keep), PLUM, amount * 0.35)


def tint(color: Color, amount: float = 0.25) -> Color:
    """Return a lighter color that leans toward cream; amount in [0, 1]."""
    return mix(color, CREAM, amount)


def luminance(color: Color) -> float:
    """Return the luma of Rec. 601 in [0, 255]."""
    return 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]


def parse_color(text: str) -> Color:
    """Return the color of "#rgb" or "#rrggbb". Raises ValueError."""
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6:
        raise ValueError(f"{text} is not a color")
    return float(int(digits[:2], 16)), float(int(digits[2:4], 16)), float(int(digits[4:], 16))


def hex_color(color: Color) -> str:
    """Return "#rrggbb"."""
    return "#" + "".join(f"{max(0, min(255, round(value))):02x}" for value in color)
