"""Word times compared with Whisper's; `python -m benchmarks.word_timing`: accuracy of Whisper.

Whisper leaves no gaps between words: a pause belongs to the next word, which therefore begins in
silence. So there are two figures: for its times as they are, and for its times aligned by energy,
as ours are.

The accuracy of Whisper itself is measured on words that were synthesized one by one and
concatenated, whose onsets are known to the sample.
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

TOLERANCE = 0.15  # seconds
SILENCE = 0.02  # amplitude, as a fraction of the loudest sample of a word
LEAD = 0.3  # seconds before the first word
GAPS = 0.02, 0.1  # seconds between two words
SENTENCES = (
    "The old lighthouse keeper walked slowly down to the harbor",
    "Every morning the baker opens her window and sings to the birds",
    "My brother bought seven green apples and a loaf of bread yesterday",
    "Nobody knew where the little fox had hidden the silver star",
)


@dataclass
class TimingMatches:
    """Counts of common words, and of those with matching onsets."""

    words: int = 0
    matches: int = 0
    aligned_matches: int = 0  # with Whisper's times aligned by energy

    def __add__(self, other: "TimingMatches") -> "TimingMatches":
        return TimingMatches(
            self.words + other.words,
            self.matches + other.matches,
            self.aligned_matches + other.aligned_matches,
        )


def compare(
    onsets: list[tuple[str, float]], recording: Path, language: str | None
) -> TimingMatches:
    """Compare (word, onset in seconds) of a recording with the transcript of Whisper."""
    import miaobi
    from miaobi.media import audio
    from miaobi.speech.alignment import snap_to_energy

    transcript = miaobi.transcribe(recording, language=language or "", format="json")
    segments = json.loads(transcript.text)["segments"]
    words = [word for segment in segments for word in segment["words"]]
    samples, rate = audio.decode(recording)
    aligned = snap_to_energy(tuple((w["start"], w["end"]) for w in words), samples, rate)
    total = TimingMatches()
    for a, b in common_words([word for word, _ in onsets], [word["word"] for word in words]):
        total += TimingMatches(
            1,
            abs(onsets[a][1] - words[b]["start"]) <= TOLERANCE,
            abs(onsets[a][1] - aligned[b][0]) <= TOLERANCE,
        )
    return total


def timing_figures(name: str, total: TimingMatches) -> list[dict[str, Any]]:
    """Create the two figures of a comparison."""
    label = f"{name}: words within {TOLERANCE} s of Whisper"
    plain, aligned = total.matches / total.words, total.aligned_matches / total.words
    return [
        figure(label, "ratio", [plain], at_least=0.95, words=total.words),
        figure(f"{label}, aligned by energy", "ratio", [aligned], at_least=0.95, words=total.words),
    ]


def common_words(mine: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    """Return the index pairs of the longest common word sequences, in order."""
    plain = [[re.sub(r"\W", "", word).lower() for word in words] for words in (mine, theirs)]
    blocks = difflib.SequenceMatcher(None, *plain, autojunk=False).get_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def concatenate(sentence: str, gap: float, path: Path) -> list[tuple[str, float]]:
    """Synthesize words one by one into a file with gaps in seconds, and return their onsets."""
    import numpy as np
    import soundfile

    import miaobi
    from miaobi.media import audio

    onsets, pieces, onset, rate = [], [], LEAD, 0
    for word in sentence.split():
        samples, rate = audio.decode(miaobi.speech(word, model="hibari", seed=1).save(path))
        loud = np.flatnonzero(np.abs(samples) > SILENCE * np.abs(samples).max())
        samples = samples[loud[0] : loud[-1] + 1]
        pieces += [np.zeros(round(onset * rate) - sum(map(len, pieces))), samples]
        onsets.append((word, onset))
        onset += len(samples) / rate + gap
    soundfile.write(path, np.concatenate([*pieces, np.zeros(rate // 2)]), rate)
    return onsets


def main() -> None:
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.wav"
        for gap in GAPS:
            total = TimingMatches()
            for sentence in SENTENCES:
                total += compare(concatenate(sentence, gap, path), path, "en")
            name = f"words with known onsets, {gap} s apart: Whisper within {TOLERANCE} s"
            rows.append(figure(name, "ratio", [total.matches / total.words], words=total.words))
    measuring.write("word_timing", "python -m benchmarks.word_timing", rows)


if __name__ == "__main__":
    main()
