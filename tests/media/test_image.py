"""Picture files in and out: every mode, everything broken, and what is done with pixels."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from miaobi.core.errors import MediaError, OptionError
from miaobi.media import image
from miaobi.media.image import MEDIA_TYPES, decode, encode
from miaobi.media.sniff import media_type_of

RASTER = ("png", "jpeg", "webp")


def scene(height: int = 48, width: int = 64) -> Any:
    """A red block on a soft slope."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 2, y * 3, np.full_like(x, 90)], -1).astype(np.uint8)
    pixels[12:30, 20:44] = (230, 20, 20)
    return pixels


def saved(picture: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("format", MEDIA_TYPES)
def test_a_file_is_what_it_is_called(format: str) -> None:
    assert media_type_of(encode(scene(), format)) == MEDIA_TYPES[format]


@pytest.mark.parametrize(("format", "apart"), [("png", 0), ("jpeg", 3), ("webp", 6)])
def test_there_and_back(format: str, apart: float) -> None:
    back = decode(encode(scene(), format))
    assert back.shape == (48, 64, 3) and back.dtype == np.uint8
    assert np.abs(back.astype(int) - scene()).mean() <= apart


@pytest.mark.parametrize("format", ["png", "webp"])
def test_transparency_stays(format: str) -> None:
    pixels = np.dstack((scene(), np.full((48, 64), 70, np.uint8)))
    back = decode(encode(pixels, format))
    assert back.shape == (48, 64, 4) and (back[..., 3] == 70).all()
    white = image.flatten_alpha(back)
    assert white.shape == (48, 64, 3) and white.mean() > scene().mean()


def test_a_picture_of_any_mode_becomes_rgb(tmp_path: Path) -> None:
    picture = Image.fromarray(scene())
    gray16 = Image.fromarray(
        (np.arange(64 * 64, dtype=np.uint32) * 16).reshape(64, 64).astype(np.uint16)
    )
    files = {
        "cmyk": saved(picture.convert("CMYK"), "JPEG", quality=95),
        "palette": saved(picture.convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
        "gray": saved(picture.convert("L"), "PNG"),
        "bit": saved(picture.convert("1"), "PNG"),
        "still gif": saved(picture, "GIF"),
        "tiff": saved(picture, "TIFF"),
        "bmp": saved(picture, "BMP"),
    }
    for name, data in files.items():
        pixels = decode(data)
        assert pixels.shape == (48, 64, 3) and pixels.dtype == np.uint8, name
        if name not in ("gray", "bit"):
            assert np.abs(pixels.astype(int) - scene()).mean() < 16, name
    sixteen = decode(saved(gray16, "PNG"))
    assert sixteen.shape == (64, 64, 3)
    assert sixteen[0, 0, 0] == 0 and sixteen[-1, -1, 0] == 254  # not cut off at 255
    assert decode(saved(picture.convert("LA"), "PNG")).shape == (48, 64, 4)
    clear = picture.convert("P", palette=Image.Palette.ADAPTIVE)
    assert decode(saved(clear, "PNG", transparency=0)).shape == (48, 64, 4)


def test_a_photo_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    turned = decode(saved(Image.fromarray(scene()), "JPEG", exif=exif, quality=95))
    assert turned.shape == (64, 48, 3)
    assert np.abs(turned.astype(int) - np.rot90(scene(), -1)).mean() < 4


def png_that_claims(width: int, height: int) -> bytes:
    """A small file that says it is large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(1000))), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("side", [9_000, 12_000, 40_000])
def test_a_bomb_is_not_unpacked(side: int) -> None:
    with pytest.raises(MediaError, match="too large a picture. The limit is 64 million pixels"):
        decode(png_that_claims(side, side))


@pytest.mark.parametrize("format", RASTER)
def test_a_damaged_file(format: str, tmp_path: Path) -> None:
    data = encode(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8), format)
    path = tmp_path / f"half.{format}"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(MediaError, match=r"half\.\w+ is (a damaged picture|not a picture)"):
        decode(path)


@pytest.mark.parametrize(
    "data", [b"", b"just words", b"%PDF-1.7", b"\x80\x04\x95pickle", b"<svg/>"]
)
def test_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(MediaError, match="this is not a picture that can be read. PNG, JPEG"):
        decode(data)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_what_moves(format: str) -> None:
    frames = [Image.fromarray(np.roll(scene(), 9 * i, 1)) for i in range(3)]
    data = saved(frames[0], format, save_all=True, append_images=frames[1:], duration=80)
    with pytest.raises(MediaError, match="this is animated: it has 3 frames. Save one of them"):
        decode(data)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="There is no file"):
        decode(tmp_path / "none.png")


def test_svg_is_a_drawing_of_the_same_colors() -> None:
    svg = encode(scene(), "svg").decode()
    assert 'viewBox="0 0 64 48"' in svg and svg.count("<path") >= 2
    reds = [part[:7] for part in svg.split('fill="')[1:] if int(part[1:3], 16) > 200]
    assert reds, "the block is not in it"


def test_resize_and_fit() -> None:
    assert image.resize(scene(), (128, 96)).shape == (96, 128, 3)
    fitted = image.fit(scene(), (32, 32))
    assert fitted.shape == (32, 32, 3)
    whole = image.resize(scene()[:, 8:56], (32, 32))  # the middle, not a squeezed picture
    assert np.abs(fitted.astype(int) - whole).max() <= 1
    assert (
        image.fit(scene(), (64, 48)) is not None and (image.fit(scene(), (64, 48)) == scene()).all()
    )


def test_a_grid_shows_every_picture() -> None:
    for count, shape in ((1, (48, 64)), (2, (48, 136)), (3, (104, 136)), (5, (104, 208))):
        pictures = [np.full((48, 64, 3), 10 + i, np.uint8) for i in range(count)]
        sheet = image.make_grid(pictures)
        assert sheet.shape[:2] == shape
        assert set(range(10, 10 + count)) <= set(np.unique(sheet)) <= {*range(10, 10 + count), 255}


def test_a_plain_background_is_cut_out() -> None:
    pixels = np.full((40, 60, 3), 250, np.uint8)
    y, x = np.mgrid[0:40, 0:60]
    disc = (y - 20) ** 2 + (x - 30) ** 2 < 144
    pixels[disc] = (40, 90, 200)
    pixels[18:22, 28:32] = 250  # a white spot inside touches no corner
    cut = image.remove_background(pixels)
    assert cut.shape == (40, 60, 4) and (cut[..., :3] == pixels).all()
    assert (cut[~disc][:, 3] < 255).all() and cut[0, 0, 3] == 0
    assert (cut[18:22, 28:32, 3] == 255).all() and (cut[15, 30:34, 3] == 255).all()


def test_a_soft_edge_is_partly_kept() -> None:
    pixels = np.full((20, 20, 3), 255, np.uint8)
    pixels[5:15, 5:15] = 0
    pixels[4, 5:15] = 225  # between the background and the subject
    cut = image.remove_background(pixels)
    assert 0 < cut[4, 10, 3] < 255


def test_a_busy_picture_stays_whole() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    assert (image.remove_background(noise)[..., 3] > 0).mean() > 0.95


def test_masks(tmp_path: Path) -> None:
    drawn = np.zeros((48, 64, 3), np.uint8)
    drawn[10:20, 10:20] = 255
    mask = image.read_mask(encode(drawn, "png"), (64, 48))
    assert mask.shape == (48, 64) and set(np.unique(mask)) == {0, 255} and mask.mean() > 0
    with pytest.raises(MediaError, match="The mask is 64x48 and its picture 32x32. Make both"):
        image.read_mask(encode(drawn, "png"), (32, 32))
    with pytest.raises(MediaError, match="The mask is black all over"):
        image.read_mask(encode(0 * drawn, "png"), (64, 48))


def test_formats_by_name() -> None:
    assert image.resolve_format(None, None) == "png"
    assert image.resolve_format(Path("a.JPG"), None) == "jpeg"
    assert image.resolve_format(Path("a.jpg"), "svg") == "svg"
    with pytest.raises(OptionError, match="no picture format 'gif'. Choose one of: png, jpeg"):
        image.resolve_format(Path("a.gif"), None)
    with pytest.raises(OptionError, match="no picture format 'exe'"):
        encode(scene(), "exe")
