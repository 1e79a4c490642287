"""Contact sheets: pictures with captions on one page, as PNG."""

import io
from collections.abc import Callable

from miaobi.core.arrays import Pixels
from miaobi.media.image import make_grid

GAP = 8  # pixels around every picture
LINE = 13  # pixels, height of a caption line
LINES = 4  # maximum lines of a caption


def contact_sheet(pictures: list[Pixels], captions: list[str], columns: int) -> bytes:
    """Arrange pictures of one size, each (H, W, 3), in rows, with captions below; 256-color PNG.

    Chinese captions are left out: the built-in font of Pillow has no Chinese.
    """
    from PIL import Image, ImageDraw

    height, width = pictures[0].shape[:2]
    below = LINE * LINES if any(captions) else 0
    page = Image.fromarray(make_grid(pictures, GAP, columns=columns, margin=GAP, below=below))
    pen = ImageDraw.Draw(page)
    for number, caption in enumerate(captions):
        row, column = divmod(number, columns)
        x, y = GAP + column * (width + GAP), GAP + row * (height + below + GAP)
        if caption.isascii():
            lines = _wrap(caption, lambda text: pen.textlength(text, font_size=11), width)
            pen.multiline_text(
                (x, y + height + 2), "\n".join(lines[:LINES]), "black", spacing=1, font_size=11
            )
    file = io.BytesIO()
    palette = page.quantize(256)  # Pillow dithers only to a given palette
    page = page.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def _wrap(text: str, measure: Callable[[str], float], width: int) -> list[str]:
    """Wrap text at spaces to lines of at most `width`."""
    lines = [""]
    for word in text.split():
        extended = f"{lines[-1]} {word}".strip()
        if lines[-1] and measure(extended) > width:
            lines.append(word)
        else:
            lines[-1] = extended
    return lines
