"""Frames as one file: a strip side by side, an animation that repeats for ever, or a video."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from miaobi.core.errors import OptionError
from miaobi.core.morph import MORPH_FORMATS
from miaobi.media import video
from miaobi.media.image import QUALITY, opaque
from miaobi.media.image import encode as encode_picture

MEDIA_TYPES = {"png": "image/png", "gif": "image/gif", "webp": "image/webp"}
GAP = 2  # pixels between the frames of a strip


def encode(frames: Sequence[Any], format: str, fps: int = 12, back: bool = False) -> bytes:
    """uint8 (H, W, 3) of one size -> the bytes of a file; `back` repeats them in reverse order.

    "png" is a strip, "mp4" and "webm" are videos; "gif" has up to 256 colors a frame, and "webp"
    all of them.
    """
    if format == "png":
        return encode_picture(strip(frames), "png")
    if format in ("mp4", "webm"):
        return _filmed(frames, format, fps)
    from PIL import Image

    way = [*frames, *frames[-2:0:-1]] if back else list(frames)
    pictures = [Image.fromarray(opaque(frame)) for frame in way]
    # GIF counts in hundredths of a second, and players take less than two of them for ten
    duration = max(20, round(100 / fps) * 10) if format == "gif" else round(1000 / fps)
    options: dict[str, Any] = {"save_all": True, "loop": 0, "duration": duration}
    options |= {"quality": QUALITY, "method": 4} if format == "webp" else {"optimize": False}
    buffer = io.BytesIO()
    pictures[0].save(buffer, format.upper(), append_images=pictures[1:], **options)
    return buffer.getvalue()


def _filmed(frames: Sequence[Any], format: str, fps: int) -> bytes:
    """The bytes of a video; what is half written is gone with its folder."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="miaobi-") as folder:
        path = Path(folder) / f"clip.{format}"
        for _ in video.write(map(opaque, frames), path, fps, frames[0].shape[1::-1]):
            pass
        return path.read_bytes()


def strip(frames: Sequence[Any], gap: int = GAP) -> Any:
    """(H, W, 3) of one size, side by side on white: (H, N W + (N - 1) gap, 3)."""
    import numpy as np

    height, width = frames[0].shape[:2]
    whole = np.full((height, len(frames) * (width + gap) - gap, 3), 255, np.uint8)
    for number, frame in enumerate(frames):
        left = number * (width + gap)
        whole[:, left : left + width] = opaque(frame)
    return whole


def format_of(ending: str, wanted: str | None) -> str:
    """The format that an option or a file's ending asks for; png without either.

    Raises OptionError.
    """
    format = wanted or ending.lstrip(".").lower() or "png"
    if format not in MORPH_FORMATS:
        raise OptionError(
            "There is no picture format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(MORPH_FORMATS),
        )
    return format
