"""Catalog: everything that can be drawn, its names in English and Chinese, and where it comes from."""
