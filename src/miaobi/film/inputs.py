"""Material of the user for a film: a script, pictures, recorded narration, a song.

It is copied into the project, where a file of the user takes precedence over a generated one.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from miaobi.core.errors import DataError, NotFoundError
from miaobi.core.events import Done, Event, Progress, Segment, Word
from miaobi.core.film import MAX_SCENES
from miaobi.core.paths import atomic_write, write_error
from miaobi.core.sentences import join_lines, language_of
from miaobi.film.project import Project, words_to_json
from miaobi.media import audio
from miaobi.tasks.audio import stream_transcript

SCRIPT_EXTENSIONS = (".json", ".md", ".markdown", ".txt")
PICTURE_EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
AUDIO_EXTENSIONS = tuple(f".{extension}" for extension in audio.EXTENSIONS)
PADDING = 0.12  # seconds of a recording kept before and after the speech of a shot


def list_pictures(folder: Path) -> list[Path]:
    """Return the pictures of a folder by name, or a file. Raises NotFoundError or DataError."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise NotFoundError("There is no folder {path}.", "Check the name.", path=folder)
    pictures = sorted(
        path for path in folder.iterdir() if path.suffix.lower() in PICTURE_EXTENSIONS
    )
    if not pictures:
        raise DataError(
            "There is no picture in {path}.", "Use PNG, JPEG, WebP, BMP or TIFF files.", path=folder
        )
    return pictures[:MAX_SCENES]


def copy_script(path: Path, project: Project) -> None:
    """Copy a script as JSON, prose or Markdown. Raises NotFoundError or DataError."""
    _check(path, SCRIPT_EXTENSIONS)
    _copy(path, project, "script")


def copy_pictures(pictures: Sequence[Path], project: Project) -> None:
    """Copy pictures, one per shot, in their order."""
    for number, path in enumerate(pictures, 1):
        _copy(path, project, f"pictures/{number:02}")


def copy_song(path: Path, project: Project) -> None:
    """Copy a song that replaces the music. Raises NotFoundError, DataError or MediaError."""
    _check(path, AUDIO_EXTENSIONS)
    audio.check_sound(path)
    _copy(path, project, "music")


def import_narration(path: Path, project: Project, scenes: int) -> Iterator[Event]:
    """Transcribe a recording, split it over scenes at its pauses, and write their script.

    Raises NotFoundError, DataError or MediaError.
    """
    _check(path)
    inputs = {"recording": path, "scenes": scenes}
    if project.current("recording", inputs) is not None:
        return
    yield Progress("narration", 0, 1)
    segments: list[Segment] = []
    for event in stream_transcript(path, format="json"):
        if isinstance(event, Done):
            segments = _read_transcript(event.artifact.text)
    if not segments:
        raise DataError("There is no speech in {path}.", "Check the recording.", path=path)
    samples, rate = audio.decode(path)
    lines = []
    for number, group in enumerate(_group(segments, scenes), 1):
        start = max(0.0, group[0].start - PADDING)
        end = min(len(samples) / rate, group[-1].end + PADDING)
        clip = samples[round(start * rate) : round(end * rate)]
        _write(project, f"narration/{number:02}.wav", audio.encode(clip, rate, "wav"))
        words = tuple(
            Word(word.text.strip(), word.start - start, word.end - start)
            for segment in group
            for word in segment.words
        )
        _write(project, f"words/{number:02}.json", words_to_json(words))
        lines.append(join_lines(segment.text.strip() for segment in group))
    script = {"language": language_of(" ".join(lines)), "scenes": [{"say": line} for line in lines]}
    if not any((project.folder / f"script{ending}").exists() for ending in SCRIPT_EXTENSIONS):
        _write(project, "script.json", json.dumps(script, ensure_ascii=False, indent=1).encode())
    project.write("recording", "txt", inputs, f"{path.name}\n".encode())


def _read_transcript(text: str) -> list[Segment]:
    """Read the segments of a transcript as JSON, with their words."""
    transcript = json.loads(text)
    return [
        Segment(
            row["text"],
            row["start"],
            row["end"],
            tuple(Word(word["word"], word["start"], word["end"]) for word in row["words"]),
        )
        for row in transcript.get("segments", ())
        if row["text"].strip()
    ]


def _group(segments: list[Segment], scenes: int) -> list[list[Segment]]:
    """Group segments into scenes of similar duration."""
    scenes = max(1, min(scenes, len(segments)))
    total = segments[-1].end - segments[0].start or 1.0
    groups: list[list[Segment]] = [[] for _ in range(scenes)]
    for number, segment in enumerate(segments):
        middle = (segment.start + segment.end) / 2 - segments[0].start
        index = min(scenes - 1, int(middle / total * scenes))
        groups[max(index, scenes - (len(segments) - number))].append(segment)
    return [group for group in groups if group]


def _check(path: Path, extensions: tuple[str, ...] = ()) -> None:
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    if extensions and path.suffix.lower() not in extensions:
        raise DataError(
            "{path} cannot be used here.",
            "It has to end in one of: {endings}.",
            path=path,
            endings=" ".join(extensions),
        )


def _copy(source: Path, project: Project, name: str) -> None:
    """Copy a file of the user into the project, in place of an earlier one."""
    target = project.folder / f"{name}{source.suffix.lower()}"
    for old in target.parent.glob(f"{target.stem}.*") if target.parent.is_dir() else ():
        if old.stem == target.stem and old != target and project.is_user_file(name, old):
            old.unlink()
    if target.exists() and target.samefile(source):
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        manifest = source.with_name(source.name + ".c2pa")
        if manifest.is_file():
            shutil.copyfile(manifest, target.with_name(target.name + ".c2pa"))
    except OSError as error:
        raise write_error(target, error) from error


def _write(project: Project, name: str, data: bytes) -> None:
    path = project.folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
    atomic_write(path, data)
