"""Interiors: rooms as data, painted with walls, windows, furniture and lamps."""
