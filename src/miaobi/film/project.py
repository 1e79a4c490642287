"""The project folder of a film: its parts, each rendered again only when its inputs change.

`parts.json` lists the file of each part, a hash of its inputs and a hash of its bytes. A file with
other bytes, or one that is not listed, belongs to the user and stays until it is deleted.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from miaobi.core.artifact import Artifact
from miaobi.core.errors import MediaError, OutputPathError
from miaobi.core.events import Word
from miaobi.core.paths import atomic_write, check_target, write_error
from miaobi.media.audio import EXTENSIONS

MANIFEST = "parts.json"
PICTURE_EXTENSIONS = ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff")


@dataclass(frozen=True)
class Narration:
    """The voice of one shot."""

    path: Path
    seconds: float
    words: tuple[Word, ...]  # with start and end in seconds


class Project:
    """The folder of one film. Raises OutputPathError if it cannot be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if folder.exists():
                raise OutputPathError(
                    "{path} could not be written: {reason}.",
                    "Choose another path.",
                    path=folder,
                    reason="not a folder",
                ) from error
            raise write_error(folder, error) from error
        check_target(folder / MANIFEST)
        self.rows: dict[str, dict[str, str]] = self._read()

    def current(self, name: str, inputs: object) -> Path | None:
        """Return the file of a part that is the user's or made from these inputs, else None."""
        for path in self._files(name):
            if self.is_user_file(name, path):
                return path
        row = self.rows.get(name)
        if row is None or row["inputs"] != digest(inputs):
            return None
        path = self.folder / row["file"]
        return path if path.is_file() else None

    def is_user_file(self, name: str, path: Path) -> bool:
        """Return True for a file that the user added or changed."""
        row = self.rows.get(name)
        if row is None or self.folder / row["file"] != path:
            return True
        return row["sha256"] != _hash(path.read_bytes())

    def write(self, name: str, extension: str, inputs: object, content: Artifact | bytes) -> Path:
        """Write a part and record its inputs. Raises OutputPathError or DiskFull."""
        path = self.folder / f"{name}.{extension}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(path, error) from error
        data = content.data if isinstance(content, Artifact) else content
        if isinstance(content, Artifact):
            content.save(path)
        else:
            atomic_write(path, data)
        self.rows[name] = {
            "file": f"{name}.{extension}",
            "inputs": digest(inputs),
            "sha256": _hash(data),
            "id": content.id if isinstance(content, Artifact) else "",
        }
        rows = json.dumps(self.rows, indent=1, sort_keys=True, ensure_ascii=False)
        atomic_write(self.folder / MANIFEST, rows.encode())
        return path

    def artifact_id(self, name: str) -> str:
        """Return the artifact id of a part, "" for a file of the user."""
        return self.rows.get(name, {}).get("id", "")

    def artifact_ids(self) -> tuple[str, ...]:
        """Return the artifact ids of all parts but the film, in order of their names."""
        rows = sorted(self.rows.items())
        return tuple(row["id"] for name, row in rows if row["id"] and name != "film")

    @property
    def script_parents(self) -> tuple[str, ...]:
        """Parent ids of the parts made from the script: its own, where it is an artifact."""
        id = self.artifact_id("script")
        return (id,) if id else ()

    def picture_path(self, number: int) -> Path:
        """Return the picture of a shot, counted from 1. Raises MediaError if it is missing."""
        name = f"pictures/{number:02}"
        path = self._find(name, PICTURE_EXTENSIONS)
        if path is None:
            raise MediaError(
                "There is no file {path}.", "Check the name.", path=self.folder / f"{name}.png"
            )
        return path

    def audio_path(self, name: str) -> Path | None:
        """Return the audio file of a part, or None."""
        return self._find(name, EXTENSIONS)

    def truncate(self, kind: str, count: int) -> None:
        """Remove numbered parts above `count` from the list; generated files are deleted."""
        for name in [name for name in self.rows if name.startswith(f"{kind}/")]:
            if int("".join(filter(str.isdigit, name.rpartition("/")[2])) or 0) > count:
                path = self.folder / self.rows[name]["file"]
                if path.is_file() and not self.is_user_file(name, path):
                    path.unlink()
                    path.with_name(path.name + ".c2pa").unlink(missing_ok=True)
                del self.rows[name]

    def _find(self, name: str, extensions: Sequence[str]) -> Path | None:
        """Return the file of a part, one of the user first."""
        paths = [self.folder / f"{name}.{extension}" for extension in extensions]
        existing = [path for path in paths if path.is_file()]
        own = (path for path in existing if self.is_user_file(name, path))
        return next(own, next(iter(existing), None))

    def _files(self, name: str) -> list[Path]:
        """List the files of a part with any extension, such as 03.png and 03.jpg."""
        stem = self.folder / name
        if not stem.parent.is_dir():
            return []
        matches = stem.parent.glob(f"{stem.name}.*")
        return sorted(path for path in matches if path.stem == stem.name and path.is_file())

    def _read(self) -> dict[str, dict[str, str]]:
        path = self.folder / MANIFEST
        if not path.exists():
            return {}
        try:
            rows: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8-sig"))
            for row in rows.values():
                row["file"], row["inputs"], row["sha256"], row["id"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise MediaError(
                "{path} cannot be read: {reason}.",
                "Delete it: existing parts are kept.",
                path=path,
                reason=str(error)[:80],
            ) from error
        return rows


def words_to_json(words: tuple[Word, ...]) -> bytes:
    """Encode words with their start and end in seconds as the JSON of words/*.json."""
    rows = [{"word": w.text, "start": round(w.start, 3), "end": round(w.end, 3)} for w in words]
    return json.dumps(rows, ensure_ascii=False).encode()


def words_from_json(path: Path) -> tuple[Word, ...]:
    """Read a file of words/*.json. Raises MediaError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"))
        return tuple(Word(str(row["word"]), float(row["start"]), float(row["end"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MediaError(
            "{path} cannot be read: {reason}.",
            "Delete it to have it made again.",
            path=path,
            reason=str(error)[:80],
        ) from error


def digest(inputs: object) -> str:
    """Hash plain values and dataclasses; a path is hashed by the content of its file."""
    return _hash(json.dumps(inputs, sort_keys=True, default=_plain, ensure_ascii=False).encode())


def _plain(value: object) -> str:
    return _hash(value.read_bytes()) if isinstance(value, Path) else repr(value)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
