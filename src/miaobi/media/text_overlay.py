"""Text overlays of films: subtitles, titles, credits, and the visible AI notice.

A text is drawn once as an RGBA layer and pasted onto many frames.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.sentences import language_of
from miaobi.media.cues import wrap_text

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

# fractions of the shorter side
SUBTITLE, TITLE, SMALL = 0.052, 0.105, 0.05  # font sizes
NOTICE = 0.05  # minimum height of every letter of the notice (GB 45438-2025, 5.4)
MARGIN = 0.055  # between text and border
MAX_WIDTH = 0.88  # of a line, as a fraction of the width


@dataclass(frozen=True)
class Layer:
    """An RGBA picture and the position of its upper left corner in pixels."""

    picture: "Image"
    left: int
    top: int


def draw_subtitle(text: str, size: tuple[int, int], font: Path) -> Layer:
    """Draw one or two lines near the lower border, white on a translucent dark box."""
    width, height = size
    height_px = _fit_height(text.split("\n"), round(SUBTITLE * min(size)), MAX_WIDTH * width, font)
    picture = _draw_lines(text.split("\n"), [height_px] * 9, font, opacity=110)
    left = (width - picture.width) // 2
    return Layer(picture, left, height - round(MARGIN * min(size)) - picture.height)


def draw_card(lines: tuple[str, ...], size: tuple[int, int], font: Path, kind: str) -> Layer:
    """Draw a title, credits or a quiz in the middle of a darkened picture."""
    from PIL import Image

    width, height = size
    all_lines: list[str] = []
    heights: list[int] = []
    for number, line in enumerate(lines):
        font_size = round((TITLE if number == 0 and kind != "credits" else SMALL) * min(size))
        parts = _wrap_line(line, font_size, MAX_WIDTH * width, font)
        all_lines += parts
        heights += [_fit_height(parts, font_size, MAX_WIDTH * width, font)] * len(parts)
    text = _draw_lines(all_lines, heights, font, opacity=0)
    picture = Image.new("RGBA", size, (8, 10, 24, 96 if kind == "title" else 150))
    picture.alpha_composite(text, ((width - text.width) // 2, (height - text.height) // 2))
    return Layer(picture, 0, 0)


def draw_notice(text: str, size: tuple[int, int], font: Path) -> Layer:
    """Draw the visible AI notice in the upper right corner, every letter at least NOTICE high."""
    minimum = NOTICE * min(size)
    font_size = round(minimum)
    while _min_letter_height(text, font_size, font) < minimum:
        font_size += 1
    picture = _draw_lines([text], [font_size], font, opacity=120)
    margin = round(MARGIN * min(size) * 0.7)
    return Layer(picture, max(0, size[0] - picture.width - margin), margin)


def paste_layer(frame: "Image", layer: Layer, opacity: float = 1.0) -> None:
    """Paste a layer onto an RGB frame, in place."""
    if opacity <= 0:
        return
    mask = layer.picture.getchannel("A")
    if opacity < 1:
        mask = mask.point(lambda value: round(value * opacity))
    frame.paste(layer.picture, (layer.left, layer.top), mask)


def _draw_lines(lines: list[str], heights: list[int], font: Path, opacity: int) -> "Image":
    """Draw centered lines with their font sizes: RGBA, on a box of this opacity (0 to 255)."""
    from PIL import Image, ImageDraw, ImageFilter

    fonts = [_load_font(font, height) for height, _ in zip(heights, lines, strict=False)]
    widths = [face.getlength(line) for face, line in zip(fonts, lines, strict=True)]
    steps = [round(height * 1.34) for height, _ in zip(heights, lines, strict=False)]
    pad = round(max(heights[: len(lines)]) * 0.5)
    size = (round(max(widths)) + 2 * pad, sum(steps) + pad)
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    if opacity:
        draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), pad * 0.6, (10, 12, 24, opacity))
    shadow = Image.new("RGBA", size, (0, 0, 0, 0))
    for target, color, edge in ((shadow, (0, 0, 0, 200), 3), (picture, (255, 255, 255, 255), 0)):
        top = pad // 2
        pen = ImageDraw.Draw(target)
        for face, line, width, step in zip(fonts, lines, widths, steps, strict=True):
            position = ((size[0] - width) / 2, top + step / 2)
            pen.text(position, line, color, face, anchor="lm", stroke_width=edge, stroke_fill=color)
            top += step
        if target is shadow:
            picture.alpha_composite(shadow.filter(ImageFilter.GaussianBlur(pad / 8)))
    return picture


def _fit_height(lines: list[str], height: int, width: float, font: Path) -> int:
    """Return the font size, at most `height`, at which every line fits the width."""
    longest = max(_load_font(font, height).getlength(line) for line in lines)
    return height if longest <= width else max(4, int(height * width / longest))


def _wrap_line(line: str, height: int, width: float, font: Path) -> list[str]:
    """Wrap a line in two if it exceeds the width."""
    if _load_font(font, height).getlength(line) <= width:
        return [line]
    return wrap_text(line, max(1, len(line) // 2 + 1), language_of(line)).split("\n")


def _min_letter_height(text: str, height: int, font: Path) -> float:
    """Return the height in pixels of the lowest letter or digit of a text."""
    face = _load_font(font, height)
    boxes = [face.getbbox(letter) for letter in text if letter.isalnum()]
    return min((box[3] - box[1] for box in boxes), default=height)


@lru_cache(maxsize=64)
def _load_font(font: Path, height: int) -> "FreeTypeFont":
    """Load a font. Raises OSError for a file that is no font."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font), height)
