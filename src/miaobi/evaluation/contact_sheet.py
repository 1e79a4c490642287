"""Contact sheets: many pictures and their captions on one page, as PNG."""

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

GAP = 8  # pixels around every picture
LINE = 13  # pixels of a line of a caption
LINES = 4  # most lines of a caption


def contact_sheet(
    pictures: list[npt.NDArray[np.uint8]], captions: list[str], columns: int
) -> bytes:
    """Pictures of one size, each (H, W, 3), in rows with captions below, as a PNG of 256 colors.

    Pillow's own font has no Chinese: such captions are left out of the page.
    """
    from PIL import Image, ImageDraw

    height, width = pictures[0].shape[:2]
    cell, row = width + GAP, height + GAP + (LINE * LINES if any(captions) else 0)
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * cell + GAP, rows * row + GAP), "white")
    pen = ImageDraw.Draw(page)
    for number, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        x, y = GAP + number % columns * cell, GAP + number // columns * row
        page.paste(Image.fromarray(picture), (x, y))
        if caption.isascii():
            lines = _wrapped(caption, lambda text: pen.textlength(text, font_size=11), width)
            pen.multiline_text(
                (x, y + height + 2), "\n".join(lines[:LINES]), "black", spacing=1, font_size=11
            )
    file = io.BytesIO()
    palette = page.quantize(256)  # only a palette that is given is dithered to
    page = page.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def _wrapped(text: str, measure: Callable[[str], float], width: int) -> list[str]:
    """Lines of whole words that are not wider than `width`."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and measure(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
