"""Colors by name: the CSS values of the table of modifiers, and the plain words of roles.toml."""

import functools

from miaobi.catalog.tables import rows
from miaobi.drawing.color import Color, parse_color

PLAIN = {
    "red": "#d9413f",
    "orange": "#f08a3c",
    "yellow": "#f6cf4a",
    "green": "#5aa55a",
    "blue": "#4a86d8",
    "purple": "#8d5cc0",
    "pink": "#ee8fb4",
    "brown": "#8a5a3c",
    "black": "#3a3640",
    "white": "#f4f4f8",
    "gray": "#9a9aa6",
    "grey": "#9a9aa6",
    "gold": "#f0bf4a",
    "golden": "#f0bf4a",
    "silver": "#c4ccd8",
    "navy": "#2f3e6e",
    "teal": "#3f9a9a",
    "cyan": "#58c4d8",
    "beige": "#e4d2b0",
    "cream": "#f6ecd2",
    "tan": "#cfa878",
    "khaki": "#b0a070",
    "olive": "#7d8248",
    "maroon": "#84303c",
    "crimson": "#c02f4a",
    "violet": "#9a6ad0",
    "turquoise": "#48c4b8",
    "indigo": "#4a4aa0",
    "lavender": "#bca8e4",
    "lime": "#a4d04a",
    "magenta": "#d850a8",
    "coral": "#f07a68",
    "rust": "#b85a34",
    "camel": "#c69a62",
    "denim": "#4a6a9c",
}


def color_named(name: str) -> Color | None:
    """Return the color of "#rrggbb", of a plain word or of the table; None for ""."""
    if not name:
        return None
    if name.startswith("#"):
        return parse_color(name)
    plain = PLAIN.get(name) or _table().get(name) or PLAIN.get(name.split("-")[-1])
    return parse_color(plain) if plain else None


@functools.cache
def _table() -> dict[str, str]:
    named = {}
    for row in rows("modifiers.tsv"):
        if row["kind"] == "color" and row["value"].startswith("#"):
            for name in row["en"].split(";"):
                named[name.strip()] = row["value"]
    return named
