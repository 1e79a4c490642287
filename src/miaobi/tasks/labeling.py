"""The end of the pipeline: label -> signature -> file -> read back -> index."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from miaobi.core.artifact import TEXT_TYPES
from miaobi.core.errors import LabelError
from miaobi.core.paths import atomic_write, library_dir, write_error
from miaobi.core.settings import producer
from miaobi.provenance import aigc, sign
from miaobi.provenance import verify as labels
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import Record, c2pa_manifest
from miaobi.tasks import library

Beside = bytes | Callable[[], bytes] | None  # see core/artifact.py


def label_and_store(
    record: Record, media_type: str, name: str, data: bytes, rules: list[str]
) -> tuple[bytes, Beside]:
    """Label and sign an encoded output, write it into the library, and read the label back.

    Returns the labeled bytes and the sidecar (or the function that signs it). Of text the library
    keeps the hash only, and text is signed when it is saved: an answer on a screen has no place for
    a signature. Raises LabelError or DiskFull.
    """
    if media_type in TEXT_TYPES:
        library.add(record, media_type, data, None, rules)
        return data, partial(_signature, record, name, data)
    data, sidecar = _label(record, media_type, name, data)
    path = library_dir() / name
    try:
        _store(path, data, sidecar)
        _read_back(record, path.read_bytes(), sidecar)
        library.add(record, media_type, data, path, rules)
    except BaseException:
        with contextlib.suppress(OSError):  # the error on its way out says more
            library.remove_files(path)
        raise
    return data, sidecar


def _label(record: Record, media_type: str, title: str, data: bytes) -> tuple[bytes, bytes | None]:
    """Embed every label that the format can hold; sign inside the file, or in a sidecar."""
    if media_type in aigc.WRITERS:
        data = aigc.embed(data, media_type, aigc.label(producer(), record.id))
    manifest = c2pa_manifest(record, title)
    if media_type in sign.EMBEDDABLE:  # the signature comes last: it covers the label
        return sign.sign(data, media_type, manifest, install_keys()), None
    return data, sign.sign_detached(data, manifest, install_keys())


def _signature(record: Record, title: str, data: bytes) -> bytes:
    """Sign text in a sidecar manifest. Raises LabelError."""
    sidecar = sign.sign_detached(data, c2pa_manifest(record, title), install_keys())
    _read_back(record, data, sidecar)
    return sidecar


def _store(path: Path, data: bytes, sidecar: bytes | None) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
    atomic_write(path, data)
    if sidecar is not None:
        atomic_write(path.with_name(path.name + ".c2pa"), sidecar)


def _read_back(record: Record, written: bytes, sidecar: bytes | None) -> None:
    """Verify the labels of the written file. Raises LabelError where one did not survive."""
    verdict = labels.verify_bytes(written, sidecar)
    labeled = verdict.media_type not in aigc.WRITERS or verdict.aigc.get("ProduceID") == record.id
    if verdict.status != labels.INTACT or verdict.record.get("id") != record.id or not labeled:
        raise LabelError(
            "The label of {id} did not survive being written ({problems}).",
            "Nothing was handed out. Try again; if it stays, run: miaobi doctor",
            id=record.id,
            problems=", ".join(verdict.problems) or verdict.status,
        )
