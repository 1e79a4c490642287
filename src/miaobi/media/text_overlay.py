"""Words drawn on pictures: subtitles, titles, credits, and the notice that says who made it.

Everything is drawn once as a layer, RGBA with the place of its corner, and laid over many frames.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from miaobi.core.sentences import language_of
from miaobi.media.cues import wrapped

SUBTITLE, TITLE, SMALL = 0.052, 0.105, 0.05  # heights of letters, as shares of the shorter side
NOTICE = 0.05  # the least that GB 45438-2025 (5.4) asks of each letter's own height
MARGIN = 0.055  # of the shorter side, between words and the border
WIDEST = 0.88  # of the picture, that words may take


@dataclass(frozen=True)
class Layer:
    """A Pillow picture (RGBA) and where its upper left corner lies."""

    picture: Any
    left: int
    top: int


def subtitle(text: str, size: tuple[int, int], font: Path) -> Layer:
    """One or two lines near the lower border, white with a dark edge on a soft dark ground."""
    width, height = size
    letters = _fitting(text.split("\n"), round(SUBTITLE * min(size)), WIDEST * width, font)
    picture = _lines(text.split("\n"), [letters] * 9, font, ground=110)
    left = (width - picture.width) // 2
    return Layer(picture, left, height - round(MARGIN * min(size)) - picture.height)


def card(lines: tuple[str, ...], size: tuple[int, int], font: Path, kind: str) -> Layer:
    """A title, credits or a quiz in the middle of the picture, which is darkened behind it."""
    from PIL import Image

    width, height = size
    shown, heights = [], []
    for number, line in enumerate(lines):
        big = TITLE if number == 0 and kind != "credits" else SMALL
        parts = _broken(line, round(big * min(size)), WIDEST * width, font)
        shown += parts
        heights += [_fitting(parts, round(big * min(size)), WIDEST * width, font)] * len(parts)
    words = _lines(shown, heights, font, ground=0)
    whole = Image.new("RGBA", size, (8, 10, 24, 96 if kind == "title" else 150))
    whole.alpha_composite(words, ((width - words.width) // 2, (height - words.height) // 2))
    return Layer(whole, 0, 0)


def notice(text: str, size: tuple[int, int], font: Path) -> Layer:
    """The visible label in the upper right corner: each letter at least 5 % of the shorter side."""
    least = NOTICE * min(size)
    letters = round(least)
    while _smallest(text, letters, font) < least:
        letters += 1
    picture = _lines([text], [letters], font, ground=120)
    margin = round(MARGIN * min(size) * 0.7)
    return Layer(picture, max(0, size[0] - picture.width - margin), margin)


def laid(frame: Any, layer: Layer, opacity: float = 1.0) -> None:
    """Lay a layer over a Pillow picture (RGB), in place."""
    if opacity <= 0:
        return
    mask = layer.picture.getchannel("A")
    if opacity < 1:
        mask = mask.point(lambda value: round(value * opacity))
    frame.paste(layer.picture, (layer.left, layer.top), mask)


def _lines(lines: list[str], heights: list[int], font: Path, ground: int) -> Any:
    """Lines, centered, each with letters of its height -> RGBA, as large as it needs to be."""
    from PIL import Image, ImageDraw, ImageFilter

    faces = [_face(font, height) for height, _ in zip(heights, lines, strict=False)]
    widths = [face.getlength(line) for face, line in zip(faces, lines, strict=True)]
    steps = [round(height * 1.34) for height, _ in zip(heights, lines, strict=False)]
    pad = round(max(heights[: len(lines)]) * 0.5)
    size = (round(max(widths)) + 2 * pad, sum(steps) + pad)
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    if ground:
        draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), pad * 0.6, (10, 12, 24, ground))
    shadow = Image.new("RGBA", size, (0, 0, 0, 0))
    for target, color, edge in ((shadow, (0, 0, 0, 200), 3), (picture, (255, 255, 255, 255), 0)):
        top = pad // 2
        pen = ImageDraw.Draw(target)
        for face, line, width, step in zip(faces, lines, widths, steps, strict=True):
            place = ((size[0] - width) / 2, top + step / 2)
            pen.text(place, line, color, face, anchor="lm", stroke_width=edge, stroke_fill=color)
            top += step
        if target is shadow:
            picture.alpha_composite(shadow.filter(ImageFilter.GaussianBlur(pad / 8)))
    return picture


def _fitting(lines: list[str], height: int, width: float, font: Path) -> int:
    """The height of letters at which every line fits the width."""
    longest = max(_face(font, height).getlength(line) for line in lines)
    return height if longest <= width else max(4, int(height * width / longest))


def _broken(line: str, height: int, width: float, font: Path) -> list[str]:
    """A line in two where it is too wide by far."""
    if _face(font, height).getlength(line) <= width:
        return [line]
    return wrapped(line, max(1, len(line) // 2 + 1), language_of(line)).split("\n")


def _smallest(text: str, height: int, font: Path) -> float:
    """The height in pixels of the lowest letter or digit of a text."""
    face = _face(font, height)
    boxes = [face.getbbox(letter) for letter in text if letter.isalnum()]
    return min((box[3] - box[1] for box in boxes), default=height)


@lru_cache(maxsize=64)
def _face(font: Path, height: int) -> Any:
    """Raises OSError for a file that is no font."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font), height)
