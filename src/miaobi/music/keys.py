"""Keys: their names, signatures and spelling, and the key that notes are in."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

LETTERS = "FCGDAEB"  # up the circle of fifths
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
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
# how much each degree sounds in a key, found by listeners (Krumhansl & Kessler, 1982)
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
CLOSE = 0.25  # how much more a key is believed in that the lowest last note is the tonic of


@dataclass(frozen=True)
class Key:
    """A tonic, 0 (C) to 11 (B), and "major" or "minor"."""

    tonic: int = 0
    mode: str = "major"

    @property
    def name(self) -> str:
        """Such as "F-sharp minor"."""
        names = MAJOR_NAMES if self.mode == "major" else MINOR_NAMES
        return f"{names[self.tonic]} {self.mode}"

    @property
    def fifths(self) -> int:
        """Sharps of the signature, -6 to 6; below 0: flats."""
        if self.mode == "major":
            return (self.tonic * 7 + 5) % 12 - 5
        return ((self.tonic + 3) * 7 + 6) % 12 - 6

    @property
    def scale(self) -> frozenset[int]:
        """The pitch classes of the scale; in minor the raised sixth and seventh as well."""
        degrees = SCALES[self.mode] + ((9, 11) if self.mode == "minor" else ())
        return frozenset((self.tonic + degree) % 12 for degree in degrees)

    def transposed(self, semitones: int) -> "Key":
        """The key so much higher."""
        return Key((self.tonic + semitones) % 12, self.mode)


def key_of_signature(fifths: int, mode: str) -> Key:
    """The key of so many sharps (below 0: flats)."""
    major = fifths * 7 % 12
    return Key(major if mode == "major" else (major - 3) % 12, mode)


def spelled(pitch: int, key: Key) -> tuple[str, int, int]:
    """MIDI pitch -> (letter, sharps, octave) as it is written in the key: 61 in D -> (C, 1, 4)."""
    # twelve fifths around the signature: each pitch class once
    lowest = key.fifths - (3 if key.mode == "major" else 2)
    fifth = lowest + (pitch % 12 * 7 - lowest) % 12
    sharps = (fifth + 1) // 7
    return LETTERS[(fifth + 1) % 7], sharps, (pitch - sharps) // 12 - 1


def find_key(weights: Iterable[tuple[int, float]], last: int | None = None) -> Key:
    """The likeliest key of (pitch, duration) pairs, by correlation with 24 profiles.

    `last` is the lowest pitch at the end, where most pieces rest on their tonic.
    """
    fits = key_fits(weights)
    if last is not None:
        fits = {key: fit + CLOSE * (key.tonic == last % 12) for key, fit in fits.items()}
    return max(fits, key=fits.__getitem__)


def key_fits(weights: Iterable[tuple[int, float]]) -> dict[Key, float]:
    """How well each of the 24 keys fits (pitch, duration) pairs: -1 to 1."""
    heard = [0.0] * 12
    for pitch, duration in weights:
        heard[pitch % 12] += duration
    return {
        Key(tonic, mode): _correlation(heard, [profile[(pc - tonic) % 12] for pc in range(12)])
        for mode, profile in PROFILES.items()
        for tonic in range(12)
    }


def _correlation(a: list[float], b: list[float]) -> float:
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    size = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return both / size if size else 0.0
