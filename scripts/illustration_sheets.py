"""Draws the sheets of illustrations in docs/pictures: `python -m scripts.illustration_sheets`.

sixty-en.jpg and sixty-zh.jpg have the prompts of sixty.txt with what is not drawn of each,
looks.jpg one scene in every look, and illustrations.jpg three pictures for the first page. Parts
can be named: `python -m scripts.illustration_sheets looks`.
"""

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from miaobi.assets.store import asset_folder
from miaobi.core.arrays import Pixels
from miaobi.illustration.rendering import render_scene
from miaobi.illustration.understanding import understand
from miaobi.looks.looks import LOOKS

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
DRAWN = (1280, 720)
SMALL, GAP, COLUMNS = (304, 171), 8, 5
BYTES = 250_000  # most of a file
PAPER, INK, RED = "#fbfaf7", "#222222", "#b03a2e"
SCENE, SEED = "a fox in a red scarf and a bear walk in the forest at dusk, autumn", 3
FIRST = (
    "a girl in a red coat and a panda walk through a snowy village at dusk",
    "狐狸在夜市里卖灯笼",
    "two astronauts dance on the moon",
)
Row = tuple[Pixels, str, str]  # picture, caption, what is not drawn


def main() -> None:
    parts: dict[str, Callable[[], list[Row]]] = {
        "sixty-en": lambda: prompts(chinese=False),
        "sixty-zh": lambda: prompts(chinese=True),
        "looks": looks,
        "illustrations": first_page,
    }
    for name in sys.argv[1:] or parts:
        data = compressed(sheet(parts[name]()))
        (PICTURES / f"{name}.jpg").write_bytes(data)
        print(f"{name}.jpg: {len(data) / 1000:.0f} kB")


def prompts(chinese: bool) -> list[Row]:
    """Return the prompts of a language as rows."""
    rows = []
    for prompt in (PICTURES / "sixty.txt").read_text(encoding="utf-8").splitlines():
        if prompt.isascii() == chinese:
            continue
        scene = understand(prompt)
        left_out = ", ".join(scene.left_out)
        lead = "未画出：" if chinese else "not drawn: "
        rows.append((render_scene(scene, DRAWN, 0), prompt, left_out and lead + left_out))
    return rows


def looks() -> list[Row]:
    """Return one scene in every look as rows."""
    scene = understand(SCENE, SEED)
    return [(render_scene(replace(scene, look=look), DRAWN, SEED), look, "") for look in LOOKS]


def first_page() -> list[Row]:
    """Return the pictures of the first page as rows without captions."""
    return [(render_scene(understand(prompt, 7), DRAWN, 7), "", "") for prompt in FIRST]


def sheet(rows: list[Row]) -> Image.Image:
    """Arrange pictures with their captions below."""
    width, height = SMALL
    font = ImageFont.truetype(asset_folder("subtitle-font") / "font.otf", 12)
    below = max(GAP, *(len(text_lines(row, font)) * 15 + 5 for row in rows))
    columns = min(COLUMNS, len(rows))
    lines = -(-len(rows) // columns)
    page = Image.new("RGB", (columns * (width + GAP) + GAP, lines * (height + below) + GAP), PAPER)
    pen = ImageDraw.Draw(page)
    for number, row in enumerate(rows):
        x = GAP + number % columns * (width + GAP)
        y = GAP + number // columns * (height + below)
        page.paste(Image.fromarray(row[0]).resize(SMALL, Image.Resampling.LANCZOS), (x, y))
        for text, color in text_lines(row, font):
            pen.text((x + 1, y + height + 1), text, color, font)
            y += 15
    return page


def text_lines(row: Row, font: ImageFont.FreeTypeFont) -> list[tuple[str, str]]:
    """Return the lines below a picture, each with its color."""
    _, caption, left_out = row
    lines = [(line, INK) for line in wrapped(caption, font, SMALL[0])]
    return lines + [(line, RED) for line in wrapped(left_out, font, SMALL[0])]


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Wrap a text at spaces to lines of at most `width` pixels."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def compressed(page: Image.Image) -> bytes:
    """Return a JPEG of at most BYTES, as good as fits."""
    for quality in range(90, 30, -3):
        file = io.BytesIO()
        page.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
        if file.tell() <= BYTES:
            break
    return file.getvalue()


if __name__ == "__main__":
    main()
