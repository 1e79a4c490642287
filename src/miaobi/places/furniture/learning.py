"""Furniture of schools, offices and laboratories."""

from miaobi.places.pieces import Pen, Piece

PIECES: dict[str, Piece] = {}
