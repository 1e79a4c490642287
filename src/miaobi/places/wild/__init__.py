"""Pieces of landscapes."""
