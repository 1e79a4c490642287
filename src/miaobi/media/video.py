"""Read and write videos with ffmpeg as a subprocess.

Frames are uint8 (H, W, 3) of one size. MP4 is H.264 with its index first (faststart).
"""

import contextlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from miaobi.core.arrays import Pixels
from miaobi.core.errors import EngineError, MediaError
from miaobi.media.ffmpeg import QUIET, ffmpeg_path, input_options

MEDIA_TYPES = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "gif": "image/gif",
    "webp": "image/webp",
    "png": "image/png",
}
# codec options of ffmpeg per format; every player supports yuv420p
CODECS = {
    # no B-frames: segments can be concatenated, and timestamps increase
    "mp4": "-c:v libx264 -preset veryfast -crf 20 -bf 0 -pix_fmt yuv420p -movflags +faststart",
    "webm": "-c:v libvpx-vp9 -crf 32 -b:v 0 -deadline realtime -cpu-used 6 -row-mt 1"
    " -pix_fmt yuv420p",
    "gif": "-filter_complex split[a][b];[a]palettegen[p];[b][p]paletteuse -loop 0",
    "webp": "-c:v libwebp_anim -quality 85 -loop 0",
}
# BT.709, which players assume at these sizes; otherwise colors shift
COLORS = (
    "-vf scale=out_color_matrix=bt709:out_range=tv -colorspace bt709 -color_primaries bt709"
    " -color_trc bt709 -color_range tv"
)
# what ffmpeg prints about a file
STREAM = re.compile(r"^  Stream #", re.M)
SIZE = re.compile(r", (\d+)x(\d+)[, ]")
FRAME_RATE = re.compile(r", ([\d.]+)(k?) (?:fps|tbr)\b")
DURATION = re.compile(r"^  Duration: (\d+):(\d+):([\d.]+)", re.M)
QUARTER_TURN = re.compile(r"rotation of -?(?:90|270)\.")
AUDIO = {"mp4": "-c:a aac -b:a 160k", "webm": "-c:a libopus -b:a 128k"}


@dataclass(frozen=True)
class VideoInfo:
    """Size in pixels, frame rate and duration of a video file, and whether it has audio."""

    width: int
    height: int
    fps: float
    seconds: float
    sound: bool


def write(frames: Iterable[Pixels], path: Path, fps: int, size: tuple[int, int]) -> Iterator[int]:
    """Encode frames uint8 (H, W, 3) into a file by its extension; yield their number so far.

    Closing the generator stops ffmpeg and leaves a partial file. Raises EngineError.
    """
    extension = path.suffix.lstrip(".")
    command = [
        ffmpeg_path(),
        *QUIET,
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{size[0]}x{size[1]}",
        "-r",
        str(fps),
        "-i",
        "-",
        *(COLORS.split() if extension in ("mp4", "webm") else ()),
        *CODECS[extension].split(),
        str(path),
    ]
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(_running(command))
        count = 0
        for count, frame in enumerate(frames, 1):
            _feed(process, frame)
            yield count
        _finish(process)
        if not count:
            raise EngineError("There are no frames to write.")


def concat(segments: list[Path], path: Path, sound: Path | None) -> None:
    """Concatenate segments of equal encoding without re-encoding, with an audio file.

    Raises EngineError.
    """
    extension = path.suffix.lstrip(".")
    table = path.with_suffix(".segments")
    lines = [f"file '{_quoted(segment)}'\n" for segment in segments]
    table.write_text("".join(lines), encoding="utf-8")
    command = [ffmpeg_path(), *QUIET, "-f", "concat", "-safe", "0", "-i", str(table)]
    if sound is not None:
        command += [*input_options(sound), "-map", "0:v", "-map", "1:a", *AUDIO[extension].split()]
    command += ["-c:v", "copy"]
    command += ["-movflags", "+faststart"] if extension == "mp4" else []
    try:
        _run([*command, str(path)])
    finally:
        table.unlink(missing_ok=True)


def add_tag(source: Path, path: Path, name: str, value: str) -> None:
    """Copy a video with one more metadata tag, without re-encoding. Raises EngineError."""
    _run(
        [
            ffmpeg_path(),
            *QUIET,
            *input_options(source),
            "-map",
            "0",
            "-c",
            "copy",
            "-metadata",
            f"{name}={value}",
            str(path),
        ]
    )


def convert(source: Path, path: Path, width: int = 0, fps: int = 0) -> None:
    """Convert a video to the format of the extension of `path`; 0 keeps width or fps.

    Raises MediaError.
    """
    extension = path.suffix.lstrip(".")
    filters = [f"fps={fps}"] if fps else []
    filters += [f"scale={width}:-2:flags=lanczos"] if width else []
    codec = CODECS[extension].split()
    if extension == "gif":
        codec[1] = ",".join([*filters, codec[1]])
    elif filters:
        codec = ["-vf", ",".join(filters), *codec]
    command = [
        ffmpeg_path(),
        *QUIET,
        *input_options(source),
        *codec,
        *AUDIO.get(extension, "-an").split(),
        str(path),
    ]
    try:
        _run(command)
    except EngineError as error:
        raise _unreadable(source) from error


def read(path: Path, fps: float = 0, size: tuple[int, int] | None = None) -> Iterator[Pixels]:
    """Read the frames of a video, uint8 (H, W, 3), resampled to `fps` and `size` if set.

    Raises MediaError for a file that is damaged or no video.
    """
    import numpy as np

    info = probe(path)
    width, height = size or (info.width, info.height)
    filters = [f"fps={fps:g}"] if fps else []
    filters += [f"scale={width}:{height}:flags=lanczos"] if size else []
    command = [ffmpeg_path(), *QUIET, *input_options(path)]
    command += ["-vf", ",".join(filters)] if filters else []
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    try:
        while data := process.stdout.read(width * height * 3):
            if len(data) < width * height * 3:
                raise _unreadable(path)
            yield np.frombuffer(data, np.uint8).reshape(height, width, 3)
        if process.wait():
            raise _unreadable(path)
    finally:
        process.kill()
        process.communicate()


def probe(path: Path) -> VideoInfo:
    """Read size, frame rate and duration (0: not known) of a video. Raises MediaError."""
    if not path.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=path)
    # without an output ffmpeg prints what it found and ends
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", *input_options(path)]
    result = subprocess.run(command, capture_output=True, check=False)
    log = result.stderr.decode("utf-8", "replace")
    streams = [stream for stream in STREAM.split(log)[1:] if "(attached pic)" not in stream]
    video = next((stream for stream in streams if ": Video: " in stream), "")
    size, rate, length = SIZE.search(video), FRAME_RATE.search(video), DURATION.search(log)
    if not size or not rate or not float(rate[1]):
        raise _unreadable(path)
    width, height = int(size[1]), int(size[2])
    if QUARTER_TURN.search(video):  # phones store pictures lying, and ffmpeg sets them upright
        width, height = height, width
    hours, minutes, seconds = length.groups() if length else (0, 0, 0)
    return VideoInfo(
        width,
        height,
        float(rate[1]) * (1000 if rate[2] else 1),
        int(hours) * 3600 + int(minutes) * 60 + float(seconds),
        any(": Audio: " in stream for stream in streams),
    )


def decode_warnings(path: Path) -> str:
    """Return the warnings of ffmpeg when it decodes a whole file; "" for an intact one."""
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-loglevel", "warning"]
    command += [*input_options(path), "-f", "null", "-"]
    result = subprocess.run(command, capture_output=True, check=False)
    return result.stderr.decode("utf-8", "replace").strip()


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        for pipe in (process.stdin, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _feed(process: subprocess.Popen[bytes], frame: Pixels) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(frame.data.cast("B"))
    except OSError as error:  # ffmpeg has exited; its stderr has the reason
        raise _failed(process.stderr) from error


def _finish(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    if process.wait():
        raise _failed(process.stderr)


def _failed(stderr: IO[bytes] | None) -> EngineError:
    log = stderr.read().decode("utf-8", "replace").strip() if stderr else ""
    return EngineError("The video could not be written: {reason}.", reason=log[-300:] or "ffmpeg")


def _run(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, check=False)
    if result.returncode:
        log = result.stderr.decode("utf-8", "replace").strip()
        raise EngineError("The video could not be written: {reason}.", reason=log[-300:])


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "'\\''")


def _unreadable(path: Path) -> MediaError:
    return MediaError(
        "{name} is not a video that can be read.",
        "MP4, WebM, MOV and GIF can; save it again.",
        name=path,
    )
