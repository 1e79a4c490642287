"""The parts of a film in a folder: each is made once, again when what it is made from changes.

`parts.json` says of each part which file it is, a hash of its inputs, and a hash of its bytes. A
file whose bytes are others, or that the list does not know, is the user's: it stays as it is until
it is deleted.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.errors import MediaError, OutputPathError
from miaobi.core.paths import atomic_write, check_target, write_error

LEDGER = "parts.json"


class Parts:
    """The folder of one film. Raises OutputPathError where nothing can be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if folder.exists():
                raise OutputPathError(
                    "{path} could not be written: {reason}.",
                    "Choose another place.",
                    path=folder,
                    reason="not a folder",
                ) from error
            raise write_error(folder, error) from error
        check_target(folder / LEDGER)
        self.rows: dict[str, dict[str, str]] = self._read()

    def current(self, name: str, inputs: Any) -> Path | None:
        """The file of a part when it need not be made: the user's, or made from these inputs."""
        for path in self._files(name):
            if self.owned(name, path):
                return path
        row = self.rows.get(name)
        if row is None or row["inputs"] != digest(inputs):
            return None
        path = self.folder / row["file"]
        return path if path.is_file() else None

    def owned(self, name: str, path: Path) -> bool:
        """True for a file that the user made or changed."""
        row = self.rows.get(name)
        if row is None or self.folder / row["file"] != path:
            return True
        return row["sha256"] != _hash(path.read_bytes())

    def keep(self, name: str, ending: str, inputs: Any, made: Artifact | bytes) -> Path:
        """Write a part and note what it was made from. Raises OutputPathError or DiskFull."""
        path = self.folder / f"{name}.{ending}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(path, error) from error
        data = made.data if isinstance(made, Artifact) else made
        if isinstance(made, Artifact):
            made.save(path)
        else:
            atomic_write(path, data)
        id = made.id if isinstance(made, Artifact) else ""
        self.rows[name] = {
            "file": f"{name}.{ending}",
            "inputs": digest(inputs),
            "sha256": _hash(data),
            "id": id,
        }
        rows = json.dumps(self.rows, indent=1, sort_keys=True, ensure_ascii=False)
        atomic_write(self.folder / LEDGER, rows.encode())
        return path

    def id(self, name: str) -> str:
        """The id of the artifact that a part is; "" for the user's own."""
        return self.rows.get(name, {}).get("id", "")

    def ids(self) -> tuple[str, ...]:
        """The ids of all parts that were made here, in order of their names."""
        rows = sorted(self.rows.items())
        return tuple(row["id"] for name, row in rows if row["id"] and name != "film")

    def drop(self, kind: str, kept: int) -> None:
        """Forget numbered parts above `kept`, when a film has become shorter; files of ours go."""
        for name in [name for name in self.rows if name.startswith(f"{kind}/")]:
            if int("".join(filter(str.isdigit, name.rpartition("/")[2])) or 0) > kept:
                path = self.folder / self.rows[name]["file"]
                if path.is_file() and not self.owned(name, path):
                    path.unlink()
                    path.with_name(path.name + ".c2pa").unlink(missing_ok=True)
                del self.rows[name]

    def _files(self, name: str) -> list[Path]:
        """Files that could be this part, whatever they end in: 03.png, 03.jpg."""
        place = self.folder / name
        if not place.parent.is_dir():
            return []
        found = place.parent.glob(f"{place.name}.*")
        return sorted(path for path in found if path.stem == place.name and path.is_file())

    def _read(self) -> dict[str, dict[str, str]]:
        path = self.folder / LEDGER
        if not path.exists():
            return {}
        try:
            rows: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
            for row in rows.values():
                row["file"], row["inputs"], row["sha256"], row["id"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise MediaError(
                "{path} cannot be read: {reason}.",
                "Delete it: parts that are there stay as they are.",
                path=path,
                reason=str(error)[:80],
            ) from error
        return rows


def digest(inputs: Any) -> str:
    """A hash of plain values; paths count by the bytes they hold."""
    return _hash(json.dumps(inputs, sort_keys=True, default=_plain, ensure_ascii=False).encode())


def _plain(value: Any) -> str:
    return _hash(value.read_bytes()) if isinstance(value, Path) else repr(value)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
