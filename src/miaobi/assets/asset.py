"""Assets as values: named files with sizes, hashes, licenses and sources."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Package:
    """Bytes of one or more packages: a part is "pkg:TYPE/NAME@VERSION#member/path", or no #."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Hub:
    """A file of a Hugging Face repository at a fixed revision."""

    repo: str
    filename: str
    revision: str = "main"


@dataclass(frozen=True)
class AssetFile:
    """One file as it lies in the cache, known by its SHA-256."""

    name: str
    size: int  # bytes
    sha256: str
    sources: tuple[Package | Hub, ...]


@dataclass(frozen=True)
class Asset:
    """A named set of files with one license."""

    name: str
    summary: str
    license: str
    origin: str  # who made it
    files: tuple[AssetFile, ...]

    @property
    def size(self) -> int:
        """Bytes in the cache."""
        return sum(file.size for file in self.files)
