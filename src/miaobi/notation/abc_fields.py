"""Values of ABC fields (the abc standard 2.1, sections 3.1 and 4.6): meter, length, tempo, key."""

import html
import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction

FIFTHS = "FCGDAEB"  # letters, from flats to sharps
# mode -> fifths from the major key with the same tonic
MODES = {"lyd": 1, "mix": -1, "dor": -2, "phr": -4, "loc": -5}
MODES |= dict.fromkeys(("", "maj", "ion"), 0) | dict.fromkeys(("m", "min", "aeo"), -3)
NUMBER = r"\d{1,4}"  # longer ones are damage
SHORTEST = 1024  # largest denominator of a length
METER = re.compile(rf"\(?\s*({NUMBER}(?:\s*\+\s*{NUMBER})*)\s*\)?\s*/\s*({NUMBER})")
TEMPO = re.compile(rf"((?:{NUMBER}\s*/\s*{NUMBER}\s*)+)=[^\d]*({NUMBER}(?:\.\d{{1,6}})?)")
OLD_TEMPO = re.compile(rf"(C({NUMBER})?\s*=)?\s*({NUMBER}(?:\.\d{{1,6}})?)")  # C3=40, C=120, 120
# the first three letters count, in any case; a lone m is minor
MODE = r"(?i:(maj|ion|mix|dor|min|aeo|phr|loc|lyd)[a-z]*|(m)(?![a-z]))"
KEY = re.compile(rf"([A-G])([#b♯♭]?)\s*(?:{MODE})?")
LOWER_KEY = re.compile(r"[a-g][#b]?(?:m|\s*(?i:maj|ion|mix|dor|min|aeo|phr|loc|lyd)[a-z]*)?")
ACCIDENTAL = re.compile(r"(\^\^?|__?|=)([A-Ga-g])")
CLEF = re.compile(
    r"(?:clef\s*=\s*)?(?:(treble|bass|alto|tenor|perc)[a-z]*|(none|[GFCP]))\d?([+-]\d+)?$", re.I
)
NAMES = (  # of properties of voices and clefs; the mix of Dmix=c is none
    "clef|octave|transpose|middle|m|name|nm|sname|subname|snm|style|cue|g?stem|dyn|lyrics|gchord|"
    "score|shift|sound|instrument|scale|map|program|space|up|down|strings|capo|staff[a-z]+|voice[a-z]+"
)
PROPERTY = re.compile(rf'(?<![A-Za-z#])({NAMES})\s*=\s*(?:"([^"]*)"|(\S+))')
INTEGER = re.compile(r"[+-]?\d{1,4}")
SIGNS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
MNEMONIC = re.compile(r"\\([`'^~\"/,ouvc;.=])\s?([A-Za-z])|\\(AA|aa|AE|ae|OE|oe|ss|TH|th|DH|dh)")
COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    '"': "\u0308",
    ",": "\u0327",
    "c": "\u0327",
    "u": "\u0306",
    "v": "\u030c",
    ";": "\u0328",
    ".": "\u0307",
    "=": "\u0304",
    "o": "\u030a",
}
LIGATURES = {"AA": "Å", "aa": "å", "AE": "Æ", "ae": "æ", "OE": "Œ", "oe": "œ", "ss": "ß"}
LIGATURES |= {"TH": "Þ", "th": "þ", "DH": "Ð", "dh": "ð"}
STROKES = {"O": "Ø", "o": "ø", "L": "Ł", "l": "ł", "D": "Đ", "d": "đ"}


@dataclass
class KeyField:
    """Field K: values that it does not state are None and stay as before."""

    key: tuple[str, int, int] | None = None  # letter, its sharps, fifths from major
    signature: dict[str, int] | None = None  # letter -> sharps
    properties: dict[str, str] = field(default_factory=dict)


def read_meter(value: str) -> tuple[int, int] | None:
    """Read a meter: C, C|, 6/8, (2+3)/8, 2/4+3/8. Returns None for none and for no meter."""
    value = value.strip()
    if value.startswith("C"):
        return (2, 2) if value.startswith("C|") else (4, 4)
    total, unit = Fraction(0), 1
    for beats, denominator in METER.findall(value):
        if not 0 < int(denominator) <= SHORTEST:
            return None
        total += Fraction(sum(map(int, beats.split("+"))), int(denominator))
        unit = max(unit, int(denominator))
        if "+" not in value:
            break  # 3/4 6/8: the first of two meters
    beats = total * unit
    return (int(beats), unit) if beats.denominator == 1 and beats else None


def read_length(value: str) -> Fraction | None:
    """Read a unit length, 1/8 or 1, as a part of a whole note; None if it is not one."""
    match = re.match(rf"\s*({NUMBER})(?:\s*/\s*({NUMBER}))?\s*$", value)
    if not match or not int(match[1]) or not 0 < int(match[2] or 1) <= SHORTEST:
        return None
    return Fraction(int(match[1]), int(match[2] or 1))


def read_tempo(value: str, unit: Fraction) -> float | None:
    """Read a tempo in quarter notes per minute; None if only words are given.

    C means the unit length; a number alone counts quarter notes.
    """
    value = re.sub(r'"[^"]*"?', " ", value).strip()
    beat = Fraction(0)
    if match := TEMPO.search(value):
        for beats, denominator in re.findall(r"(\d+)\s*/\s*(\d+)", match[1]):
            beat += Fraction(int(beats), int(denominator)) if int(denominator) else 0
        return float(match[2]) * float(beat) * 4 or None
    if match := OLD_TEMPO.fullmatch(value):
        beat = unit * int(match[2] or 1) if match[1] else Fraction(1, 4)
        return float(match[3]) * float(beat) * 4 or None
    return None


def read_key(value: str) -> KeyField:
    """Read a field K: key, mode, accidentals (exp: only those), clef and transposition."""
    properties, rest = read_properties(value)
    result = KeyField(properties=properties)
    accidentals = {letter.upper(): SIGNS[sign] for sign, letter in ACCIDENTAL.findall(rest)}
    if LOWER_KEY.fullmatch(rest):
        rest = rest[0].upper() + rest[1:]
    if rest[:2] in ("HP", "Hp"):  # Highland pipes
        rest = "D" + rest[2:]
    if re.match(r"none\b", rest, re.I):
        result.signature = accidentals
    elif match := KEY.match(rest):
        letter = match[1]
        alter = {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(match[2], 0)
        offset = MODES[(match[3] or match[4] or "").lower()]
        result.key = (letter, alter, offset)
        exp = re.search(r"\bexp\b", rest)
        result.signature = accidentals if exp else _signature(letter, alter, offset) | accidentals
    elif accidentals or re.match(r"exp\b", rest):
        result.signature = accidentals
    elif not value.strip():
        result.signature = {}
    return result


def _signature(letter: str, alter: int, offset: int) -> dict[str, int]:
    fifths = FIFTHS.index(letter) - 1 + 7 * alter + offset
    raised = {FIFTHS[n % 7]: n // 7 + 1 for n in range(fifths)}
    lowered = {FIFTHS[6 - n % 7]: -(n // 7 + 1) for n in range(-fifths)}
    return raised | lowered


def read_properties(value: str) -> tuple[dict[str, str], str]:
    """Split name=value pairs and clefs off a field K or V; also return the rest."""
    properties = {
        match[1].lower(): match[2] if match[2] is not None else match[3]
        for match in PROPERTY.finditer(value)
    }
    rest = []
    for word in PROPERTY.sub(" ", value).split():
        match = CLEF.match(word)
        if match and match[1]:
            properties["clef"] = word
        else:
            rest.append(word)
    return properties, " ".join(rest)


def shift_of(properties: dict[str, str]) -> int:
    """Return the semitones by which properties move the sound of a voice.

    `octave` and the clefs with +8 and -8 move by octaves, `transpose` by semitones.
    """
    shift = 12 * _integer(properties.get("octave", "")) + _integer(properties.get("transpose", ""))
    match = CLEF.match(properties.get("clef", ""))
    if match and match[3]:
        octaves = {"8": 1, "15": 2}.get(match[3][1:], 0)
        shift += (-12 if match[3][0] == "-" else 12) * octaves
    return shift


def _integer(text: str) -> int:
    match = INTEGER.match(text)
    return int(match[0]) if match else 0


def read_text(value: str) -> str:
    r"""Decode a text string: mnemonics such as \'e, \u00e9 and HTML entities (section 8.2)."""

    def letter(match: "re.Match[str]") -> str:
        if match[3]:
            return LIGATURES[match[3]]
        if match[1] == "/":
            return STROKES.get(match[2], match[2])
        return unicodedata.normalize("NFC", match[2] + COMBINING[match[1]])

    value = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), value)
    value = html.unescape(MNEMONIC.sub(letter, value)).replace("\\%", "%").replace("\\&", "&")
    return "".join(char for char in value if unicodedata.category(char) not in ("Cs", "Cc")).strip()
