"""Corpora of our own language models: assets that are read as documents.

A Tang poem gets its form as a heading, so that prompts can name a form:

    五言绝句《静夜思》李白
    床前明月光，疑是地上霜。
    举头望明月，低头思故乡。

Sometimes the form, the poet or the whole heading is left out, so that a title or a first line is
enough as a prompt. Each poem occurs in traditional and in simplified characters.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from miaobi.assets.store import asset_folder
from miaobi.core.checks import check_choice
from miaobi.data.sources import Document

CORPUS = "corpus:"  # corpus:NAME, a row of CORPORA
# files are joined without a line break: a title may directly follow the last words before it
BY_LINE = re.compile(r"(?:THE END)?([A-Z][^a-z\n\]]+)\n+by William Shakespeare *$", re.M)
LINE = re.compile(r"[^，。？！；、：]+")
ODD = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af，。？！；]")
MAX_LINES = 24  # longer poems are skipped
# (characters per line, lines) -> form; other numbers of lines are old-style poems
FORMS = {(5, 4): "五言絕句", (7, 4): "七言絕句", (5, 8): "五言律詩", (7, 8): "七言律詩"}
OLD_STYLE = {5: "五言古詩", 7: "七言古詩"}
# cumulative fractions of poems under: form and title, form only, title only, no heading
HEADINGS = (0.62, 0.74, 0.87, 1.0)


def read_corpus(name: str) -> Iterator[Document]:
    """Read the documents of a corpus. Raises OptionError, or MissingAsset before `miaobi pull`."""
    check_choice("corpus", name, tuple(CORPORA))
    return CORPORA[name](asset_folder(name))


def _shakespeare(folder: Path) -> Iterator[Document]:
    """Split the text of forty-two works at their by-lines."""
    text = (folder / "works.txt").read_text(encoding="utf-8").replace("\r\n", "\n")
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text))
    titles = list(BY_LINE.finditer(text))
    for number, title in enumerate(titles):
        end = titles[number + 1].start() if number + 1 < len(titles) else len(text)
        yield Document(text[title.end() : end].strip() + "\n", title[1].strip())


def _tang(folder: Path) -> Iterator[Document]:
    from opencc import OpenCC

    simplify = OpenCC("t2s").convert
    rng = random.Random(0)
    text = (folder / "poems.json").read_text(encoding="utf-8")
    for number, poem in enumerate(_items_of_arrays(text)):
        body = "\n".join(line.strip() for line in poem["paragraphs"])
        form = form_of(body)
        if not form or ODD.search(body.replace("\n", "")):
            continue
        for convert in (str, simplify):  # the pair shares its origin: both are held out, or none
            document = _heading(form, poem["title"], poem["author"], rng) + body + "\n"
            yield Document(convert(document), f"poem {number}")


def form_of(body: str) -> str:
    """Identify the form of a poem, in traditional characters; "" for irregular or long ones."""
    lines = LINE.findall(body.replace("\n", ""))
    widths = {len(line) for line in lines}
    if len(widths) != 1 or not 4 <= len(lines) <= MAX_LINES or len(lines) % 2:
        return ""
    width = widths.pop()
    return FORMS.get((width, len(lines)), OLD_STYLE.get(width, ""))


def _heading(form: str, title: str, author: str, rng: random.Random) -> str:
    named = f"《{title}》" + (author if rng.random() < 0.5 else "") + "\n"
    u = rng.random()
    choices = (form + named, form + "\n", named, "")
    return next(text for text, fraction in zip(choices, HEADINGS, strict=True) if u < fraction)


def _items_of_arrays(text: str) -> Iterator[Any]:
    """Yield the items of concatenated JSON arrays."""
    decoder, offset = json.JSONDecoder(), 0
    while offset < len(text):
        items, end = decoder.raw_decode(text, offset)
        yield from items
        offset = end + len(text[end:]) - len(text[end:].lstrip())


CORPORA: dict[str, Callable[[Path], Iterator[Document]]] = {
    "shakespeare": _shakespeare,
    "tang": _tang,
}
