"""Chapters of plain-text books: which lines that may be headings begin one.

blocks --candidates--> sure ones | those of a sequence (1, 2, 3) --contents pages--> headings
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from miaobi.media.headings import (
    BARE,
    CONTENTS,
    LEADERS,
    SENTENCE_END,
    bare_number,
    clean_heading,
    heading_key,
    is_title,
)
from miaobi.media.markdown import Block

LEVEL = 2  # of a heading of plain text


@dataclass(frozen=True)
class Candidate:
    """A line that may be a heading."""

    block: int  # index of its block
    line: int  # index within the block
    key: str  # equal for the same heading on a contents page and in the text
    style: str = ""  # of a sequence that it needs: "roman", "number" or "chinese"
    value: int = 0  # in the sequence


def split_headings(blocks: Sequence[Block]) -> list[Block]:
    """Split plain-text headings from the paragraphs they stand in; other blocks stay."""
    chosen: dict[int, list[int]] = {}
    for candidate in _without_contents(blocks, _in_sequence(blocks, list(_candidates(blocks)))):
        chosen.setdefault(candidate.block, []).append(candidate.line)
    out: list[Block] = []
    for number, block in enumerate(blocks):
        start = 0
        for line in chosen.get(number, ()):
            out += [replace(block, lines=block.lines[start:line])] if line > start else []
            out.append(Block((clean_heading(block.lines[line]),), LEVEL))
            start = line + 1
        if rest := block.lines[start:]:
            if not block.level and any(map(LEADERS.search, rest)):
                rest = tuple(re.sub(rf"\s*(?:{LEADERS.pattern}).*", ".", line) for line in rest)
            out.append(replace(block, lines=rest))
    return out


def _candidates(blocks: Sequence[Block]) -> Iterator[Candidate]:
    """Yield the lines that may be headings, of paragraphs and of lists."""
    for number, block in enumerate(blocks):
        if block.level:
            continue
        for index, line in enumerate(block.lines):
            if block.is_item and (index or len(block.lines) > 1):
                break
            key = "" if block.is_item else heading_key(line)
            if key and _stands_apart(block.lines, index):
                yield Candidate(number, index, key)
            elif _is_alone(block, index) and (bare := bare_number(line)):
                key = f"{bare.style} {bare.value}"
                yield Candidate(number, 0, key, "" if bare.is_sure else bare.style, bare.value)


def _is_alone(block: Block, index: int) -> bool:
    """Return True for a line that is a paragraph, or has one line of a title below it."""
    if index or len(block.lines) > 2:
        return False
    title = block.lines[-1].strip()
    has_title = is_title(title) and not title.endswith(SENTENCE_END) and not bare_number(title)
    return len(block.lines) == 1 or (has_title and not block.is_item)


def _stands_apart(lines: Sequence[str], index: int) -> bool:
    """Return True unless the line before or after it goes on with its sentence."""
    before = lines[index - 1].rstrip() if index else ""
    after = lines[index + 1].lstrip() if index + 1 < len(lines) else ""
    is_end = before.endswith(SENTENCE_END) or CONTENTS.fullmatch(before) or heading_key(before)
    if before and not is_end:
        return False
    return not after[:1].islower()


def _in_sequence(blocks: Sequence[Block], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep bare numbers only where they count from 1, each after a finished paragraph."""
    kept = [candidate for candidate in candidates if not candidate.style]
    for style in BARE:
        members = [other for other in candidates if other.key.startswith(f"{style} ")]
        if style == "number" and not all(_is_between(blocks, other.block) for other in members):
            continue  # page numbers
        runs: list[list[Candidate]] = [[]]
        for candidate in members:
            if candidate.value == 1:
                runs.append([])
            if candidate.value == len(runs[-1]) + 1 and _is_between(blocks, candidate.block):
                runs[-1].append(candidate)
        kept += [candidate for run in runs if len(run) > 1 for candidate in run if candidate.style]
    return sorted(kept, key=lambda candidate: (candidate.block, candidate.line))


def _is_between(blocks: Sequence[Block], index: int) -> bool:
    """Return True for a line after a finished paragraph and before more text."""
    if index + 1 >= len(blocks) or blocks[index + 1].is_item and len(blocks[index + 1].lines) == 1:
        return False
    before = blocks[index - 1] if index else None
    if (
        before is None
        or before.level
        or (index == 1 and len(before.lines) == 1 and is_title(before.lines[0]))
    ):
        return True
    last = before.lines[-1].rstrip()
    return last.endswith(SENTENCE_END) or bool(heading_key(last)) or bare_number(last) is not None


def _without_contents(
    blocks: Sequence[Block], candidates: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Leave out the lines of contents pages: headings in a row that come again later."""
    left = Counter(candidate.key for candidate in candidates)
    for run in _runs(blocks, candidates):
        again = []
        for candidate in run:
            left[candidate.key] -= 1
            again.append(left[candidate.key] > 0)
        is_announced = bool(CONTENTS.fullmatch(clean_heading(_line_before(blocks, run[0]))))
        if is_announced and not any(again) and len(run) > 1:
            continue
        units = [candidate.key.partition(" ") for candidate in run]
        names = [unit for (unit, _, number), twice in zip(units, again, strict=True) if twice]
        numberless = any(not part[2] for part, twice in zip(units, again, strict=True) if twice)
        is_list = len(names) > len(set(names)) or (numberless and len(names) > 1)
        for candidate, twice in zip(run, again, strict=True):
            if not (twice and (is_list or is_announced or _is_list(blocks[candidate.block]))):
                yield candidate


def _runs(blocks: Sequence[Block], candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Group headings without text between them."""
    run: list[Candidate] = []
    for candidate in candidates:
        if run and not _is_adjacent(run[-1], candidate, blocks):
            yield run
            run = []
        run.append(candidate)
    if run:
        yield run


def _is_adjacent(first: Candidate, second: Candidate, blocks: Sequence[Block]) -> bool:
    if first.block == second.block:
        return second.line - first.line == 1
    ends = first.line == len(blocks[first.block].lines) - 1
    return second.block - first.block == 1 and ends and second.line == 0


def _is_list(block: Block) -> bool:
    """Return True for short lines with several headings, as of a contents page."""
    return sum(bool(heading_key(line)) for line in block.lines) > 1


def _line_before(blocks: Sequence[Block], candidate: Candidate) -> str:
    if candidate.line:
        return blocks[candidate.block].lines[candidate.line - 1]
    return blocks[candidate.block - 1].lines[-1] if candidate.block else ""
