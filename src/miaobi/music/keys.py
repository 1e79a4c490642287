"""Keys: names, signatures, scale degrees, enharmonic spelling and key finding."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}  # pitch classes
CIRCLE_OF_FIFTHS = "FCGDAEB"  # letters, from flats to sharps
MAJOR_NAMES = ("C", "D-flat", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B")
MINOR_NAMES = (
    "C",
    "C-sharp",
    "D",
    "E-flat",
    "E",
    "F",
    "F-sharp",
    "G",
    "G-sharp",
    "A",
    "B-flat",
    "B",
)
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}  # semitones
# stability of the 12 pitch classes above the tonic (Krumhansl & Kessler, 1982)
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
FINAL_BONUS = 0.25  # added to the correlation of keys whose tonic is the final bass note


@dataclass(frozen=True)
class Key:
    """A tonic, 0 (C) to 11 (B), and the mode, "major" or "minor"."""

    tonic: int = 0
    mode: str = "major"

    @property
    def name(self) -> str:
        """The name in English, such as "F-sharp minor"."""
        names = MAJOR_NAMES if self.mode == "major" else MINOR_NAMES
        return f"{names[self.tonic]} {self.mode}"

    @property
    def fifths(self) -> int:
        """Number of sharps in the signature, -6 to 6; negative for flats."""
        if self.mode == "major":
            return (self.tonic * 7 + 5) % 12 - 5
        return ((self.tonic + 3) * 7 + 6) % 12 - 6

    @property
    def scale_degrees(self) -> frozenset[int]:
        """Scale in semitones above the tonic; minor includes the raised sixth and seventh."""
        return frozenset(SCALES[self.mode] + ((9, 11) if self.mode == "minor" else ()))

    @property
    def scale(self) -> frozenset[int]:
        """Pitch classes of the scale."""
        return frozenset((self.tonic + degree) % 12 for degree in self.scale_degrees)

    def transpose(self, semitones: int) -> "Key":
        """Return the key a number of semitones higher."""
        return Key((self.tonic + semitones) % 12, self.mode)


def key_from_signature(fifths: int, mode: str) -> Key:
    """Return the key with a number of sharps (negative for flats) in its signature."""
    major = fifths * 7 % 12
    return Key(major if mode == "major" else (major - 3) % 12, mode)


def spell_pitch(pitch: int, key: Key) -> tuple[str, int, int]:
    """Spell a MIDI pitch in a key: (letter, sharps, octave); 61 in D major is ("C", 1, 4)."""
    # a window of twelve fifths around the signature has each pitch class exactly once
    lowest = key.fifths - (3 if key.mode == "major" else 2)
    fifth = lowest + (pitch % 12 * 7 - lowest) % 12
    sharps = (fifth + 1) // 7
    return CIRCLE_OF_FIFTHS[(fifth + 1) % 7], sharps, (pitch - sharps) // 12 - 1


def find_key(weights: Iterable[tuple[int, float]], final: int | None = None) -> Key:
    """Find the key of (pitch, duration) pairs by correlation with the 24 key profiles.

    `final` is the lowest pitch of the last chord, which in most pieces is the tonic.
    """
    scores = key_correlations(weights)
    if final is not None:
        tonic = final % 12
        scores = {key: score + FINAL_BONUS * (key.tonic == tonic) for key, score in scores.items()}
    return max(scores, key=scores.__getitem__)


def key_correlations(weights: Iterable[tuple[int, float]]) -> dict[Key, float]:
    """Correlate (pitch, duration) pairs with the profile of each of the 24 keys: -1 to 1."""
    durations = [0.0] * 12
    for pitch, duration in weights:
        durations[pitch % 12] += duration
    return {
        Key(tonic, mode): _correlation(durations, [profile[(pc - tonic) % 12] for pc in range(12)])
        for mode, profile in PROFILES.items()
        for tonic in range(12)
    }


def _correlation(a: list[float], b: list[float]) -> float:
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    norm = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return covariance / norm if norm else 0.0
