"""Markdown and plain text as headings and paragraphs of readable text (CommonMark, with tables).

    text --front matter, markdown-it--> tokens --> Document(title, blocks)

Left out is what nobody reads aloud: code, tables, footnotes, pictures, comments, addresses of
links. Indented text is text, since plain-text books indent their paragraphs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from miaobi.core.sentences import join_lines
from miaobi.media.html_text import html_to_text, tag_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?)\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
FRONT_MATTER_LINE = re.compile(r"\s*$|\s*#|\s+\S|- |[\w .\"'-]+\s*[:=]")
TITLE = re.compile(r"^title\s*[:=]\s*(.+?)\s*$", re.M | re.I)
NOTE_LABEL = re.compile(r"\[\^[^\]\s]+\]")
INLINE_NOTE = re.compile(r"\^\[[^\]]*\]")
TOC = re.compile(r"\[?\[toc\]\]?", re.I)  # stands for a table of contents
TASK = re.compile(r"\[[ xX]\]\s+")
ADDRESS = re.compile(r"(?:[a-z][a-z+.-]*://|www\.)(?:www\.)?([^/?#\s]+)\S*", re.I)
PICTURE_GAP = re.compile(r" +(?=[,.;:!?)])")
# CommonMark does not close **“emphasis”** before a Chinese character, which needs no space
CJK = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef“”‘’…—]"
UNCLOSED_EMPHASIS = re.compile(
    rf"(?<![*\\])(\*{{1,3}})(?=[^\s*])((?=[^*\n]*{CJK}\*|{CJK}|[^*\n]*\*+{CJK})[^*\n]*[^\s*])\1(?!\*)"
)
MAX_DEPTH = 8  # of texts inside unclosed code


@dataclass(frozen=True)
class Block:
    """A heading, or a paragraph, with its lines as they were wrapped."""

    lines: tuple[str, ...]
    level: int = 0  # of a heading; 0: a paragraph
    is_item: bool = False  # of a list

    @property
    def text(self) -> str:
        """The lines as one, with single spaces."""
        return join_lines(re.sub(r"[ \t]{2,}|\t", " ", line) for line in self.lines)


@dataclass(frozen=True)
class Document:
    """The blocks that have letters or digits, and the title of the front matter."""

    title: str
    blocks: tuple[Block, ...]


def read_markdown(text: str) -> Document:
    """Read Markdown, or plain text; byte order marks and all line ends are understood."""
    text = re.sub(r"\r\n?|[\u0085\u2028]", "\n", text.replace("\ufeff", ""))
    text = re.sub(r"[\f\u2029]", "\n\n", text)
    title, text = _split_front_matter(text)
    return Document(title, tuple(_read_blocks(text)))


def _split_front_matter(text: str) -> tuple[str, str]:
    """Return the title that YAML or TOML front matter has, and the text after it."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return "", text
    lines = match[2].split("\n")
    if not re.match(r"[\w .\"'-]+\s*[:=]", lines[0]) or not all(
        map(FRONT_MATTER_LINE.match, lines)
    ):
        return "", text
    title = TITLE.search(match[2])
    return title[1].strip("\"'") if title else "", text[match.end() :]


def _read_blocks(text: str, depth: int = 0) -> list[Block]:
    if depth > MAX_DEPTH:
        return [Block(tuple(text.split()))] if text.strip() else []
    reader = _Reader(text, depth)
    for token in _parser().parse(text):
        reader.read(token)
    return [
        block
        for block in reader.blocks
        if any(char.isalnum() for char in "".join(block.lines)) and not TOC.fullmatch(block.text)
    ]


class _Reader:
    """Turns the tokens of a text into blocks."""

    def __init__(self, text: str, depth: int = 0) -> None:
        self.lines = text.split("\n")
        self.depth = depth
        self.blocks: list[Block] = []
        self.level = 0
        self.tables = 0  # depth
        self.items: list[str] = []  # marker of each open list item: "1. ", "" for a bullet
        self.is_first = False  # the next paragraph is the first of its item

    def read(self, token: "Token") -> None:
        """Read the next token."""
        if token.type in ("table_open", "table_close"):
            self.tables += token.nesting
        elif token.type == "heading_open":
            self.level = int(token.tag[1])
        elif token.type == "heading_close":
            self.level = 0
        elif token.type == "list_item_open":
            self.items.append(f"{token.info}{token.markup} " if token.info else "")
            self.is_first = True
        elif token.type == "list_item_close":
            if self.is_first and self.items[-1]:
                self.blocks.append(Block((self.items[-1].strip(),), is_item=True))
            self.items.pop()
            self.is_first = False
        elif token.type == "inline" and not self.tables:
            self._add(_inline_text(token.children or []), token)
        elif token.type == "html_block":
            self.blocks += _read_html(token.content, self.depth)
        elif token.type == "fence" and not self._is_closed(token):
            self.blocks += _read_blocks(
                token.content, self.depth + 1
            )  # the rest of the text, and hardly code

    def _add(self, text: str, token: "Token") -> None:
        if self.items and self.is_first:
            text = (
                self.items[-1] + TASK.sub("", text, count=1)
                if TASK.match(text)
                else (self.items[-1] + text)
            )
        self.is_first = False
        # an underlined paragraph is a paragraph and a rule
        is_sentence = "\n" in text or text.endswith((".", ",", ";", "。", "，", "；", "…"))
        level = self.level
        if level and token.map and is_sentence and not self._is_atx(token.map[0]):
            level = 0
        lines = tuple(line.strip() for line in text.split("\n") if line.strip())
        for number, paragraph in enumerate(_split_indented(lines, self._raw_lines(token))):
            is_item = bool(self.items) and number == 0 and not text.endswith(" *")  # * Chapter 1 *
            self.blocks.append(Block(paragraph, level, is_item))

    def _raw_lines(self, token: "Token") -> list[str]:
        return self.lines[token.map[0] : token.map[1]] if token.map else []

    def _is_atx(self, line: int) -> bool:
        return self.lines[line].lstrip(" >\t-*+0123456789.)").startswith("#")

    def _is_closed(self, token: "Token") -> bool:
        last = self._raw_lines(token)[-1:] or [""]
        return len(self._raw_lines(token)) > 1 and token.markup in last[0]


def _split_indented(lines: tuple[str, ...], raw: Sequence[str]) -> list[tuple[str, ...]]:
    """Split a paragraph whose lines are paragraphs: Chinese texts indent each with full spaces."""
    if len(lines) < 2 or len(raw) != len(lines):
        return [lines]
    paragraphs: list[list[str]] = []
    for line, source in zip(lines, raw, strict=True):
        if not paragraphs or source.startswith("\u3000"):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return [tuple(paragraph) for paragraph in paragraphs]


def _inline_text(tokens: Sequence["Token"]) -> str:
    """Return the text of a paragraph or heading; its lines stay lines."""
    text, has_picture = "", False
    for token in tokens:
        if token.type in ("text", "code_inline"):
            text += token.content
        elif token.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif token.type == "image":
            has_picture = True
        elif token.type == "html_inline":
            text += tag_text(token.content)
        elif token.type == "link_open":
            link_start = len(text)
        elif token.type == "link_close":
            text = text[:link_start] + ADDRESS.sub(r"\1", text[link_start:])
    if has_picture:
        text = PICTURE_GAP.sub("", re.sub(r" {2,}", " ", text))
    for _ in range(2):
        text = UNCLOSED_EMPHASIS.sub(r"\2", text)
    text = re.sub(r"^\|.*\|[ \t]*$", "", text, flags=re.M)  # a row without its table
    return re.sub(r"^\|[ \t]+", "", text, flags=re.M)  # a line of verse


def _read_html(html: str, depth: int) -> list[Block]:
    """Read a block of HTML: its headings and its text, without comments, scripts and tables."""
    text = html_to_text(html)
    return [] if text == html.strip() or not text else _read_blocks(text, depth + 1)


@cache
def _parser() -> "MarkdownIt":
    """Return the parser: CommonMark with tables, strikethrough and footnotes."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True})
    parser.enable(["table", "strikethrough"]).disable("code")
    parser.block.ruler.before(
        "reference", "footnote", _footnote, {"alt": ["paragraph", "reference"]}
    )
    parser.inline.ruler.before("link", "footnote", _footnote_mark)
    return parser


def _footnote(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Pass over a footnote: its first line, lines that continue it, and indented paragraphs."""

    def line(number: int) -> str:
        return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]

    match = NOTE_LABEL.match(line(start))
    if match is None or line(start)[match.end() : match.end() + 1] != ":":
        return False
    if silent:
        return True
    following, after_blank = start + 1, False
    while following < end:
        words = line(following)
        indented = state.sCount[following] - state.blkIndent >= 2
        if words and (
            NOTE_LABEL.match(words) or words.startswith("#") or not indented and after_blank
        ):
            break
        after_blank = not words
        following += 1
    state.line = following
    return True


def _footnote_mark(state: "StateInline", silent: bool) -> bool:
    """Pass over the mark of a footnote, [^1], and over a note inside the text, ^[note]."""
    match = NOTE_LABEL.match(state.src, state.pos) or INLINE_NOTE.match(state.src, state.pos)
    if match is None:
        return False
    state.pos = match.end()
    return True
