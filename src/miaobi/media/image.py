"""Pictures as bytes and as pixels: uint8 (H, W, 3), or (H, W, 4) where they are transparent."""

import io
import warnings
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from miaobi.core.errors import MediaError, OptionError
from miaobi.core.requests import PICTURE_FORMATS

MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}
READABLE = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_PIXELS = 64_000_000
MAX_BYTES = 256_000_000
QUALITY = 92  # of JPEG and WebP
PLAIN = 48  # a background may differ so much from its corner: the sum over red, green and blue


def decode(source: bytes | Path) -> Any:
    """A picture file, upright -> uint8 (H, W, 3), or (H, W, 4) when it is transparent.

    CMYK, palettes and 16 bits become 8-bit RGB. Raises MediaError for what is no picture, is
    damaged, animated, or larger than MAX_PIXELS.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = "this" if isinstance(source, bytes) else source
    Image.init()  # else Pillow knows a few of the formats only
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we count ourselves
            with Image.open(_stream(source), formats=READABLE) as picture:
                _check_countable(name, picture)
                pixels = _plain(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise MediaError(
            "{name} is not a picture that can be read.",
            "PNG, JPEG, WebP, GIF, BMP and TIFF can; convert others first.",
            name=name,
        ) from error
    except MediaError:
        raise
    except Exception as error:  # damaged files make the decoders raise anything
        raise MediaError(
            "{name} is a damaged picture.", "Save or download it again.", name=name
        ) from error
    return pixels


def encode(pixels: Any, format: str) -> bytes:
    """uint8 (H, W, 3 or 4) -> the bytes of a file; an SVG is traced. Raises OptionError."""
    from PIL import Image

    check_format(format)
    if format == "svg":
        return trace(pixels).encode()
    buffer = io.BytesIO()
    options: dict[str, Any] = {"png": {"compress_level": 6}, "webp": {"method": 4}}.get(format, {})
    picture = Image.fromarray(pixels)
    if format == "jpeg":
        options, picture = {"subsampling": 0, "optimize": True}, picture.convert("RGB")
    picture.save(buffer, format.upper(), quality=QUALITY, **options)
    return buffer.getvalue()


def trace(pixels: Any) -> str:
    """uint8 (H, W, 3 or 4) -> an SVG of colored shapes that looks like it at any size."""
    import numpy as np
    import vtracer

    height, width, channels = pixels.shape
    full = np.full((height, width, 4), 255, np.uint8)
    full[..., :channels] = pixels
    svg: str = vtracer.convert_pixels_to_svg(
        [tuple(map(int, pixel)) for pixel in full.reshape(-1, 4)],
        (width, height),
        filter_speckle=4,
        color_precision=6,
        layer_difference=16,
    )
    box = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return svg.replace(f'width="{width}" height="{height}"', box, 1)


def resize(pixels: Any, size: tuple[int, int]) -> Any:
    """(H, W, C) -> (height, width, C) for size (width, height), by Lanczos' filter."""
    import numpy as np
    from PIL import Image

    if pixels.shape[1::-1] == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def fit(pixels: Any, size: tuple[int, int]) -> Any:
    """The middle of a picture that has the shape of `size`, resized to it."""
    height, width = pixels.shape[:2]
    wide, high = size
    cut_width = min(width, max(1, round(height * wide / high)))
    cut_height = min(height, max(1, round(width * high / wide)))
    left, top = (width - cut_width) // 2, (height - cut_height) // 2
    return resize(pixels[top : top + cut_height, left : left + cut_width], size)


def opaque(pixels: Any) -> Any:
    """(H, W, 3 or 4) -> (H, W, 3): what is transparent lies on white."""
    import numpy as np

    if pixels.shape[2] == 3:
        return pixels
    share = pixels[..., 3:].astype(np.float32) / 255
    return np.round(pixels[..., :3] * share + 255 * (1 - share)).astype(np.uint8)


def read_mask(source: bytes | Path, size: tuple[int, int]) -> Any:
    """A picture that is white where one is to be painted -> uint8 (H, W), 0 or 255.

    Raises MediaError for another size than the (width, height) of the picture it belongs to, and
    for a mask that is black all over.
    """
    import numpy as np

    pixels = opaque(decode(source))
    height, width = pixels.shape[:2]
    if (width, height) != size:
        raise MediaError(
            "The mask is {width}x{height} and its picture {wide}x{high}.",
            "Make both the same size.",
            width=width,
            height=height,
            wide=size[0],
            high=size[1],
        )
    mask = np.where(pixels.mean(axis=2) >= 128, 255, 0).astype(np.uint8)
    if not mask.any():
        raise MediaError("The mask is black all over.", "Paint white what is to be painted anew.")
    return mask


def inside(mask: Any, over: Any, under: Any) -> Any:
    """uint8 (H, W, 3): `over` where the mask (H, W) is 255, `under` where it is 0."""
    share = mask[..., None].astype("float32") / 255
    return (over * share + under * (1 - share)).round().astype("uint8")


def grid(pictures: Sequence[Any], gap: int = 8) -> Any:
    """Several (H, W, C) of one size -> one contact sheet on white, nearly square."""
    import numpy as np

    columns = next(k for k in range(1, len(pictures) + 1) if k * k >= len(pictures))
    rows = -(-len(pictures) // columns)
    height, width = pictures[0].shape[:2]
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, 3)
    sheet = np.full(shape, 255, np.uint8)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        top, left = row * (height + gap), column * (width + gap)
        sheet[top : top + height, left : left + width] = opaque(picture)
    return sheet


def cut_out(pixels: Any) -> Any:
    """(H, W, 3) -> (H, W, 4): the plain background that touches the corners is transparent.

    A flood fill from each corner as far as the color stays near the corner's own; a pixel at its
    edge keeps as much of itself as it differs. A picture without such a background stays whole.
    """
    import numpy as np

    pixels = pixels[..., :3]
    height, width = pixels.shape[:2]
    keep = np.ones((height, width), np.float32)
    for y, x in ((0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)):
        distance = np.abs(pixels.astype(np.int32) - pixels[y, x]).sum(axis=2)
        outside = _flooded(distance < PLAIN, y, x)
        edge = _grown(outside) & ~outside
        keep[outside] = 0
        soft = np.clip((distance - PLAIN / 2) / (3 * PLAIN), 0, 1)
        keep[edge] = np.minimum(keep, soft)[edge]
    return np.dstack((pixels, np.round(255 * keep).astype(np.uint8)))


def check_format(format: str) -> None:
    """Refuse a picture format there is not. Raises OptionError."""
    if format not in PICTURE_FORMATS:
        raise OptionError(
            "There is no picture format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(PICTURE_FORMATS),
        )


def format_of(path: Path | None, wanted: str | None) -> str:
    """The format a file name or an option asks for; png without either. Raises OptionError."""
    format = wanted or (path.suffix.lstrip(".").lower() if path else "") or "png"
    format = "jpeg" if format == "jpg" else format
    check_format(format)
    return format


def _stream(source: bytes | Path) -> Any:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if not source.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=source)
    if source.stat().st_size > MAX_BYTES:
        raise _too_large(source)
    return io.BytesIO(source.read_bytes())


def _check_countable(name: object, picture: Any) -> None:
    """Refuse, before a pixel is decoded, what is too large or moves. Raises MediaError."""
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large(name)
    frames = getattr(picture, "n_frames", 1)
    if frames > 1 and picture.format != "MPO":  # in that one the others are for depth
        raise MediaError(
            "{name} is animated: it has {frames} frames.",
            "Save one of them as a PNG.",
            name=name,
            frames=frames,
        )


def _too_large(name: object) -> MediaError:
    return MediaError(
        "{name} is too large a picture.",
        "The limit is {limit} million pixels: make it smaller.",
        name=name,
        limit=MAX_PIXELS // 1_000_000,
    )


def _plain(picture: Any) -> Any:
    """A Pillow picture of any mode -> uint8 (H, W, 3 or 4)."""
    import numpy as np
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits of gray
        levels = np.clip(np.asarray(picture).astype(np.int64) // 257, 0, 255)
        picture = Image.fromarray(levels.astype(np.uint8))
    clear = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    return np.array(picture.convert("RGBA" if clear else "RGB"))


def _flooded(open_: Any, y: int, x: int) -> Any:
    """The part of a bool (H, W) that hangs together with (y, x), a row's run at a time."""
    import numpy as np

    done = np.zeros_like(open_)
    height, width = open_.shape
    waiting = deque([(y, x)])
    while waiting:
        y, x = waiting.popleft()
        if done[y, x] or not open_[y, x]:
            continue
        left, right = x, x
        while left > 0 and open_[y, left - 1]:
            left -= 1
        while right < width - 1 and open_[y, right + 1]:
            right += 1
        done[y, left : right + 1] = True
        for near in (y - 1, y + 1):
            if 0 <= near < height:
                todo = open_[near, left : right + 1] & ~done[near, left : right + 1]
                starts = np.flatnonzero(todo & ~np.concatenate(([False], todo[:-1])))
                waiting.extend((near, left + int(start)) for start in starts)
    return done


def _grown(region: Any) -> Any:
    """A bool (H, W) with its neighbors."""
    grown = region.copy()
    grown[1:] |= region[:-1]
    grown[:-1] |= region[1:]
    grown[:, 1:] |= region[:, :-1]
    grown[:, :-1] |= region[:, 1:]
    return grown
