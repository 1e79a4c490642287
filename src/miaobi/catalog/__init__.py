"""Catalog: what can be drawn, its names in English and Chinese, and its sizes."""
