"""Text overlays of films: subtitles, titles, credits, and the visible AI notice.

A text is drawn once as an RGBA layer and pasted onto many frames. Characters that no font has are
left out; `glyphs.missing_characters` names them.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.sentences import language_of
from miaobi.media.cues import text_width, wrap_text
from miaobi.media.glyphs import BITMAP_SIZES, drawable, font_runs

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
    lines = [line for line in (drawable(part, font) for part in text.split("\n")) if line]
    height_px = _fit_height(lines, round(SUBTITLE * min(size)), MAX_WIDTH * width, font)
    picture = _draw_lines(lines, [height_px] * 9, font, opacity=110)
    left = (width - picture.width) // 2
    return Layer(picture, left, height - round(MARGIN * min(size)) - picture.height)


def draw_card(lines: tuple[str, ...], size: tuple[int, int], font: Path, kind: str) -> Layer:
    """Draw a title, credits or a quiz in the middle of a darkened picture."""
    from PIL import Image

    width, height = size
    all_lines: list[str] = []
    heights: list[int] = []
    for number, line in enumerate(drawable(part, font) for part in lines):
        if not line:
            continue
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


@dataclass(frozen=True)
class _Run:
    """A part of a line in one font; bitmaps of color emoji have a size of their own."""

    text: str
    face: "FreeTypeFont"
    scale: float  # of its pixels

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.face.getlength(self.text) * self.scale


def _draw_lines(lines: list[str], heights: list[int], font: Path, opacity: int) -> "Image":
    """Draw centered lines with their font sizes: RGBA, on a box of this opacity (0 to 255)."""
    from PIL import Image, ImageDraw, ImageFilter

    if not lines:
        return Image.new("RGBA", (1, 1), (0, 0, 0, 0))
    rows = [_runs(line, height, font) for line, height in zip(lines, heights, strict=False)]
    widths = [sum(run.width for run in row) for row in rows]
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
        for row, width, height, step in zip(rows, widths, heights, steps, strict=False):
            middle = ((size[0] - width) / 2, top + step / 2)
            _draw_row(target, row, middle, color, edge, _load_font(font, height))
            top += step
        if target is shadow:
            picture.alpha_composite(shadow.filter(ImageFilter.GaussianBlur(pad / 8)))
    return picture


def _draw_row(
    target: "Image",
    row: list[_Run],
    middle: tuple[float, float],
    color: tuple[int, int, int, int],
    edge: int,
    main: "FreeTypeFont",
) -> None:
    """Draw the runs of a line on one baseline, from its left end at half the height of `main`."""
    from PIL import Image, ImageDraw

    pen = ImageDraw.Draw(target)
    left, center = middle
    ascent, descent = main.getmetrics()
    baseline = center + (ascent - descent) / 2
    for run in row:
        if run.scale == 1.0:
            position = (left, center if run.face is main else baseline)
            anchor = "lm" if run.face is main else "ls"
            pen.text(
                position,
                run.text,
                color,
                run.face,
                anchor,
                stroke_width=edge,
                stroke_fill=color,
                embedded_color=True,
            )
        elif not edge:  # bitmaps in color, without a shadow
            box = run.face.getbbox(run.text, anchor="ls")
            bitmap = Image.new("RGBA", (round(box[2]) + 1, round(box[3] - box[1]) + 1))
            ImageDraw.Draw(bitmap).text(
                (0, -box[1]), run.text, color, run.face, "ls", embedded_color=True
            )
            size = [max(1, round(side * run.scale)) for side in bitmap.size]
            top = round(baseline + box[1] * run.scale)
            target.alpha_composite(bitmap.resize((size[0], size[1])), (round(left), max(0, top)))
        left += run.width


def _fit_height(lines: list[str], height: int, width: float, font: Path) -> int:
    """Return the font size, at most `height`, at which every line fits the width."""
    longest = max((_line_width(line, height, font) for line in lines), default=0.0)
    return height if longest <= width else max(4, int(height * width / longest))


def _wrap_line(line: str, height: int, width: float, font: Path) -> list[str]:
    """Wrap a line in two if it exceeds the width."""
    if _line_width(line, height, font) <= width:
        return [line]
    language = language_of(line)
    return wrap_text(line, max(1, int(text_width(line, language) / 2) + 1), language).split("\n")


def _line_width(line: str, height: int, font: Path) -> float:
    return sum(run.width for run in _runs(line, height, font))


def _runs(line: str, height: int, font: Path) -> list[_Run]:
    """Return the parts of a line with their fonts, in visual order."""
    runs = []
    for path, text in font_runs(line, font):
        face = _load_font(path, height)
        runs.append(_Run(text, face, height / face.size if face.size != height else 1.0))
    return runs


def _min_letter_height(text: str, height: int, font: Path) -> float:
    """Return the height in pixels of the lowest letter or digit of a text."""
    face = _load_font(font, height)
    boxes = [face.getbbox(letter) for letter in text if letter.isalnum()]
    return min((box[3] - box[1] for box in boxes), default=height)


@lru_cache(maxsize=128)
def _load_font(font: Path, height: int) -> "FreeTypeFont":
    """Load a font; one of bitmaps in its own size. Raises OSError for a file that is no font."""
    from PIL import ImageFont

    for size in (height, *BITMAP_SIZES):
        try:
            return ImageFont.truetype(str(font), size)
        except OSError as error:
            if "pixel size" not in str(error) or size == BITMAP_SIZES[-1]:
                raise
    raise AssertionError
