"""Corpus of scores: chorales (MusicXML) and fiddle tunes (ABC) as labeled token sequences.

Labels that the files lack are estimated: the style from a tune's rhythm or title, the mood from the
mode and the note density of the melody.
"""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import replace

from miaobi.assets.store import asset_folder
from miaobi.core.events import Progress
from miaobi.core.paths import atomic_write, cache_dir
from miaobi.data.scores import TokenizedPiece
from miaobi.music import abc_notation, musicxml
from miaobi.music.keys import Key
from miaobi.music.score import GRID, Score, beat_ticks, estimate_key
from miaobi.music.tokens import METERS, ROLES, Control, encode

SCORES = "scores"  # the asset
LAYOUT = 2  # of the cache file; a new layout invalidates it
LAST_RECORD = b"PK\x05\x06"  # of a ZIP archive; 22 bytes, at its end
SLOW, FAST = 2.0, 4.2  # notes per second of calm and of lively melodies
INCIPIT = 9  # first intervals, which identify a tune
# beats per minute of tunes without a tempo
DEFAULT_TEMPOS = {
    "chorale": 72,
    "jig": 116,
    "reel": 104,
    "hornpipe": 88,
    "strathspey": 120,
    "waltz": 144,
    "march": 104,
    "air": 76,
    "tune": 100,
}
# style -> words of a rhythm or title
STYLE_WORDS = (
    ("strathspey", "strathspey|fling"),
    ("hornpipe", "hornpipe|clog"),
    ("waltz", "waltz"),
    ("march", "march|quick ?step"),
    ("jig", "jig"),
    ("reel", "reel"),
    ("air", r"\bair\b|lament|slow"),
)


def read_pieces() -> Generator[Progress, None, list[TokenizedPiece]]:
    """Read all pieces, from the cache after the first time. Raises MissingAsset."""
    source = asset_folder(SCORES)
    path = cache_dir() / f"scores-{LAYOUT}.json"
    if not path.is_file():
        pieces: list[TokenizedPiece] = []
        archives = list(_archives((source / "chorales.mxls").read_bytes()))
        text = (source / "tunes.abc").read_bytes().decode("latin-1").replace("\r", "")
        tunes = abc_notation.split_tunes(text)
        total = len(archives) + len(tunes)
        inputs: list[bytes | str] = [*archives, *tunes]
        for number, data in enumerate(inputs):
            piece = _chorale(data) if isinstance(data, bytes) else _tune(data)
            pieces += [piece] if piece else []
            yield Progress("scores", number + 1, total)
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [[piece.kind, piece.origin, piece.tokens] for piece in pieces]
        atomic_write(path, json.dumps(rows, separators=(",", ":")).encode())
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [TokenizedPiece(tokens, kind, origin) for kind, origin, tokens in rows]


def mood_of(key: Key, density: float) -> str:
    """Estimate the mood of a melody from its key and its notes per second."""
    if density >= FAST:
        return "lively"
    if key.mode == "minor":
        return "sad" if density < SLOW else "dark"
    return "calm" if density < SLOW else "happy"


def _archives(data: bytes) -> Iterator[bytes]:
    """Split concatenated ZIP archives."""
    start = 0
    while start < len(data):
        end = data.index(LAST_RECORD, start) + 22
        yield data[start:end]
        start = end


def _chorale(data: bytes) -> TokenizedPiece | None:
    """Read a chorale of four voices; None for other pieces, such as those with trumpets."""
    score = musicxml.read(data, "chorale")
    if len(score.parts) != len(ROLES) or score.meter not in METERS:
        return None
    # key signatures of the time often lack a flat, so the key is estimated from the notes
    return _piece(replace(score, key=estimate_key(score)), "chorale", len(ROLES))


def _tune(text: str) -> TokenizedPiece | None:
    """Read a fiddle tune; None if its bar lines contradict its meter."""
    score, fitting = abc_notation.read_tune(text, "tune")
    if fitting < 1 or score.meter not in METERS or len(score.parts) > 1:
        return None
    return _piece(score, _style(text), 1, has_tempo="\nQ:" in text)


def _style(text: str) -> str:
    """Find the style named by the rhythm or title of a tune."""
    names = " ".join(re.findall(r"(?m)^[RT]:(.*)$", text)).lower()
    return next((style for style, words in STYLE_WORDS if re.search(words, names)), "tune")


def _piece(score: Score, style: str, voices: int, has_tempo: bool = False) -> TokenizedPiece:
    """Encode a score with its labels; without `has_tempo` its tempo is that of the style."""
    melody = [note for note in score.notes if note.part == 0]
    beat = beat_ticks(score.meter)
    tempo = score.tempo * GRID / beat if has_tempo else DEFAULT_TEMPOS[style]
    seconds = score.ticks / beat * 60 / tempo
    mood = mood_of(score.key, len(melody) / max(seconds, 1e-6))
    intervals = [b.pitch - a.pitch for a, b in zip(melody, melody[1:], strict=False)]
    control = Control(style, tempo=tempo, mood=mood, voices=voices)
    kind = "chorales" if style == "chorale" else "tunes"
    return TokenizedPiece(encode(score, control), kind, ",".join(map(str, intervals[:INCIPIT])))
