"""Moving pictures as files: frames in and out, through ffmpeg, which runs as a program of its own.

Frames are uint8 (H, W, 3) of one size. MP4 is H.264 with what starts a film first in the file.
"""

import contextlib
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from miaobi.core.errors import EngineError, MediaError

MEDIA_TYPES = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "gif": "image/gif",
    "webp": "image/webp",
    "png": "image/png",
}
# what a format asks of ffmpeg; yuv420p is what every player shows
CODECS: dict[str, tuple[str, ...]] = {
    # no frames that look ahead: pieces join without a seam, and times never go back
    "mp4": ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-bf", "0",
            "-pix_fmt", "yuv420p", "-movflags", "+faststart"),
    "webm": ("-c:v", "libvpx-vp9", "-crf", "32", "-b:v", "0", "-deadline", "realtime",
             "-cpu-used", "6", "-row-mt", "1", "-pix_fmt", "yuv420p"),
    "gif": ("-filter_complex", "split[a][b];[a]palettegen[p];[b][p]paletteuse", "-loop", "0"),
    "webp": ("-c:v", "libwebp_anim", "-quality", "85", "-loop", "0"),
}  # fmt: skip
# 709 is what players take for granted at these sizes; without it reds drift
COLORS = (
    "-vf",
    "scale=out_color_matrix=bt709:out_range=tv",
    "-colorspace",
    "bt709",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-color_range",
    "tv",
)
AUDIO = {"mp4": ("-c:a", "aac", "-b:a", "160k"), "webm": ("-c:a", "libopus", "-b:a", "128k")}
QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error", "-y")


@dataclass(frozen=True)
class Clip:
    """What a video file says of itself."""

    width: int
    height: int
    fps: float
    seconds: float
    sound: bool


def program() -> str:
    """The ffmpeg that comes with imageio-ffmpeg. Raises EngineError where there is none."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise EngineError("ffmpeg could not be started: {reason}.", reason=error) from error


def write(frames: Iterable[Any], path: Path, fps: int, size: tuple[int, int]) -> Iterator[int]:
    """Encode frames into a file, by its ending; yields how many are written. (H, W, 3) uint8.

    Closing the generator stops ffmpeg; the half file is left to the caller. Raises EngineError.
    """
    ending = path.suffix.lstrip(".")
    command = [
        program(),
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
        *(COLORS if ending in ("mp4", "webm") else ()),
        *CODECS[ending],
        str(path),
    ]
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(_started(command))
        count = 0
        for count, frame in enumerate(frames, 1):
            _feed(process, frame)
            yield count
        _finish(process)
        if not count:
            raise EngineError("There are no frames to write.")


def join(pieces: list[Path], path: Path, sound: Path | None) -> None:
    """Pieces of one film, encoded alike, one after the other, with a sound file; none is redone.

    Raises EngineError.
    """
    ending = path.suffix.lstrip(".")
    table = path.with_suffix(".pieces")
    table.write_text("".join(f"file '{_quoted(piece)}'\n" for piece in pieces), encoding="utf-8")
    command = [program(), *QUIET, "-f", "concat", "-safe", "0", "-i", str(table)]
    if sound is not None:
        command += ["-i", str(sound), "-map", "0:v", "-map", "1:a", *AUDIO[ending]]
    command += ["-c:v", "copy"]
    command += ["-movflags", "+faststart"] if ending == "mp4" else []
    try:
        _run([*command, str(path)])
    finally:
        table.unlink(missing_ok=True)


def tag(source: Path, path: Path, name: str, value: str) -> None:
    """A copy with one more tag; nothing is encoded anew. Raises EngineError."""
    _run(
        [
            program(),
            *QUIET,
            "-i",
            str(source),
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
    """Another format of a video, by the ending of `path`; narrower or slower where asked.

    Raises MediaError.
    """
    ending = path.suffix.lstrip(".")
    shape = [f"fps={fps}"] if fps else []
    shape += [f"scale={width}:-2:flags=lanczos"] if width else []
    codec = list(CODECS[ending])
    if ending == "gif":
        codec[1] = ",".join([*shape, codec[1]])
    elif shape:
        codec = ["-vf", ",".join(shape), *codec]
    command = [
        program(),
        *QUIET,
        "-i",
        str(source),
        *codec,
        *AUDIO.get(ending, ("-an",)),
        str(path),
    ]
    try:
        _run(command)
    except EngineError as error:
        raise _unreadable(source) from error


def read(path: Path, fps: float = 0, size: tuple[int, int] | None = None) -> Iterator[Any]:
    """The frames of a video, uint8 (H, W, 3), at `fps` and `size` where given.

    Raises MediaError for what is no video or is damaged.
    """
    import numpy as np

    clip = probe(path)
    width, height = size or (clip.width, clip.height)
    filters = [f"fps={fps:g}"] if fps else []
    filters += [f"scale={width}:{height}:flags=lanczos"] if size else []
    command = [program(), *QUIET, "-i", str(path)]
    command += ["-vf", ",".join(filters)] if filters else []
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
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


def probe(path: Path) -> Clip:
    """Size, rate and length of a video. Raises MediaError."""
    import imageio_ffmpeg

    if not path.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=path)
    reader = imageio_ffmpeg.read_frames(str(path))
    try:
        told = next(reader)
    except (OSError, RuntimeError, StopIteration, IndexError, ValueError) as error:
        raise _unreadable(path) from error
    finally:
        reader.close()
    width, height = told["source_size"]
    return Clip(width, height, told["fps"], told["duration"], bool(told.get("audio_codec")))


def complaints(path: Path) -> str:
    """What ffmpeg says when it decodes every packet of a file: "" for a sound one."""
    command = [program(), "-hide_banner", "-nostdin", "-loglevel", "warning", "-i", str(path)]
    done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, check=False)
    return done.stderr.decode("utf-8", "replace").strip()


def sound_of(path: Path) -> bytes:
    """The sound of any file ffmpeg knows, as WAV at 48 kHz. Raises MediaError."""
    command = [
        program(),
        *QUIET,
        "-i",
        str(path),
        "-vn",
        "-ac",
        "2",
        "-ar",
        "48000",
        "-f",
        "wav",
        "-",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode or not done.stdout:
        raise _unreadable(path)
    return done.stdout


@contextlib.contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
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


def _feed(process: subprocess.Popen[bytes], frame: Any) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(memoryview(frame).cast("B"))
    except OSError as error:  # ffmpeg has gone; what it said tells why
        raise _failed(process.stderr) from error


def _finish(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    if process.wait():
        raise _failed(process.stderr)


def _failed(stderr: IO[bytes] | None) -> EngineError:
    said = stderr.read().decode("utf-8", "replace").strip() if stderr else ""
    return EngineError("The video could not be written: {reason}.", reason=said[-300:] or "ffmpeg")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise EngineError("The video could not be written: {reason}.", reason=said[-300:])


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "'\\''")


def _unreadable(path: Path) -> MediaError:
    return MediaError(
        "{name} is not a video that can be read.",
        "MP4, WebM, MOV and GIF can; save it again.",
        name=path,
    )
