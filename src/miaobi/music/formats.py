"""Files of music, whatever their format: MIDI, MusicXML and ABC."""

from collections.abc import Callable
from pathlib import Path

from miaobi.core.errors import MediaError
from miaobi.music import abc_notation, midi, musicxml
from miaobi.music.score import Score

LARGEST = 20_000_000  # bytes of a file
# format -> (media type, writer)
FORMATS: dict[str, tuple[str, Callable[[Score], bytes]]] = {
    "mid": ("audio/midi", midi.write),
    "musicxml": ("application/vnd.recordare.musicxml+xml", musicxml.write),
}


def read_score(source: bytes | Path) -> Score:
    """A MIDI, MusicXML or ABC file, told by what is in it, as a score.

    Raises MediaError for a file that is not there, is none of them, is damaged or has no notes.
    """
    name = "this" if isinstance(source, bytes) else source
    data = source if isinstance(source, bytes) else _read(source)
    if data.startswith(b"MThd"):
        return midi.read(data, name)
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    packed_or_wide = data.startswith((b"PK", b"\xff\xfe<", b"\xfe\xff\0<"))
    if packed_or_wide or start.startswith(b"<"):
        return musicxml.read(data, name)
    if b"\0" not in data and any(line.startswith(b"K:") for line in data.splitlines()):
        return abc_notation.read(data, name)
    raise MediaError(
        "{name} is not music that can be read.",
        "MIDI (.mid), MusicXML (.musicxml, .mxl) and ABC (.abc) can; export it as one of them.",
        name=name,
    )


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=path)
    if path.stat().st_size > LARGEST:
        raise MediaError(
            "{name} is too large for a piece of music.",
            "The limit is {limit} MB.",
            name=path,
            limit=LARGEST // 1_000_000,
        )
    return path.read_bytes()
