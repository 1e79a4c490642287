"""Language detection, sentence splitting, and the spaces between pieces of mixed text."""

import re
from collections.abc import Iterable, Iterator, Sequence

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# Chinese and Japanese: characters that are written without spaces, and their punctuation
CJK = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u30ff\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
CJK_MARK = re.compile(r"[\u3000-\u3004\u3008-\u3020\u3030\ufe30-\ufe4f\uff01-\uff65]")
SHARED_MARK = re.compile("[“”‘’…—·]")  # of both scripts
LETTER = re.compile(r"[^\W\d_]")
LETTER_RUN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# a full stop ends an English sentence only before a space and a capital, digit or quote,
# and not after a title or an initial
NO_END = "".join(rf"(?<!\b{word}\.)" for word in ("Mr", "Mrs", "Ms", "Dr", "Prof", "St", "[A-Z]"))
SENTENCE_END = re.compile(
    r"(?<=[。！？…；])(?![。！？…；])[”’」』）]*"
    rf"|(?<=[.!?]){NO_END}[\"”’)\]]*\s+(?=[\"“‘'(\[]?(?:[A-Z0-9]|{CJK.pattern}))|\n+"
)
# a run of one language: Chinese characters, or Latin words
RUN = re.compile(rf"(?P<zh>{HAN.pattern}+)|(?P<en>[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)*)")
# in a gap between two runs: the end of what belongs to the first
RUN_END = re.compile(r"[，。；：！？、”’」』）》】)\]}!?;…—\s]|(?<!\d)[.,:]|[.,:](?!\d)")
SEPARATION = re.compile('[.!?。！？"”“()（）]')  # keeps an English word from being part of Chinese
RUN_START = re.compile('[“‘「『（《【(\\[{"]')
FEW_WORDS = {"en": 2, "zh": 3}  # words of English inside Chinese that are Chinese usage: GPT
FEW_CHARACTERS = 4  # Chinese characters around them, in an English text
MAX_LOST = 60  # characters between two pieces of a text, at most
SOFT_END = re.compile(r"(?<=[，、：—])|(?<=[,;:])(?=\s)")


def language_of(text: str) -> str:
    """Return "zh" if at least a fifth of the letters are Chinese characters, else "en"."""
    letters = len(LETTER.findall(text))
    return "zh" if letters and len(HAN.findall(text)) >= letters / 5 else "en"


def language_runs(text: str, language: str) -> list[tuple[str, str]]:
    """Split a text into runs of (language, text); a text of one language is one run.

    `language` is that of the surrounding text. A few English words inside Chinese belong to it.
    """
    runs: list[tuple[str, int, int]] = []  # language, start, end
    for match in RUN.finditer(text):
        run = (match.lastgroup or "", match.start(), match.end())
        runs.append(run)
    runs = _merge_runs(runs)
    if not runs:
        return [(language, text)]
    demoted = [
        ("zh" if _is_chinese_usage(text, runs, index, language) else run[0], *run[1:])
        for index, run in enumerate(runs)
    ]
    runs = _merge_runs(demoted)
    out, start = [], 0
    for (name, _, end), (_, following, _) in zip(runs, runs[1:], strict=False):
        cut = end + _cut_gap(text[end:following])
        out.append((name, text[start:cut]))
        start = cut
    return [*out, (runs[-1][0], text[start:])]


def _merge_runs(runs: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    merged: list[tuple[str, int, int]] = []
    for name, start, end in runs:
        if merged and merged[-1][0] == name:
            merged[-1] = (name, merged[-1][1], end)
        else:
            merged.append((name, start, end))
    return merged


def _is_chinese_usage(
    text: str, runs: list[tuple[str, int, int]], index: int, language: str
) -> bool:
    name, start, end = runs[index]
    if name != "en" or len(runs) == 1 and language != "zh":
        return False
    if len(LETTER_RUN.findall(text[start:end])) > FEW_WORDS[language]:
        return False
    count = 0  # of Chinese characters around it, without a full stop or a quote between
    for _, first, last in [*runs[max(0, index - 1) : index], *runs[index + 1 : index + 2]]:
        gap = text[last:start] if last <= start else text[end:first]
        count += 0 if SEPARATION.search(gap) else len(HAN.findall(text[first:last]))
    return language == "zh" or count >= FEW_CHARACTERS


def _cut_gap(gap: str) -> int:
    """Return how many characters between two runs belong to the first one."""
    start = RUN_START.search(gap)
    if start:
        return start.start()
    return max((match.end() for match in RUN_END.finditer(gap)), default=len(gap))


def sentences(text: str, longest: int = 200) -> Iterator[str]:
    """Split text into sentences; those longer than `longest` characters also at commas."""
    for sentence in _split(SENTENCE_END, text):
        if len(sentence) <= longest:
            yield sentence
            continue
        start = end = 0  # of the part, which ends after a clause
        for stop in [*(match.end() for match in SOFT_END.finditer(sentence)), len(sentence)]:
            if end > start and len(sentence[start:stop].strip()) > longest:
                yield sentence[start:end].strip()
                start = end
            # no comma for too long: cut at a space, or anywhere
            while len(rest := sentence[start:stop].lstrip()) > 2 * longest:
                start = stop - len(rest)
                cut = rest.rfind(" ", 0, longest) + 1 or longest
                yield rest[:cut].strip()
                start += cut
            end = stop
        if part := sentence[start:].strip():
            yield part


def join_lines(lines: Iterable[str]) -> str:
    """Join the lines of a paragraph, with spaces except between Chinese characters."""
    text = ""
    for line in lines:
        text += line_gap(text, line) + line
    return text


def line_gap(before: str, after: str) -> str:
    """Return the space that a line break between two texts stands for, "" in Chinese."""
    if not before or not after or CJK_MARK.match(before[-1]) or CJK_MARK.match(after):
        return ""
    are_cjk = [bool(CJK.match(char)) for char in (before[-1], after[0])]
    are_shared = [bool(SHARED_MARK.match(char)) for char in (before[-1], after[0])]
    if all(are_cjk) or (any(are_cjk) and any(are_shared)):
        return ""
    return " "


def word_gap(before: str, after: str) -> str:
    """Return the space between two words whose source is unknown: none beside Chinese."""
    if not before or not after:
        return ""
    touches_cjk = any(CJK.match(char) or CJK_MARK.match(char) for char in (before[-1], after[0]))
    return "" if touches_cjk else " "


def align(text: str, pieces: Sequence[str]) -> list[tuple[str, str]]:
    """Find pieces of a text in it: return (space before, piece as written) of each.

    Characters between two pieces are added to the first one; a piece that is not in the text stays
    as it is.
    """
    out: list[tuple[str, str]] = []
    position, is_found = 0, False
    for piece in pieces:
        pattern = r"\s*".join(map(re.escape, "".join(piece.split())))
        match = re.compile(pattern).search(text, position) if pattern else None
        if match is None or match.start() - position > MAX_LOST:
            is_found = False
            out.append((word_gap(out[-1][1] if out else "", piece), piece))
            continue
        between = text[position : match.start()]
        gap = between[len(between.rstrip()) :]
        lost = between[: len(between) - len(gap)]
        if lost and out and is_found:
            out[-1] = (out[-1][0], out[-1][1] + lost)
            out.append((gap, match[0]))
        else:
            out.append(("", lost + gap + match[0]) if lost and not out else (gap, match[0]))
        position, is_found = match.end(), True
    if is_found and (rest := text[position:].rstrip()):
        out[-1] = (out[-1][0], out[-1][1] + rest)
    return out


def join_pieces(pieces: Sequence[tuple[str, str]]) -> str:
    """Join (space before, piece) without the first space; line breaks and runs become a space."""
    text = ""
    for gap, piece in pieces:
        if "\n" in gap:
            gap = line_gap(text, piece)
        elif gap and not gap.strip(" \t"):
            gap = " "
        text += (gap if text else "") + piece
    return text


def _split(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    start = 0
    for match in pattern.finditer(text):
        if piece := text[start : match.end()].strip():
            yield piece
        start = match.end()
    if piece := text[start:].strip():
        yield piece
