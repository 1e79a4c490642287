"""Score files of any format: MIDI, MusicXML and ABC notation."""

from collections.abc import Callable
from pathlib import Path

from miaobi.core.errors import MediaError
from miaobi.music import abc_notation, midi, musicxml
from miaobi.music.score import Score

MAX_BYTES = 20_000_000  # of a file
# format -> (media type, writer)
FORMATS: dict[str, tuple[str, Callable[[Score], bytes]]] = {
    "mid": ("audio/midi", midi.write),
    "musicxml": ("application/vnd.recordare.musicxml+xml", musicxml.write),
}


def read_score(source: bytes | Path) -> Score:
    """Read a MIDI, MusicXML or ABC file; the format is detected from the content.

    Raises MediaError if the file is missing, damaged, of another format, or has no notes.
    """
    name = "this" if isinstance(source, bytes) else source
    data = source if isinstance(source, bytes) else _read_file(source)
    if data.startswith(b"MThd"):
        return midi.read(data, name)
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    is_archive_or_utf16 = data.startswith((b"PK", b"\xff\xfe<", b"\xfe\xff\0<"))
    if is_archive_or_utf16 or start.startswith(b"<"):
        return musicxml.read(data, name)
    if b"\0" not in data and any(line.startswith(b"K:") for line in data.splitlines()):
        return abc_notation.read(data, name)
    raise MediaError(
        "{name} is not a supported score file.",
        "Supported formats: MIDI (.mid), MusicXML (.musicxml, .mxl) and ABC (.abc).",
        name=name,
    )


def _read_file(path: Path) -> bytes:
    if not path.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=path)
    if path.stat().st_size > MAX_BYTES:
        raise MediaError(
            "{name} is too large for a score file.",
            "The limit is {limit} MB.",
            name=path,
            limit=MAX_BYTES // 1_000_000,
        )
    return path.read_bytes()
