"""The ffmpeg program as a subprocess, and how it opens files that anyone may have made.

Only local files in a container of sound or video are opened. A playlist, a list of files or an
address is refused, since each of them could make ffmpeg read other files or the network.
"""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from miaobi.core.arrays import Samples
from miaobi.core.errors import EngineError

QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
# demuxers of ffmpeg; none of them opens a second file
CONTAINERS = (
    "aac ac3 aiff amr amrnb amrwb ape asf au avi caf dsf dts dtshd eac3 flac flv gif matroska mov"
    " mp3 mpc mpc8 mpeg mpegts mpegvideo nistsphere ogg oma rm tak truehd tta voc w64 wav webp_anim"
    " webp_pipe wv"
)
MAX_ALLOCATION = 1 << 28  # bytes of one buffer of ffmpeg
MAX_CPU_SECONDS = 600
BLOCK = 1 << 18  # bytes read at once
AU_HEADER = 24  # bytes


def ffmpeg_path() -> str:
    """Return the path of the ffmpeg of imageio-ffmpeg. Raises EngineError if missing."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise EngineError("ffmpeg could not be started: {reason}.", reason=error) from error


def input_options(path: Path) -> list[str]:
    """Return the options that open a file of anyone: local, in a known container, bounded."""
    return [
        *("-protocol_whitelist", "file,pipe"),
        *("-format_whitelist", ",".join(CONTAINERS.split())),
        *("-max_alloc", str(MAX_ALLOCATION)),
        *("-i", f"file:{path}"),  # concat:a and -a would be more than names
    ]


class NoSoundTrack(Exception):
    """The file is intact, but has no sound track."""


def read_sound(path: Path) -> Iterator[tuple[Samples, int]]:
    """Decode the sound track of a file in blocks: (float32 (T, 1 or 2), rate).

    More than two channels are mixed to stereo. A file without sound ends at once; what comes
    before damage is read. Raises NoSoundTrack.
    """
    command = [
        ffmpeg_path(),
        *("-hide_banner", "-nostdin", "-loglevel", "fatal", "-timelimit", str(MAX_CPU_SECONDS)),
        *input_options(path),
        *("-vn", "-sn", "-dn", "-af", "aformat=channel_layouts=mono|stereo"),
        *("-c:a", "pcm_f32be", "-f", "au", "-"),
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        try:
            yield from _read_au(process.stdout)
            process.wait()
        finally:
            process.kill()
            process.communicate()
        log.seek(0)
        if process.returncode and log.read(1000).startswith(b"Error opening output"):
            raise NoSoundTrack


def _read_au(stream: IO[bytes]) -> Iterator[tuple[Samples, int]]:
    """Yield the samples of an AU file (T, C) with 32-bit floats. The header ends at its offset."""
    import numpy as np

    header = stream.read(AU_HEADER)
    if len(header) < AU_HEADER:
        return
    offset, _, _, rate, channels = (
        int.from_bytes(header[at : at + 4], "big") for at in range(4, AU_HEADER, 4)
    )
    stream.read(offset - AU_HEADER)
    size = BLOCK - BLOCK % (4 * channels)
    while data := stream.read(size):
        whole = len(data) - len(data) % (4 * channels)
        yield np.frombuffer(data[:whole], ">f4").astype("f4").reshape(-1, channels), rate


@contextlib.contextmanager
def as_file(data: bytes | Path) -> Iterator[Path]:
    """Return the path of a file, or of a temporary file with the bytes."""
    if isinstance(data, Path):
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="miaobi-") as folder:
        path = Path(folder) / "recording"
        path.write_bytes(data)
        yield path
