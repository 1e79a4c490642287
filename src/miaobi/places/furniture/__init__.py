"""Furniture and other pieces of rooms, by the kind of room they belong to."""

from miaobi.places.furniture import (
    cellars,
    decoration,
    gardens,
    halls,
    home,
    kitchen,
    lamps,
    schools,
    shops,
    shows,
    travel,
    work,
)
from miaobi.places.interiors.pieces import Piece

MODULES = (
    cellars, decoration, gardens, halls, home, kitchen, lamps, schools, shops, shows, travel, work,
)  # fmt: skip
PIECES: dict[str, Piece] = {
    name: piece for module in MODULES for name, piece in module.PIECES.items()
}
