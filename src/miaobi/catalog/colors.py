"""Colors by name: the CSS values of the table of modifiers, and the plain words of roles.toml."""

import functools
import tomllib
from importlib.resources import files

from miaobi.catalog.tables import rows
from miaobi.drawing.color import Color, parse_color

PLAIN: dict[str, str] = tomllib.loads(
    (files("miaobi.catalog") / "colors.toml").read_text(encoding="utf-8")
)


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
