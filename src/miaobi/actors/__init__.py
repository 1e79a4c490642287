"""Actors: figures with heads, bodies, clothes and poses, drawn as vectors."""
