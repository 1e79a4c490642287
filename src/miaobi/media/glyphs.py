"""Fonts of a text: the font of films, and fonts of the system for characters that it lacks.

    text --clusters--> [(font, run)], characters that no font has

A character that no font has is left out rather than drawn as a box, and so are scripts that need
shaping (Arabic, Devanagari) where Pillow comes without libraqm.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONT_FOLDERS = (  # of Linux, macOS and Windows
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
    "~/AppData/Local/Microsoft/Windows/Fonts",
)
SAMPLE_SIZE = 32  # pixels, to compare glyphs
BITMAP_SIZES = (
    109,
    128,
    136,
    160,
    96,
    64,
    20,
)  # pixels of color bitmaps, such as Noto's and Apple's
MAX_FONTS = 600  # that are searched for a character
MISSING_GLYPHS = "characters that no font has: "  # begins the name of a usage
NO_CHARACTER = "\U0010ffff"  # in no font: drawn as .notdef
ZWJ, KEYCAP = "\u200d", "\u20e3"
# invisible: soft hyphen, zero-width space, marks of direction, variation selectors, tags
IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff\x00-\x08\x0e-\x1f\x7f-\x9f]"
)
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
PICTOGRAPH = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
# scripts that need shaping, or that run from right to left
COMPLEX = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00011fff\U0001e800-\U0001efff]"
)
# order of fonts: the first match of a file name wins
PREFERRED = (
    r"notosans-regular|notosans\[|segoeui\.|sfns|helvetica",
    r"dejavusans\.|arialuni|arial unicode|notosans[a-z]+-(regular|medium)|notosans[a-z]*\[",
    r"emoji|seguisym|symbol",
    r"liberationsans-regular|freesans\.|arial\.|nirmala|tahoma\.|unifont",
)
AVOIDED = re.compile(r"bold|italic|oblique|black|thin|light|condensed|narrow|mono|serif")
NEVER = re.compile(r"lastresort|adobe ?blank|awesome|icon", re.I)  # boxes, and other signs


def font_runs(text: str, font: Path) -> list[tuple[Path, str]]:
    """Return the drawable parts of a line, each with its font, in visual order."""
    drawn, _ = _assign(text, font)
    runs = [
        (path, "".join(cluster for _, cluster in group))
        for path, group in groupby(drawn, key=lambda item: item[0])
    ]
    if not is_right_to_left(text):
        return runs
    return [(path, run if is_right_to_left(run) else _mirrored(run)) for path, run in runs[::-1]]


def drawable(text: str, font: Path) -> str:
    """Return a text without the characters that no font has."""
    drawn, missing = _assign(text, font)
    if not missing:
        return "".join(cluster for _, cluster in drawn)
    text = re.sub(r" +", " ", "".join(cluster for _, cluster in drawn)).strip()
    return re.sub(r" (?=[.,;:!?)])", "", text)


def missing_characters(texts: Iterable[str], font: Path) -> list[str]:
    """Return the characters that no font has, each once, in their order."""
    return list(dict.fromkeys(cluster for text in texts for cluster in _assign(text, font)[1]))


def name_characters(characters: Iterable[str], most: int = 24) -> str:
    """Name characters in a message: "😀 U+1F600, U+E000"."""
    names = []
    for cluster in characters:
        code = " ".join(f"U+{ord(char):04X}" for char in cluster)
        names.append(f"{cluster} {code}" if cluster.isprintable() else code)
    return ", ".join(names[:most]) + ("…" if len(names) > most else "")


def is_right_to_left(text: str) -> bool:
    """Return True if the first letter of a line is Arabic, Hebrew or the like."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def _mirrored(run: str) -> str:
    """Swap the spaces around a left-to-right part of a right-to-left line."""
    core = run.strip()
    before, _, after = run.partition(core)
    return after + core + before if core else run


def clusters(text: str) -> Iterator[str]:
    """Yield graphemes: a letter with its accents, an emoji with its parts, a flag."""
    cluster = ""
    for char in unicodedata.normalize("NFC", text):
        is_part = unicodedata.category(char) in ("Mn", "Me", "Mc") or bool(SKIN_TONE.match(char))
        is_part = is_part or bool(IGNORABLE.match(char)) or cluster.endswith(ZWJ)
        is_flag = bool(FLAG.fullmatch(cluster) and FLAG.match(char))
        if cluster and not (is_part or is_flag):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


@lru_cache(maxsize=512)
def _assign(text: str, font: Path) -> tuple[list[tuple[Path, str]], list[str]]:
    """Return the clusters of a line with their fonts, and those that no font has."""
    if text.isascii() and text.isprintable():
        return [(font, text)] if text else [], []
    drawn: list[tuple[Path, str]] = []
    missing: list[str] = []
    for cluster in clusters(re.sub(r"\s", " ", text)):
        visible = _visible(cluster)
        if not visible:
            continue
        path = _find_font(visible, font)
        if path is None:
            # the base alone: a digit without its keycap, a thumb without its skin tone
            missing.append(cluster)
            base = visible[0]
            path, visible = (_find_font(base, font) if len(visible) > 1 else None), base
            if path is None or PICTOGRAPH.match(base) and ZWJ in cluster:
                continue
        drawn.append((path, visible))
    return _with_neutral_fonts(drawn, font), missing


def _visible(cluster: str) -> str:
    """Remove invisible characters, except joiners within an emoji or a complex script."""
    joins = bool(COMPLEX.search(cluster) or PICTOGRAPH.search(cluster))
    kept = cluster if joins and ZWJ in cluster.strip(ZWJ) else IGNORABLE.sub("", cluster)
    return "".join(char for char in kept if char in "\u200c\u200d" or not IGNORABLE.match(char))


def _with_neutral_fonts(drawn: list[tuple[Path, str]], font: Path) -> list[tuple[Path, str]]:
    """Give spaces and marks between two parts in one font that font, so that they stay together."""
    out = list(drawn)
    for index, (_, cluster) in enumerate(drawn):
        if any(char.isalnum() for char in cluster) or not index:
            continue
        following = (path for path, other in drawn[index:] if any(map(str.isalnum, other)))
        before, after = out[index - 1][0], next(following, font)
        if before == after != font and _has_glyphs(before, cluster):
            out[index] = (before, cluster)
    return out


def _find_font(cluster: str, font: Path) -> Path | None:
    if PRIVATE.search(cluster) or (COMPLEX.search(cluster) and not _shapes()):
        return None
    if _has_glyphs(font, cluster):
        return font
    return _find_system_font(cluster)


@lru_cache(maxsize=4096)
def _find_system_font(cluster: str) -> Path | None:
    return next((path for path in system_fonts() if _has_glyphs(path, cluster)), None)


@lru_cache(maxsize=1)
def system_fonts() -> tuple[Path, ...]:
    """List the fonts of the system, upright ones of common families first."""
    paths = [
        path
        for folder in map(Path, FONT_FOLDERS)
        for path in folder.expanduser().rglob("*")
        if path.suffix.lower() in (".ttf", ".otf", ".ttc") and not NEVER.search(path.name)
    ]
    return tuple(sorted(paths, key=_rank)[:MAX_FONTS])


def _rank(path: Path) -> tuple[int, int, str]:
    name = path.name.lower()
    family = next(
        (n for n, words in enumerate(PREFERRED) if re.search(words, name)), len(PREFERRED)
    )
    return bool(AVOIDED.search(name)), family, name


@lru_cache(maxsize=8192)
def _has_glyphs(path: Path, cluster: str) -> bool:
    """Return True if a font has a glyph for every visible character of a cluster."""
    face = load_sample(path)
    if face is None:
        return False
    notdef = _glyph(face, NO_CHARACTER)
    for char in cluster:
        if char in "\u200c\u200d" or char.isspace():
            continue
        glyph = _glyph(face, char)
        if glyph == notdef or (
            not glyph[1].strip(b"\0") and unicodedata.category(char)[0] in "LNPS"
        ):
            return False
    return True


def _glyph(face: "FreeTypeFont", char: str) -> tuple[tuple[int, int], bytes]:
    mask = face.getmask(char, "L")
    return mask.size, bytes(mask)


@lru_cache(maxsize=256)
def load_sample(path: Path) -> "FreeTypeFont | None":
    """Load a font to compare its glyphs, or None for a file that is none.

    A font of bitmaps has one size.
    """
    from PIL import ImageFont

    for size in (SAMPLE_SIZE, *BITMAP_SIZES):
        try:
            return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
        except OSError as error:
            if "pixel size" not in str(error):
                return None
    return None


@lru_cache(maxsize=1)
def _shapes() -> bool:
    """Return True if Pillow shapes complex scripts and orders right-to-left text."""
    from PIL import features

    return bool(features.check("raqm") and features.check("fribidi"))
