"""Score files of any format: MIDI, MusicXML and ABC notation."""

from collections.abc import Callable
from pathlib import Path

from miaobi.core.errors import MediaError
from miaobi.music import abc_notation, midi, musicxml
from miaobi.music.score import Score

MAX_BYTES = 20_000_000  # of a file
HEADER = b"MThd"  # of MIDI
RIFF_MIDI = b"RMID"  # form type of a RIFF file that holds MIDI
JUNK = 1 << 16  # bytes that may precede a MIDI file
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# format -> (media type, writer)
FORMATS: dict[str, tuple[str, Callable[[Score], bytes]]] = {
    "mid": ("audio/midi", midi.write),
    "musicxml": ("application/vnd.recordare.musicxml+xml", musicxml.write),
}


def read_score(source: bytes | Path) -> Score:
    """Read a MIDI, MusicXML or ABC file; the format is detected from the content.

    Raises MediaError if the file is missing, of another format, or has no notes. What a damaged
    or richer file loses is named in Score.warnings.
    """
    name = "this" if isinstance(source, bytes) else source
    data = source if isinstance(source, bytes) else _read_file(source)
    if data.startswith(HEADER) or data[8:12] == RIFF_MIDI:
        return midi.read(data, name)
    if data.startswith(b"PK") or _is_xml(data):
        return musicxml.read(data, name)
    if abc_notation.is_abc(data):
        return abc_notation.read(data, name)
    if HEADER in data[:JUNK] and b"MTrk" in data:
        return midi.read(data, name)
    raise MediaError(
        "{name} is not a supported score file.",
        "Supported formats: MIDI (.mid), MusicXML (.musicxml, .mxl) and ABC (.abc).",
        name=name,
    )


def _is_xml(data: bytes) -> bool:
    """Return if a file begins with <, in any encoding and after a mark and spaces."""
    start = data[:2000]
    for mark in MARKS:
        start = start.removeprefix(mark)
    return start.lstrip(b" \t\r\n\0").startswith(b"<")


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
