"""Styles: finished pictures redrawn as watercolor, ink, paper, pixels and other ways of drawing."""
