"""The drawings that pictures are composed of: named subjects, each in several styles.

The asset holds archives of vector and 3D drawings. They are rendered once, cut to their outline and
kept in one file of the cache that is mapped into memory: taking a drawing decodes nothing.
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
import numpy.typing as npt

from miaobi.assets.store import folder
from miaobi.assets.table import find_asset
from miaobi.core.events import Progress
from miaobi.core.paths import atomic_file, cache_dir

ART = "scenes-art"
SIDE = 192  # pixels of the longer side of a drawing
RENDERED = 256  # pixels of the whole canvas a drawing is rendered on, before it is cut
LARGE = 640  # pixels of the longer side of a drawing for large pictures
FAINT = 8  # alpha up to this is not part of the outline
STYLES = ("3d", "color", "flat", "ink", "noto")
VECTORS = {"color": "fluent-color", "flat": "fluent-flat", "ink": "fluent-ink", "noto": "noto"}
LAYOUT = 1  # of the cache file; a change makes it again

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Subject:
    """Something that can be drawn, with its names."""

    name: str  # the English name as one word: "polar-bear"
    english: str
    plural: str
    chinese: str
    measure: str  # 只, 条, 辆 …
    group: str  # animal, food, plant, vehicle, sky, object
    color: str  # its one clear main color, or ""
    synonyms: tuple[str, ...]
    chinese_synonyms: tuple[str, ...]
    floats: bool  # stands on nothing: the moon, a balloon
    art: str  # the drawing's own name


class Art:
    """All drawings of all subjects in all styles, mapped from the cache file.

    sprites: (subjects, styles, SIDE, SIDE, 4) uint8, red green blue alpha, colors premultiplied;
    each lies in the upper left corner and touches the right or the lower border.
    """

    def __init__(self, path: Path) -> None:
        self.sprites: Pixels = np.load(path, mmap_mode="r")
        self._cut: dict[tuple[int, int], Pixels] = {}

    def sprite(self, subject: int, style: int) -> Pixels:
        """The drawing without empty borders, (H, W, 4) with max(H, W) near SIDE, premultiplied."""
        found = self._cut.get((subject, style))
        if found is None:
            whole = self.sprites[subject, style]
            height = int(np.flatnonzero(whole[..., 3].any(1))[-1]) + 1
            width = int(np.flatnonzero(whole[..., 3].any(0))[-1]) + 1
            found = self._cut[subject, style] = whole[:height, :width]
        return found


@functools.cache
def subjects() -> tuple[Subject, ...]:
    """Every subject, in the order of the table."""
    table = tomllib.loads((files("miaobi.scenes") / "subjects.toml").read_text(encoding="utf-8"))
    return tuple(_subject(group, row) for group, rows in table.items() for row in rows)


@functools.cache
def subject_index(name: str) -> int:
    """The place of a subject in the table. Raises ValueError."""
    return [subject.name for subject in subjects()].index(name)


def open_art() -> Art:
    """The drawings, rendered first where that has not been done. Raises MissingAsset."""
    for _ in prepare():
        pass
    return _opened(_path())


@functools.lru_cache(maxsize=32)
def sharp(subject: int, style: int) -> Pixels:
    """A drawing rendered for large pictures: (H, W, 4) with max(H, W) near LARGE, premultiplied.

    3D drawings are pixels of their own, and stay as large as they are. Raises MissingAsset.
    """
    name = STYLES[style]
    if name not in VECTORS:
        return open_art().sprite(subject, style)
    drawing = _sheet(folder(ART) / f"{VECTORS[name]}.tgz")[subject]
    return _cut_out(_png(drawing, round(LARGE * RENDERED / SIDE)), LARGE)


def prepare() -> Iterator[Progress]:
    """Render the drawings into the cache, once for all processes; yields drawings done of all.

    Raises MissingAsset, DiskFull or OutputPathError.
    """
    from filelock import FileLock

    path = _path()
    if path.exists():
        return
    place = folder(ART)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            yield from _render_all(place, path)


def _render_all(place: Path, path: Path) -> Iterator[Progress]:
    count = len(subjects())
    total = count * len(STYLES)
    sprites = np.zeros((count, len(STYLES), SIDE, SIDE, 4), np.uint8)
    done = 0
    for number, style in enumerate(STYLES):
        vector = style in VECTORS
        drawings = _vectors(place / f"{VECTORS[style]}.tgz") if vector else _solids(place)
        for subject, data in drawings:
            cut = _cut_out(data)
            sprites[subject, number, : cut.shape[0], : cut.shape[1]] = cut
            done += 1
            yield Progress("drawings", done, total)
    if done != total:
        raise AssertionError(f"{total - done} drawings of the table are not in the archives")
    with atomic_file(path) as file:
        np.save(file, sprites)
    for old in path.parent.glob("drawings-*.npy"):
        if old != path:
            old.unlink(missing_ok=True)


def _vectors(archive: Path) -> Iterator[tuple[int, bytes]]:
    """(subject, PNG) for every subject, from a set of SVG bodies."""
    for number, drawing in enumerate(_svgs(archive)):
        yield number, _png(drawing, RENDERED)


def _png(svg: str, side: int) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg.format(side)))


@functools.lru_cache(maxsize=len(VECTORS))
def _sheet(archive: Path) -> tuple[str, ...]:
    return tuple(_svgs(archive))


def _svgs(archive: Path) -> Iterator[str]:
    """The SVG of every subject, its side left open."""
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


def _solids(place: Path) -> Iterator[tuple[int, bytes]]:
    """(subject, WebP) for every subject, from the 3D set, whose files are named by code points."""
    labels = json.loads((place / "names-en.json").read_text(encoding="utf-8"))
    codes = {_slug(label["label"]): _code(label["hexcode"]) for label in labels}
    wanted = {codes[subject.art]: number for number, subject in enumerate(subjects())}
    with tarfile.open(place / "fluent-3d.tgz") as tarball:
        for member in tarball:
            number = wanted.pop(_code(Path(member.name).stem), None)
            file = tarball.extractfile(member) if number is not None else None
            if number is not None and file is not None:
                yield number, file.read()


def _cut_out(data: bytes, side: int = SIDE) -> Pixels:
    """An encoded picture as its outline: (H, W, 4) with max(H, W) near side, premultiplied."""
    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    picture = picture.crop(picture.getchannel("A").point(lambda a: 255 * (a > FAINT)).getbbox())
    scale = side / max(picture.size)
    width, height = (max(1, round(length * scale)) for length in picture.size)
    # Pillow weighs colors by alpha while it resizes
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
def _opened(path: Path) -> Art:
    return Art(path)


def _path() -> Path:
    """The cache file: its name changes with the drawings wanted, the archives and the layout."""
    return cache_dir() / _file_name()


@functools.cache
def _file_name() -> str:
    drawings = [subject.art for subject in subjects()]
    parts = [str((LAYOUT, SIDE, STYLES, drawings)), *(f.sha256 for f in find_asset(ART).files)]
    return f"drawings-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}.npy"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _code(text: str) -> str:
    """Code points in small letters without the variation selector, as both lists then agree."""
    return "-".join(part for part in text.lower().split("-") if part != "fe0f")
