"""Score readers against music21, note for note, and damaged files.

    python -m benchmarks.music_readers

Requires music21, as benchmarks.music does. Compared is the music as it is written: repeats once,
all endings in a row. music21 10.5 misreads some ABC that the standard 2.1 defines; `plain_abc`
writes that music in signs that music21 reads, and the tunes in MISREAD stay as they are.
"""

import re
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.fuzzing import SCORE_KINDS, damaged_scores
from benchmarks.measuring import figure, write
from miaobi.assets.store import asset_folder
from miaobi.core.errors import MiaobiError
from miaobi.music import musicxml
from miaobi.music.formats import read_score
from miaobi.music.score import GRID
from miaobi.notation.abc_body import parse_tune
from miaobi.notation.abc_lines import split_tunes

TUNES, CHORALES = 600, 100  # that are compared
DAMAGED = 2000  # files of each format
MUSIC_LINE = re.compile(r"(?![A-Za-z]:|%)")
HEADER_LINE = re.compile(r"[A-Za-z]:|%")
ACCIDENTALS = re.compile(r"[\^_=]")
SIMPLER: tuple[
    tuple[str, str | Callable[[re.Match[str]], str]], ...
] = (  # what music21 stumbles over -> the same music without it
    (r'\["[^"]*"', ""),  # ["Coda" is a chord
    (r'"[^"]*"', ""),  # "> before a note drops the note
    (r"\{[^}^_=]*\}-?", ""),  # grace notes: counted in tuplets, break a>{c}b
    (r"![^!|\s]*!|!", ""),  # a single ! drops what follows
    (r"\((?![2-9])|\)|`|\.(?!\|)", ""),  # slurs and staccato break a)>b and a>.b
    (r"[~HLMOPSTuvk](?=[\s^_=A-Ga-gzx~HLMOPSTuvkJ({|\[])", ""),  # H drops the next note
    (r"([<>]+)-", r"-\1"),  # a>-b
    (r"-([<>]+)", r"\1"),
    (r"[xX](?=[\d/|\s:\[]|$)", "z"),  # invisible rests take no time
    (r"\[([A-Ga-g][^\]|]*-)\]", lambda match: f"[{match[1].replace('-', '')}]-"),  # [b4-B4-]
    (r"\[([KLM]:[^\]]*)\]", r"\n\1\n"),  # an inline field after a bar line
    (r"([A-Ga-gz])::", r"\1 ::"),  # E:: at the end of a line is taken for a field
)
CHAIN = "a>b>c: the note between is not shortened"
# title -> what music21 does against the standard 2.1
MISREAD: dict[str, str] = {
    "Lady Ann Hope's Favourite.": "a>{^c}b is not broken",
    "A Shepherd once had lost his love.": "B3// is 3/2 and not 3/4",
    "I Could But I Wont": "a > at the end of a line lengthens nothing",
    "John O'Dwyer of the Glen": "the tie of G>-G is lost",
    "The Lowbacked Car": "a rest of whole bars (Z) takes no time",
    "I'm Asleep and Don't Awaken Me.": "an accidental in a chord ends before the bar line",
    "The Fairy Queen": "a rest of whole bars (Z) takes no time",
    "Doherty's Fancy": "+E3A3+, a chord of the standard 1.6, is two notes",
    "Bryan O'Lynn": "an invisible rest takes no time",
    "The Silver Tip": "a rest of whole bars (Z) takes no time",
    "The Sunrise": CHAIN,
    "The Northern Troupe": CHAIN,
    "BUCKLEY'S -- HORNPIPE": "B/>(=A is not broken",
    "ESSENCE OF OLD KENTUCKY.": "the ties of [d3-d'3-] are lost",
    "H -- ' on the Wabash -- Jig": "a>{^g}a is not broken",
    "THE HEADLIGHT -- JIG": "the stray 3 of ^3^F lengthens a note",
    "Mardi Gras -- Reel": "the tie between staccato chords is lost",
    "MY LADY'S GOON HAS GAIRS ON'T -- STRATHSPEY": '["Coda" is a chord',
    "Tidal Wave -- Jig": "a broken rhythm after a slur is lost",
    'WALK AROUND. -- "BRUDDER BONES."': "an accidental in a chord ends before the bar line",
    'WALK AROUND. -- "HEY, DADDY."': "the ties of [b4-B4-] are lost",
}
Notes = list[tuple[int, int, int]]  # start, pitch and length in ticks


def plain_abc(text: str) -> str:
    """Write a tune without the signs that music21 misreads."""
    head, _, body = (
        text.replace("=20\n", "\n").replace("=\n", "").replace("=3D", "=").partition("\nK:")
    )
    key, _, music = body.partition("\n")
    lines = []
    for line in music.split("\n"):
        if MUSIC_LINE.match(line):
            line = line.split("%")[0]
            for pattern, simpler in SIMPLER:
                line = re.sub(pattern, simpler, line)
        lines.append(line)
    header = [line for line in head.split("\n") if HEADER_LINE.match(line)]
    # without a version accidentals do not hold until the bar line
    return "\n".join(["%abc-2.1", *header, f"K:{key}", *lines])


def voices_of(text: str) -> list[str]:
    """Split a tune whose lines begin with [V:1] into a tune for each voice: they become one."""
    names = list(dict.fromkeys(re.findall(r"(?m)^\s*\[V:(\w+)\]", text)))
    if not names:
        return [text]
    lines = text.split("\n")
    return [
        "\n".join(
            re.sub(r"^\s*\[V:\w+\]", "", line)
            for line in lines
            if not re.match(r"\s*(\[V:|V:)", line) or re.match(rf"\s*\[V:{name}\]", line)
        )
        for name in names
    ]


def music21_notes(score: Any) -> list[Notes]:
    """Return the notes of each part of a music21 score, with ties joined."""
    from music21 import chord, harmony

    found = []
    for part in list(score.parts) or [score]:
        events = []
        for element in part.flatten().notes:
            if isinstance(element, harmony.Harmony) or element.duration.isGrace:
                continue
            members = element.notes if isinstance(element, chord.Chord) else [element]
            start = Fraction(element.offset).limit_denominator(9999)
            end = start + Fraction(element.quarterLength).limit_denominator(9999)
            for note in members:
                tie = note.tie or element.tie
                events.append((start, note.pitch.midi, end, tie.type if tie else ""))
        found.append(joined(sorted(events)))
    return [notes for notes in found if notes]


def joined(events: list[tuple[Fraction, int, Fraction, str]]) -> Notes:
    """Join tied notes, and round to ticks."""
    notes: list[list[Any]] = []
    tied: dict[int, int] = {}  # pitch -> index into notes
    for start, pitch, end, tie in events:
        if tie in ("stop", "continue") and pitch in tied and notes[tied[pitch]][2] == start:
            notes[tied[pitch]][2] = end
            if tie == "stop":
                del tied[pitch]
            continue
        notes.append([start, pitch, end])
        if tie == "start":
            tied[pitch] = len(notes) - 1
    return sorted(ticks(start, pitch, end) for start, pitch, end in notes)


def ticks(start: Fraction, pitch: int, end: Fraction) -> tuple[int, int, int]:
    """Round a note to ticks."""
    return round(start * GRID), pitch, round(end * GRID) - round(start * GRID)


def our_notes(text: str) -> list[Notes]:
    """Return the notes of each voice of a tune, all endings in a row."""
    voices = parse_tune(text, all_endings=True).voices
    found = [
        sorted(ticks(note.start, note.pitch, note.start + note.length) for note in voice.notes())
        for voice in voices
    ]
    return [notes for notes in found if notes]


def compare_tunes(count: int) -> tuple[Counter[str], list[str]]:
    """Compare tunes of the asset; return how many agree, and the titles of the others."""
    from music21 import converter

    text = (asset_folder("scores") / "tunes.abc").read_bytes().decode("latin-1").replace("\r", "")
    tunes = split_tunes(text)
    results: Counter[str] = Counter()
    others = []
    for tune in tunes[:: max(1, len(tunes) // count)]:
        try:
            theirs = [
                notes
                for voice in voices_of(tune)
                for notes in music21_notes(converter.parse(plain_abc(voice), format="abc"))
            ]
        except Exception:  # music21 raises anything
            results["unread by music21"] += 1
            continue
        same = our_notes(tune) == theirs
        results["equal" if same else "different"] += 1
        if not same:
            others.append(re.sub(r"\s+", " ", tune.partition("T:")[2].partition("\n")[0]).strip())
    return results, others


def split_archives() -> Iterator[bytes]:
    """Split the chorales of the asset into their archives, which end with 22 bytes."""
    data, position = (asset_folder("scores") / "chorales.mxls").read_bytes(), 0
    while position < len(data):
        end = data.index(b"PK\x05\x06", position) + 22
        yield data[position:end]
        position = end


def compare_chorales(count: int) -> Counter[str]:
    """Compare the notes of chorales in MusicXML, each part as a whole."""
    from music21 import converter

    archives = list(split_archives())
    results: Counter[str] = Counter()
    folder = Path(sys.argv[0]).parent
    for number, data in enumerate(archives[:: max(1, len(archives) // count)]):
        path = folder / f"chorale-{number}.mxl"
        path.write_bytes(data)
        try:
            theirs = music21_notes(converter.parse(path, forceSource=True))
        finally:
            path.unlink()
        score = musicxml.read(data, "chorale")
        ours = [
            sorted(
                (note.start, note.pitch, note.length) for note in score.notes if note.part == part
            )
            for part in range(len(score.parts))
        ]
        ours = [notes for notes in ours if notes]
        if len(ours) != len(theirs):  # the staves of one part
            ours, theirs = [sorted(sum(ours, []))], [sorted(sum(theirs, []))]
        results["equal" if ours == theirs else "different"] += 1
    return results


def read_damaged(kind: str, count: int) -> dict[str, Any]:
    """Read damaged files; return how many were read and refused, the longest time and memory."""
    results: Counter[str] = Counter()
    slowest = 0.0
    before = peak_mb()
    for data in damaged_scores(kind, count):
        started = time.perf_counter()
        try:
            read_score(data)
            results["read"] += 1
        except MiaobiError:
            results["refused"] += 1
        except Exception as error:  # the fault that is looked for
            results[f"failed: {type(error).__name__}"] += 1
        slowest = max(slowest, time.perf_counter() - started)
    more = round(peak_mb() - before)
    return {"slowest_seconds": round(slowest, 3), "more_memory_mb": more, **results}


def peak_mb() -> float:
    """Return the peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure, and write results/music_readers.json."""
    warnings.simplefilter("ignore")
    started = time.perf_counter()
    tunes, others = compare_tunes(TUNES)
    chorales = compare_chorales(CHORALES)
    figures = [
        figure(
            "tunes in ABC that are note for note as music21 reads them",
            "%",
            [100 * tunes["equal"] / tunes.total()],
            at_least=99,
            tunes=tunes.total(),
            differences={title: MISREAD.get(title, "not explained") for title in others},
        ),
        figure(
            "chorales in MusicXML that are note for note as music21 reads them",
            "%",
            [100 * chorales["equal"] / chorales.total()],
            at_least=99,
            chorales=chorales.total(),
        ),
    ]
    for kind in SCORE_KINDS:
        results = read_damaged(kind, DAMAGED)
        failed = sum(count for name, count in results.items() if name.startswith("failed"))
        figures.append(
            figure(
                f"damaged files of {kind} that end in neither a score nor a clear message",
                "files",
                [failed],
                at_most=0,
                files=DAMAGED,
                **results,
            )
        )
    figures.append(figure("duration of this measurement", "s", [time.perf_counter() - started]))
    write("music_readers", "python -m benchmarks.music_readers", figures)


if __name__ == "__main__":
    main()
