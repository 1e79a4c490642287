"""The sprites of composed pictures: named subjects, each drawn in several styles.

The asset holds archives of vector and 3D drawings. They are rendered once, cropped to their outline
and stored in one memory-mapped cache file, so that reading a sprite decodes nothing.
"""

import functools
import hashlib
import io
import json
import re
import tarfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from miaobi.assets.store import asset_folder
from miaobi.assets.table import find_asset
from miaobi.core.arrays import Pixels
from miaobi.core.events import Progress
from miaobi.core.paths import atomic_file, cache_dir

SPRITE_ASSET = "scenes-art"
SIDE = 192  # pixels of the longer side of a sprite
CANVAS_SIZE = 256  # pixels of the canvas a drawing is rendered on before cropping
LARGE_SIDE = 640  # pixels of the longer side of a sprite for large pictures
ALPHA_THRESHOLD = 8  # alpha up to this is outside the outline
STYLES = ("3d", "color", "flat", "ink", "noto")
VECTOR_SETS = {"color": "fluent-color", "flat": "fluent-flat", "ink": "fluent-ink", "noto": "noto"}
CACHE_VERSION = 1  # another number renders the cache file again


@dataclass(frozen=True)
class Subject:
    """A subject that has sprites, with its names."""

    name: str  # the English name as one word: "polar-bear"
    english: str
    plural: str
    chinese: str
    measure: str  # 只, 条, 辆 …
    group: str  # animal, food, plant, vehicle, sky, object
    color: str  # its main color, or ""
    synonyms: tuple[str, ...]
    chinese_synonyms: tuple[str, ...]
    floats: bool  # needs no ground: the moon, a balloon
    art: str  # name of the drawing in its archive


class SpriteAtlas:
    """All sprites of all subjects in all styles, memory-mapped from the cache file.

    sprites: (subjects, styles, SIDE, SIDE, 4) uint8 RGBA with premultiplied alpha; each touches the
    upper and left borders and the right or the lower one.
    """

    def __init__(self, path: Path) -> None:
        self.sprites: Pixels = np.load(path, mmap_mode="r")
        self._cropped: dict[tuple[int, int], Pixels] = {}

    def sprite(self, subject: int, style: int) -> Pixels:
        """Return a sprite without empty borders, (H, W, 4), max(H, W) near SIDE, premultiplied."""
        cropped = self._cropped.get((subject, style))
        if cropped is None:
            canvas = self.sprites[subject, style]
            height = int(np.flatnonzero(canvas[..., 3].any(1))[-1]) + 1
            width = int(np.flatnonzero(canvas[..., 3].any(0))[-1]) + 1
            cropped = self._cropped[subject, style] = canvas[:height, :width]
        return cropped


@functools.cache
def subjects() -> tuple[Subject, ...]:
    """Return all subjects in the order of the table."""
    table = tomllib.loads((files("miaobi.scenes") / "subjects.toml").read_text(encoding="utf-8"))
    return tuple(_subject(group, row) for group, rows in table.items() for row in rows)


@functools.cache
def subject_index(name: str) -> int:
    """Return the index of a subject in the table. Raises ValueError."""
    return [subject.name for subject in subjects()].index(name)


def open_atlas() -> SpriteAtlas:
    """Return the atlas, rendering it on first use. Raises MissingAsset."""
    for _ in prepare():
        pass
    return _load_atlas(_cache_path())


@functools.lru_cache(maxsize=32)
def render_large(subject: int, style: int) -> Pixels:
    """Render a sprite for large pictures: (H, W, 4) with max(H, W) near LARGE_SIDE, premultiplied.

    3D drawings are bitmaps and keep their size. Raises MissingAsset.
    """
    name = STYLES[style]
    if name not in VECTOR_SETS:
        return open_atlas().sprite(subject, style)
    drawing = _svg_set(asset_folder(SPRITE_ASSET) / f"{VECTOR_SETS[name]}.tgz")[subject]
    return _crop_to_outline(_png(drawing, round(LARGE_SIDE * CANVAS_SIZE / SIDE)), LARGE_SIDE)


def prepare() -> Iterator[Progress]:
    """Render the sprites into the cache, once for all processes; yields the number done of all.

    Raises MissingAsset, DiskFull or OutputPathError.
    """
    from filelock import FileLock

    path = _cache_path()
    if path.exists():
        return
    source = asset_folder(SPRITE_ASSET)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            yield from _render_all(source, path)


def _render_all(source: Path, path: Path) -> Iterator[Progress]:
    count = len(subjects())
    total = count * len(STYLES)
    sprites = np.zeros((count, len(STYLES), SIDE, SIDE, 4), np.uint8)
    done = 0
    for number, style in enumerate(STYLES):
        vector = style in VECTOR_SETS
        drawings = (
            _render_vectors(source / f"{VECTOR_SETS[style]}.tgz")
            if vector
            else _read_3d_images(source)
        )
        for subject, data in drawings:
            cut = _crop_to_outline(data)
            sprites[subject, number, : cut.shape[0], : cut.shape[1]] = cut
            done += 1
            yield Progress("drawings", done, total)
    if done != total:
        raise AssertionError(f"{total - done} drawings of the table are missing in the archives")
    with atomic_file(path) as file:
        np.save(file, sprites)
    for old in path.parent.glob("drawings-*.npy"):
        if old != path:
            old.unlink(missing_ok=True)


def _render_vectors(archive: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (index of a subject, PNG) of every subject from an archive of SVG drawings."""
    for number, drawing in enumerate(_read_svgs(archive)):
        yield number, _png(drawing, CANVAS_SIZE)


def _png(svg: str, side: int) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg.format(side)))


@functools.lru_cache(maxsize=len(VECTOR_SETS))
def _svg_set(archive: Path) -> tuple[str, ...]:
    return tuple(_read_svgs(archive))


def _read_svgs(archive: Path) -> Iterator[str]:
    """Yield the SVG of every subject, with the side as a format field."""
    with tarfile.open(archive) as tarball:
        member = tarball.extractfile("package/icons.json")
        assert member is not None
        icons: dict[str, Any] = json.load(member)
    for subject in subjects():
        name = subject.art
        while name not in icons["icons"]:
            name = icons["aliases"][name]["parent"]
        body = icons["icons"][name]["body"].replace("currentColor", "#000")
        width, height = icons.get("width", 16), icons.get("height", 16)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{{0}}" height="{{0}}" viewBox="0 0 {width} {height}">'
            f"{body.replace('{', '{{').replace('}', '}}')}</svg>"
        )


def _read_3d_images(source: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (index of a subject, WebP) of every subject; the files are named by code points."""
    labels = json.loads((source / "names-en.json").read_text(encoding="utf-8"))
    codes = {_slug(label["label"]): _normalize_code(label["hexcode"]) for label in labels}
    indices = {codes[subject.art]: number for number, subject in enumerate(subjects())}
    with tarfile.open(source / "fluent-3d.tgz") as tarball:
        for member in tarball:
            number = indices.pop(_normalize_code(Path(member.name).stem), None)
            file = tarball.extractfile(member) if number is not None else None
            if number is not None and file is not None:
                yield number, file.read()


def _crop_to_outline(data: bytes, side: int = SIDE) -> Pixels:
    """Crop an encoded picture to its outline: (H, W, 4) with max(H, W) near side, premultiplied."""
    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    picture = picture.crop(
        picture.getchannel("A").point(lambda a: 255 * (a > ALPHA_THRESHOLD)).getbbox()
    )
    scale = side / max(picture.size)
    width, height = (max(1, round(length * scale)) for length in picture.size)
    # Pillow premultiplies alpha while resizing
    pixels = np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS)).astype(np.uint16)
    pixels[..., :3] = (pixels[..., :3] * pixels[..., 3:] + 127) // 255
    return pixels.astype(np.uint8)


def _subject(group: str, row: dict[str, Any]) -> Subject:
    english = row["en"]
    return Subject(
        name=_slug(english),
        english=english,
        plural=row.get("many", english + "s"),
        chinese=row["zh"],
        measure=row["per"],
        group=group,
        color=row.get("color", ""),
        synonyms=tuple(row.get("also", ())),
        chinese_synonyms=tuple(row.get("zh_also", ())),
        floats=row.get("floats", False),
        art=row["art"],
    )


@functools.lru_cache(maxsize=2)
def _load_atlas(path: Path) -> SpriteAtlas:
    return SpriteAtlas(path)


def _cache_path() -> Path:
    """Return the cache file; its name depends on the drawings, the archives and CACHE_VERSION."""
    return cache_dir() / _file_name()


@functools.cache
def _file_name() -> str:
    drawings = [subject.art for subject in subjects()]
    parts = [
        str((CACHE_VERSION, SIDE, STYLES, drawings)),
        *(f.sha256 for f in find_asset(SPRITE_ASSET).files),
    ]
    return f"drawings-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}.npy"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _normalize_code(text: str) -> str:
    """Normalize code points: lower case, without the variation selector."""
    return "-".join(part for part in text.lower().split("-") if part != "fe0f")
