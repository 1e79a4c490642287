"""Decode, encode and transform pictures: uint8 (H, W, 3), or (H, W, 4) with alpha."""

import io
import warnings
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.arrays import BoolArray, Pixels
from miaobi.core.errors import MediaError, OptionError
from miaobi.core.requests import PICTURE_FORMATS

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

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
BACKGROUND_TOLERANCE = 48  # from the color of the corner, summed over red, green and blue


def decode(source: bytes | Path) -> Pixels:
    """Decode a picture file to uint8 (H, W, 3), or (H, W, 4) with alpha, in EXIF orientation.

    CMYK, palettes and 16 bits become 8-bit RGB. Raises MediaError for files that are no picture,
    damaged, animated, or larger than MAX_PIXELS.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = "this" if isinstance(source, bytes) else source
    Image.init()  # registers all formats of Pillow
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # checked below
            with Image.open(_open_stream(source), formats=READABLE) as picture:
                _check_still(name, picture)
                pixels = _to_rgb(ImageOps.exif_transpose(picture))
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
    except Exception as error:  # the decoders raise anything for damaged files
        raise MediaError(
            "{name} is a damaged picture.", "Save or download it again.", name=name
        ) from error
    return pixels


def encode(pixels: Pixels, format: str) -> bytes:
    """Encode uint8 (H, W, 3 or 4); SVG by tracing. Raises OptionError."""
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


def trace(pixels: Pixels) -> str:
    """Trace uint8 (H, W, 3 or 4) into an SVG of colored shapes."""
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


def resize(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Resize (H, W, C) to size (width, height) with the Lanczos filter: (height, width, C)."""
    import numpy as np
    from PIL import Image

    if pixels.shape[1::-1] == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def fit(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Crop (H, W, C) centrally to the aspect ratio of size (width, height), and resize it."""
    height, width = pixels.shape[:2]
    wide, high = size
    cut_width = min(width, max(1, round(height * wide / high)))
    cut_height = min(height, max(1, round(width * high / wide)))
    left, top = (width - cut_width) // 2, (height - cut_height) // 2
    return resize(pixels[top : top + cut_height, left : left + cut_width], size)


def flatten_alpha(pixels: Pixels) -> Pixels:
    """Composite (H, W, 3 or 4) on white: (H, W, 3)."""
    import numpy as np

    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    flat: Pixels = np.round(pixels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return flat


def read_mask(source: bytes | Path, size: tuple[int, int]) -> Pixels:
    """Read an inpainting mask: uint8 (H, W), 255 where the picture is to be repainted, else 0.

    Raises MediaError if its size is not that of the picture (width, height), or if it is black.
    """
    import numpy as np

    pixels = flatten_alpha(decode(source))
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
        raise MediaError("The mask is black all over.", "Paint the area to repaint white.")
    return mask


def composite(mask: Pixels, foreground: Pixels, background: Pixels) -> Pixels:
    """Blend two pictures (H, W, 3) by a mask (H, W): 255 takes the foreground."""
    alpha = mask[..., None].astype("float32") / 255
    return (foreground * alpha + background * (1 - alpha)).round().astype("uint8")


def make_grid(
    pictures: Sequence[Pixels], gap: int = 8, *, columns: int = 0, margin: int = 0, below: int = 0
) -> Pixels:
    """Arrange pictures (H, W, C) of one size in a contact sheet on white, nearly square by default.

    `margin` surrounds the sheet, and `below` is the space under every picture, all in pixels.
    """
    import numpy as np

    columns = columns or next(k for k in range(1, len(pictures) + 1) if k * k >= len(pictures))
    rows = -(-len(pictures) // columns)
    height, width = pictures[0].shape[:2]
    row_height, column_width = height + below + gap, width + gap
    size = rows * row_height - gap + 2 * margin, columns * column_width - gap + 2 * margin
    sheet = np.full((*size, 3), 255, np.uint8)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        top, left = margin + row * row_height, margin + column * column_width
        sheet[top : top + height, left : left + width] = flatten_alpha(picture)
    return sheet


def remove_background(pixels: Pixels) -> Pixels:
    """Make a plain background that touches the corners transparent: (H, W, 3) -> (H, W, 4).

    Flood fill from each corner within BACKGROUND_TOLERANCE, with a soft edge of one pixel. Other
    pictures stay opaque.
    """
    import numpy as np

    pixels = pixels[..., :3]
    height, width = pixels.shape[:2]
    alpha = np.ones((height, width), np.float32)
    for y, x in ((0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)):
        distance = np.abs(pixels.astype(np.int32) - pixels[y, x]).sum(axis=2)
        background = _flood_fill(distance < BACKGROUND_TOLERANCE, y, x)
        edge = _dilate(background) & ~background
        alpha[background] = 0
        soft = np.clip((distance - BACKGROUND_TOLERANCE / 2) / (3 * BACKGROUND_TOLERANCE), 0, 1)
        alpha[edge] = np.minimum(alpha, soft)[edge]
    output: Pixels = np.dstack((pixels, np.round(255 * alpha).astype(np.uint8)))
    return output


def check_format(format: str) -> None:
    """Reject an unknown picture format. Raises OptionError."""
    if format not in PICTURE_FORMATS:
        raise OptionError(
            "There is no picture format {format!r}.",
            "Choose one of: {formats}.",
            format=format,
            formats=", ".join(PICTURE_FORMATS),
        )


def resolve_format(path: Path | None, option: str | None) -> str:
    """Return the format of an option or a file name; default png. Raises OptionError."""
    format = option or (path.suffix.lstrip(".").lower() if path else "") or "png"
    format = "jpeg" if format == "jpg" else format
    check_format(format)
    return format


def _open_stream(source: bytes | Path) -> io.BytesIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if not source.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=source)
    if source.stat().st_size > MAX_BYTES:
        raise _too_large(source)
    return io.BytesIO(source.read_bytes())


def _check_still(name: object, picture: "PillowImage") -> None:
    """Reject large or animated pictures before decoding. Raises MediaError."""
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large(name)
    frames = getattr(picture, "n_frames", 1)
    if frames > 1 and picture.format != "MPO":  # the other frames of an MPO are depth maps
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


def _to_rgb(picture: "PillowImage") -> Pixels:
    """Convert a Pillow picture of any mode to uint8 (H, W, 3 or 4)."""
    import numpy as np
    from PIL import Image

    if picture.mode.startswith("I"):  # 16-bit gray
        levels = np.clip(np.asarray(picture).astype(np.int64) // 257, 0, 255)
        picture = Image.fromarray(levels.astype(np.uint8))
    has_alpha = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    return np.array(picture.convert("RGBA" if has_alpha else "RGB"))


def _flood_fill(fillable: BoolArray, y: int, x: int) -> BoolArray:
    """Flood-fill a mask (H, W) from (y, x), by runs of rows; return the filled region."""
    import numpy as np

    filled = np.zeros_like(fillable)
    height, width = fillable.shape
    queue = deque([(y, x)])
    while queue:
        y, x = queue.popleft()
        if filled[y, x] or not fillable[y, x]:
            continue
        left, right = x, x
        while left > 0 and fillable[y, left - 1]:
            left -= 1
        while right < width - 1 and fillable[y, right + 1]:
            right += 1
        filled[y, left : right + 1] = True
        for row in (y - 1, y + 1):
            if 0 <= row < height:
                todo = fillable[row, left : right + 1] & ~filled[row, left : right + 1]
                starts = np.flatnonzero(todo & ~np.concatenate(([False], todo[:-1])))
                queue.extend((row, left + int(start)) for start in starts)
    return filled


def _dilate(region: BoolArray) -> BoolArray:
    """Dilate a mask (H, W) by its four neighbors."""
    dilated = region.copy()
    dilated[1:] |= region[:-1]
    dilated[:-1] |= region[1:]
    dilated[:, 1:] |= region[:, :-1]
    dilated[:, :-1] |= region[:, 1:]
    return dilated
