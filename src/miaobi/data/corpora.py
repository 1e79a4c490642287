"""The corpora our own models learn from: pulled as assets, read into documents.

A Tang poem is written under its form, so that the form can be asked for:

    五言绝句《静夜思》李白
    床前明月光，疑是地上霜。
    举头望明月，低头思故乡。

Sometimes the form, the poet or the whole first line is left out: a title or a first line is then
enough of a prompt. Each poem comes in traditional and in simplified characters.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from miaobi.assets.store import folder
from miaobi.core.checks import check_choice
from miaobi.data.sources import Document

CORPUS = "corpus:"  # corpus:NAME, a row of CORPORA
# the files are joined without a line break: a title may stand right after the last words before it
BY_LINE = re.compile(r"(?:THE END)?([A-Z][^a-z\n\]]+)\n+by William Shakespeare *$", re.M)
LINE = re.compile(r"[^，。？！；、：]+")
ODD = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af，。？！；]")
MOST_LINES = 24  # longer poems are left out
# (characters in a line, lines) -> form; with other numbers of lines it is an old-style poem
FORMS = {(5, 4): "五言絕句", (7, 4): "七言絕句", (5, 8): "五言律詩", (7, 8): "七言律詩"}
OLD_STYLE = {5: "五言古詩", 7: "七言古詩"}
# share of poems under: form and title, form alone, title alone, nothing
HEADINGS = (0.62, 0.74, 0.87, 1.0)


def read_corpus(name: str) -> Iterator[Document]:
    """The documents of a corpus. Raises OptionError, or MissingAsset while it is not pulled."""
    check_choice("corpus", name, tuple(CORPORA))
    return CORPORA[name](folder(name))


def _shakespeare(place: Path) -> Iterator[Document]:
    """Forty-two works; what stands between two by-lines is one."""
    text = (place / "works.txt").read_text(encoding="utf-8").replace("\r\n", "\n")
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text))
    titles = list(BY_LINE.finditer(text))
    for number, title in enumerate(titles):
        end = titles[number + 1].start() if number + 1 < len(titles) else len(text)
        yield Document(text[title.end() : end].strip() + "\n", title[1].strip())


def _tang(place: Path) -> Iterator[Document]:
    from opencc import OpenCC

    simplify = OpenCC("t2s").convert
    draw = random.Random(0)
    for number, poem in enumerate(_arrays((place / "poems.json").read_text(encoding="utf-8"))):
        body = "\n".join(line.strip() for line in poem["paragraphs"])
        form = form_of(body)
        if not form or ODD.search(body.replace("\n", "")):
            continue
        for version in (str, simplify):  # the pair shares its origin: both are held out, or none
            text = _heading(form, poem["title"], poem["author"], draw) + body + "\n"
            yield Document(version(text), f"poem {number}")


def form_of(body: str) -> str:
    """The form of a poem by its lines, in traditional characters; "" for irregular or long ones."""
    lines = LINE.findall(body.replace("\n", ""))
    widths = {len(line) for line in lines}
    if len(widths) != 1 or not 4 <= len(lines) <= MOST_LINES or len(lines) % 2:
        return ""
    width = widths.pop()
    return FORMS.get((width, len(lines)), OLD_STYLE.get(width, ""))


def _heading(form: str, title: str, author: str, draw: random.Random) -> str:
    named = f"《{title}》" + (author if draw.random() < 0.5 else "") + "\n"
    kind = draw.random()
    choices = (form + named, form + "\n", named, "")
    return next(text for text, share in zip(choices, HEADINGS, strict=True) if kind < share)


def _arrays(text: str) -> Iterator[Any]:
    """The items of JSON arrays that stand one after another."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        items, end = decoder.raw_decode(text, place)
        yield from items
        place = end + len(text[end:]) - len(text[end:].lstrip())


CORPORA: dict[str, Callable[[Path], Iterator[Document]]] = {
    "shakespeare": _shakespeare,
    "tang": _tang,
}
