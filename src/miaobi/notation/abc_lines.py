"""Lines of a tune in ABC: fields, directives and music, without comments and typeset text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from miaobi.notation.left_out import LEFT_OUT

LINE_END = re.compile(r"\r*\n|\r")
# what mail programs left of = and of spaces; no note begins so
QUOTED_PRINTABLE = ("=3D", "=20")
SOFT_LINE_END = re.compile(r"=\r*\n")
COMMENT = re.compile(r"(?<!\\)%.*")
DIRECTIVE = re.compile(r"\s*(?:%%|I:)\s*([\w-]+)\s*[= ]?\s*(.*)")
BLOCK = re.compile(r"\s*%%\s*begin(\w+)")
HEADER_FIELD = re.compile(r"\s*([A-Za-z+]):(.*)")
# fields of the body (section 3.2), and others that cannot be mistaken for notes
BODY_FIELD = re.compile(r"\s*([HIK-Zmrsw+]):(.*)")
UNDERLAY = "wWs+"  # lyrics, symbols and what continues a field
BAR = re.compile(r"\|")


@dataclass(frozen=True)
class Line:
    """One line: a field (its letter as `kind`), a directive (%) or music ("")."""

    kind: str
    text: str
    name: str = ""  # of a directive


def split_lines(text: str) -> list[str]:
    """Split text at the line ends of any system: LF, CR LF, or CR alone."""
    return LINE_END.split(text)


def split_tunes(text: str) -> list[str]:
    """Split a tune book into tunes, each beginning with its field X."""
    starts = [match.start() for match in re.finditer(r"(?m)^[ \t]*X:", text.replace("\r", "\n"))]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def read_lines(text: str, warnings: set[str]) -> Iterator[Line]:
    """Read the lines of one tune, up to the blank line that ends its music.

    Adds a warning for music after that blank line.
    """
    lines = split_lines(_without_mail_codes(text))
    in_body = has_music = False
    position = 0
    while position < len(lines):
        line = lines[position]
        position = _after_block(lines, position)
        if not line.strip():
            if has_music:
                break
            continue
        for read in _read_line(line, in_body):
            in_body = in_body or read.kind == "K"
            has_music = has_music or read.kind == ""
            yield read
    if any(BAR.search(COMMENT.sub("", line)) for line in lines[position:]):
        warnings.add(LEFT_OUT["below"])


def _without_mail_codes(text: str) -> str:
    if not any(code in text for code in QUOTED_PRINTABLE):
        return text
    return SOFT_LINE_END.sub("", text).replace("=3D", "=").replace("=20", " ")


def _read_line(line: str, in_body: bool) -> Iterator[Line]:
    if match := DIRECTIVE.match(line):
        yield Line("%", COMMENT.sub("", match[2]).strip(), match[1])
        return
    line = COMMENT.sub("", line).rstrip()
    match = (BODY_FIELD if in_body else HEADER_FIELD).match(line)
    if match:
        yield Line(match[1], match[2].strip())
    elif in_body and line.strip():
        yield Line("", line.removesuffix("\\"))


def _after_block(lines: list[str], position: int) -> int:
    """Return the position of the next line: after the end of a block of typeset text."""
    match = BLOCK.match(lines[position])
    if match:
        end = re.compile(rf"\s*%%\s*end{match[1]}\b")
        for number in range(position + 1, len(lines)):
            if end.match(lines[number]):
                return number + 1
    return position + 1
