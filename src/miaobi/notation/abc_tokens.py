"""Signs of the music code of ABC (the abc standard 2.1, section 4), as one regular expression."""

import re
from fractions import Fraction

NOTE = (
    r"(?P<accidental>[\^_=]+)?(?P<micro>(?<=[\^_])\d{0,3}/\d{0,3})?"
    r"(?P<letter>[A-Ga-g])(?P<octave>[',]*)"
)
LENGTH = r"(?P<times>\d{0,4})(?P<slashes>/*)(?P<parts>\d{0,3})"
CHORD_LENGTH, REST_LENGTH = (LENGTH.replace("<", f"<{kind}_") for kind in ("chord", "rest"))
ENDING = r"[1-9][\d,.-]*"
# the name of the group that a match ends with is the kind of the sign
TOKEN = re.compile(
    r'(?P<text>"[^"]{0,300}")'
    r"|(?P<decoration>![^!|\s][^!|]{0,40}!)"
    r"|(?P<plus>\+(?P<plus_text>[^+|\s]{1,40})\+)"
    r"|(?P<grace>\{(?P<graces>[^}]{0,300})\}-?)"  # with the slur to its note
    r"|(?P<field>\[(?P<name>[A-Za-z]):(?P<value>[^\]]{0,300})\])"
    r"|(?P<bar>\.?(?P<sign>\[\|[|:]*\]?|\|[|:]*\]?|:[|:]+\]?)"
    rf"[ \t]*(?:\[?(?P<ending>{ENDING})(?![/\d]))?)"
    rf"|(?P<volta>\[(?P<volta_ending>{ENDING}))"
    r"|(?P<tuplet>\((?P<number>[1-9]\d?)(?::(?P<time>\d{0,3}))?(?::(?P<count>\d{0,3}))?)"
    r"|(?P<chord>\[(?P<members>[^\]|]{0,300})\]" + CHORD_LENGTH + ")"
    r"|(?P<note>" + NOTE + LENGTH + ")"
    r"|(?P<rest>(?P<rest_sign>[zxZX])" + REST_LENGTH + ")"
    r"|(?P<broken><+|>+)|(?P<tie>\.?-)|(?P<overlay>&+)"
    r"|(?P<ornament>[~.HL-PRTuv])"
    # spacing, slurs, beams, line breaks, and letters that U may define
    r"|(?P<skipped>y\d*|[ \t\xa0]+|[\s()\\`$*;:!IJKQSUVWh-t]|w)"
    r"|(?P<unknown>.)"
)
MEMBER = re.compile(rf'"[^"]*"|![^!]*!|{NOTE}{LENGTH}(?P<tie>\.?-)?')
OLD_CHORD = re.compile(r"(?:[\^_=]*[A-Ga-g][',]*\d*/*\d*)+")  # +CEG+ of the standard 1.6
DYNAMICS = re.compile(r"[pmf]{1,4}|sfz?|fz")


def read_units(match: "re.Match[str]", prefix: str = "") -> Fraction:
    """Read a length in units: "3/2" is 3/2, "/" is 1/2, "//" is 1/4, "" is 1."""
    times, slashes, parts = (match[prefix + name] for name in ("times", "slashes", "parts"))
    denominator = int(parts or 0) or 2 ** min(len(slashes), 16)
    return Fraction(int(times or 1), denominator)


def read_microtone(text: str) -> Fraction:
    """Read the size of a microtone: "/" is 1/2, "3/2" is 3/2."""
    above, _, below = text.partition("/")
    return Fraction(int(above or 1), int(below or 2) or 2)


def is_old_chord(text: str) -> bool:
    """Return if the text between two + is a chord of the standard 1.6, not a decoration."""
    return bool(OLD_CHORD.fullmatch(text)) and not DYNAMICS.fullmatch(text)


def read_endings(text: str) -> set[int]:
    """Read the numbers of an ending: "1,3" or "1-3"."""
    numbers: set[int] = set()
    for part in re.findall(r"\d{1,3}(?:-\d{1,3})?", text):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers
