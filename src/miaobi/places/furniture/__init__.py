"""Furniture and other pieces of rooms, by the kind of room they belong to."""
