"""The user's own material for a film: a script, pictures, a recorded voice, a song.

It is copied into the film's folder, where what the user gave stands before what would be made.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from miaobi.core.errors import DataError, NotFoundError
from miaobi.core.events import Done, Event, Progress, Segment, Word
from miaobi.core.film import MAX_SCENES
from miaobi.core.paths import atomic_write, write_error
from miaobi.core.sentences import language_of
from miaobi.film.project import Parts
from miaobi.media import audio
from miaobi.tasks.audio import stream_transcript

SCRIPTS = (".json", ".md", ".markdown", ".txt")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
SOUNDS = (".wav", ".flac", ".mp3", ".ogg")
QUIET = 0.12  # seconds of a recording kept before and after what is said in a shot


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder by name, or the one a file is. Raises NotFoundError or DataError."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise NotFoundError("There is no folder {path}.", "Check the name.", path=folder)
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    if not found:
        raise DataError(
            "There is no picture in {path}.", "PNG, JPEG, WebP, BMP and TIFF can.", path=folder
        )
    return found[:MAX_SCENES]


def take_script(path: Path, parts: Parts) -> None:
    """A script as JSON, or prose or Markdown to be told. Raises NotFoundError or DataError."""
    _check(path, SCRIPTS)
    _copy(path, parts, "script")


def take_pictures(pictures: Sequence[Path], parts: Parts) -> None:
    """Pictures, one a shot, in their order."""
    for number, path in enumerate(pictures, 1):
        _copy(path, parts, f"pictures/{number:02}")


def take_song(path: Path, parts: Parts) -> None:
    """A song instead of composed music. Raises NotFoundError or DataError."""
    _check(path, SOUNDS)
    _copy(path, parts, "music")


def take_voice(path: Path, parts: Parts, scenes: int) -> Iterator[Event]:
    """A recording that tells the film: written down, and shared out over scenes where it pauses.

    Raises NotFoundError or DataError.
    """
    _check(path, SOUNDS)
    mark = {"recording": path, "scenes": scenes}
    if parts.current("recording", mark) is not None:
        return
    yield Progress("narration", 0, 1)
    heard: dict[str, Any] = {}
    for event in stream_transcript(path, format="json"):
        if isinstance(event, Done):
            heard = json.loads(event.artifact.text)
    segments = [_segment(row) for row in heard.get("segments", ()) if row["text"].strip()]
    if not segments:
        raise DataError("Nothing is said in {path}.", "Check the recording.", path=path)
    samples, rate = audio.decode(path)
    rows = []
    for number, group in enumerate(_groups(segments, scenes), 1):
        start = max(0.0, group[0].start - QUIET)
        end = min(len(samples) / rate, group[-1].end + QUIET)
        piece = samples[round(start * rate) : round(end * rate)]
        _write(parts, f"narration/{number:02}.wav", audio.encode(piece, rate, "wav"))
        words = [word for segment in group for word in segment.words]
        told = [
            {
                "word": w.text.strip(),
                "start": round(w.start - start, 3),
                "end": round(w.end - start, 3),
            }
            for w in words
        ]
        _write(parts, f"words/{number:02}.json", json.dumps(told, ensure_ascii=False).encode())
        joint = "" if heard.get("language") == "zh" else " "
        rows.append({"say": joint.join(segment.text.strip() for segment in group)})
    language = language_of(" ".join(row["say"] for row in rows))
    script = {"language": language, "scenes": rows}
    if not any((parts.folder / f"script{ending}").exists() for ending in SCRIPTS):
        _write(parts, "script.json", json.dumps(script, ensure_ascii=False, indent=1).encode())
    parts.keep("recording", "txt", mark, f"{path.name}\n".encode())


def _segment(row: dict[str, Any]) -> Segment:
    words = tuple(Word(w["word"], w["start"], w["end"]) for w in row["words"])
    return Segment(row["text"], row["start"], row["end"], words)


def _groups(segments: list[Segment], scenes: int) -> list[list[Segment]]:
    """Sentences shared out over scenes of much the same length."""
    scenes = max(1, min(scenes, len(segments)))
    whole = segments[-1].end - segments[0].start or 1.0
    out: list[list[Segment]] = [[] for _ in range(scenes)]
    for number, segment in enumerate(segments):
        middle = (segment.start + segment.end) / 2 - segments[0].start
        place = min(scenes - 1, int(middle / whole * scenes))
        out[max(place, scenes - (len(segments) - number))].append(segment)
    return [group for group in out if group]


def _check(path: Path, endings: tuple[str, ...]) -> None:
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    if path.suffix.lower() not in endings:
        raise DataError(
            "{path} cannot be used here.",
            "It has to end in one of: {endings}.",
            path=path,
            endings=" ".join(endings),
        )


def _copy(source: Path, parts: Parts, name: str) -> None:
    """Into the folder, in the place of what the user gave before."""
    target = parts.folder / f"{name}{source.suffix.lower()}"
    for old in target.parent.glob(f"{target.stem}.*") if target.parent.is_dir() else ():
        if old.stem == target.stem and old != target and parts.owned(name, old):
            old.unlink()
    if target.exists() and target.samefile(source):
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        label = source.with_name(source.name + ".c2pa")
        if label.is_file():  # its label goes with it
            shutil.copyfile(label, target.with_name(target.name + ".c2pa"))
    except OSError as error:
        raise write_error(target, error) from error


def _write(parts: Parts, name: str, data: bytes) -> None:
    path = parts.folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
    atomic_write(path, data)
