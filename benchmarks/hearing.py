"""Our word times beside Whisper's.

Whisper's words follow each other without a gap: a pause belongs to the word after it, which so
begins in silence. Shares are told twice: of its times as they are, and of its times drawn to where
something sounds, by the rule that ours are drawn with.
"""

import difflib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring import figure

NEAR = 0.15  # seconds


@dataclass
class Nearness:
    """How many words both have, and how many of them begin together."""

    words: int = 0
    near: int = 0
    near_where_it_sounds: int = 0

    def __add__(self, other: "Nearness") -> "Nearness":
        return Nearness(
            self.words + other.words, self.near + other.near,
            self.near_where_it_sounds + other.near_where_it_sounds,
        )  # fmt: skip


def compared(said: list[tuple[str, float]], recording: Path, language: str | None) -> Nearness:
    """Words and their beginnings in a recording, against what Whisper hears in it."""
    import miaobi
    from miaobi.engines.timed import heard
    from miaobi.media import audio

    told = json.loads(miaobi.transcribe(recording, language=language, format="json").text)
    words = [word for segment in told["segments"] for word in segment["words"]]
    samples, rate = audio.decode(recording)
    sounding = heard(tuple((w["start"], w["end"]) for w in words), samples, rate)
    found = Nearness()
    for a, b in common([word for word, _ in said], [word["word"] for word in words]):
        found += Nearness(
            1,
            abs(said[a][1] - words[b]["start"]) <= NEAR,
            abs(said[a][1] - sounding[b][0]) <= NEAR,
        )
    return found


def shares(name: str, found: Nearness) -> list[dict[str, Any]]:
    """The figures of a comparison."""
    plain, drawn = found.near / found.words, found.near_where_it_sounds / found.words
    return [
        figure(f"{name} within {NEAR} s of Whisper's", "ratio", [plain], at_least=0.95,
               words=found.words),
        figure(f"{name} within {NEAR} s of where Whisper's sound", "ratio", [drawn], at_least=0.95,
               words=found.words),
    ]  # fmt: skip


def common(mine: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    """Places of the words that both have, in order."""
    plain = [[re.sub(r"\W", "", word).lower() for word in words] for words in (mine, theirs)]
    blocks = difflib.SequenceMatcher(None, *plain, autojunk=False).get_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]
