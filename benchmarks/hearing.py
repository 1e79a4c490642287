"""Our word times beside Whisper's; `python -m benchmarks.hearing`: Whisper's beside the truth.

Whisper's words follow each other without a gap: a pause belongs to the word after it, which so
begins in silence. Shares are told twice: of its times as they are, and of its times drawn to where
something sounds, by the rule that ours are drawn with.

How far Whisper itself can be trusted is told by words that were spoken one by one and laid end to
end: where each of them begins is known to the sample.
"""

import difflib
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import figure

NEAR = 0.15  # seconds
FAINT = 0.02  # of a word's loudest sample: silence
LEAD = 0.3  # seconds before the first word
GAPS = 0.02, 0.1  # seconds between two words
LAID = (
    "The old lighthouse keeper walked slowly down to the harbor",
    "Every morning the baker opens her window and sings to the birds",
    "My brother bought seven green apples and a loaf of bread yesterday",
    "Nobody knew where the little fox had hidden the silver star",
)


@dataclass
class Nearness:
    """How many words both have, and how many of them begin together."""

    words: int = 0
    near: int = 0
    near_where_it_sounds: int = 0

    def __add__(self, other: "Nearness") -> "Nearness":
        return Nearness(
            self.words + other.words,
            self.near + other.near,
            self.near_where_it_sounds + other.near_where_it_sounds,
        )


def compared(said: list[tuple[str, float]], recording: Path, language: str | None) -> Nearness:
    """Words and their beginnings in a recording, against what Whisper hears in it."""
    import miaobi
    from miaobi.media import audio
    from miaobi.speech.alignment import heard

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
        figure(
            f"{name} within {NEAR} s of Whisper's",
            "ratio",
            [plain],
            at_least=0.95,
            words=found.words,
        ),
        figure(
            f"{name} within {NEAR} s of where Whisper's sound",
            "ratio",
            [drawn],
            at_least=0.95,
            words=found.words,
        ),
    ]


def common(mine: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    """Places of the words that both have, in order."""
    plain = [[re.sub(r"\W", "", word).lower() for word in words] for words in (mine, theirs)]
    blocks = difflib.SequenceMatcher(None, *plain, autojunk=False).get_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def laid(sentence: str, gap: float, path: Path) -> list[tuple[str, float]]:
    """Words spoken one by one and laid end to end in a file, and where each begins."""
    import numpy as np
    import soundfile

    import miaobi
    from miaobi.media import audio

    said, pieces, where, rate = [], [], LEAD, 0
    for word in sentence.split():
        samples, rate = audio.decode(miaobi.speech(word, model="hibari", seed=1).save(path))
        loud = np.flatnonzero(np.abs(samples) > FAINT * np.abs(samples).max())
        samples = samples[loud[0] : loud[-1] + 1]
        pieces += [np.zeros(round(where * rate) - sum(map(len, pieces))), samples]
        said.append((word, where))
        where += len(samples) / rate + gap
    soundfile.write(path, np.concatenate([*pieces, np.zeros(rate // 2)]), rate)
    return said


def main() -> None:
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "laid.wav"
        for gap in GAPS:
            found = Nearness()
            for sentence in LAID:
                found += compared(laid(sentence, gap, path), path, "en")
            name = f"words of known place, {gap} s apart: Whisper within {NEAR} s of it"
            rows.append(figure(name, "ratio", [found.near / found.words], words=found.words))
    measuring.write("hearing", "python -m benchmarks.hearing", rows)


if __name__ == "__main__":
    main()
