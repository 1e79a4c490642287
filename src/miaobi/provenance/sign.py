"""C2PA signatures, embedded in a file or detached for formats that cannot embed a manifest.

Works offline: no time-stamp server, no certificate status, no remote manifests.
"""

import contextlib
import ctypes
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

from miaobi.core.errors import LabelError
from miaobi.provenance.cbor import find_assertion
from miaobi.provenance.keys import Keys
from miaobi.provenance.manifest import RECORD

if TYPE_CHECKING:
    from c2pa import Builder, Context, Reader, Signer

EMBEDDABLE = (
    "audio/wav",
    "audio/flac",
    "audio/mpeg",
    "audio/mp4",
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/svg+xml",
    "video/mp4",
)


def sign(data: bytes, media_type: str, manifest: dict[str, Any], keys: Keys) -> bytes:
    """Sign a file and return it with an embedded manifest. Raises LabelError."""
    import c2pa

    out = io.BytesIO()
    try:
        with _builder(manifest) as builder, _signer(keys) as signer:
            builder.sign(signer, media_type, io.BytesIO(data), out)
    except c2pa.C2paError as error:
        raise LabelError("The file could not be signed: {reason}.", reason=error) from error
    return out.getvalue()


def sign_detached(data: bytes, manifest: dict[str, Any], keys: Keys) -> bytes:
    """Return a signed detached manifest for any bytes, to be saved as `<name>.c2pa`.

    c2pa-python has no function for it, so this calls its C library: a placeholder first, then the
    signature over the SHA-256 of the data. The version is pinned and tested. Raises LabelError.
    """
    import c2pa

    library = c2pa.c2pa._lib
    byte_pointer = ctypes.POINTER(ctypes.c_ubyte)
    placeholder = library.c2pa_builder_data_hashed_placeholder
    finish = library.c2pa_builder_sign_data_hashed_embeddable
    placeholder.restype = finish.restype = ctypes.c_int64
    placeholder.argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_char_p,
        ctypes.POINTER(byte_pointer),
    ]
    finish.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_void_p,
        ctypes.POINTER(byte_pointer),
    ]
    digest = list(hashlib.sha256(data).digest())
    data_hash = {
        "exclusions": [],
        "name": "jumbf manifest",
        "alg": "sha256",
        "hash": digest,
        "pad": " ",
    }
    kind = b"application/c2pa"
    with _builder(manifest) as builder, _signer(keys) as signer:
        reserved, signed = byte_pointer(), byte_pointer()
        size = signer.reserve_size()
        if placeholder(builder._handle, size, kind, ctypes.byref(reserved)) < 0:
            raise LabelError("The text could not be signed: {reason}.", reason="placeholder")
        hash_json = json.dumps(data_hash).encode()
        length = finish(
            builder._handle, signer._handle, hash_json, kind, None, ctypes.byref(signed)
        )
        if length < 0:
            raise LabelError("The text could not be signed: {reason}.", reason="signature")
        return ctypes.string_at(signed, length)


def read(
    data: bytes, media_type: str, authorities: str, sidecar: bytes | None = None
) -> dict[str, Any] | None:
    """Read and validate the manifest store against the PEM authorities; None without a manifest.

    Raises LabelError for a manifest that cannot be parsed.
    """
    import c2pa

    inputs: list[Any] = [media_type, io.BytesIO(data)]
    if sidecar is not None:
        inputs.append(sidecar)
    try:
        with c2pa.Reader(*inputs, context=_context(authorities)) as reader:
            store: dict[str, Any] = json.loads(reader.json())
            _restore_record(reader, store)
    except c2pa.C2paError as error:
        text = f"{type(error).__name__} {error}"
        if "ManifestNotFound" in text or (sidecar is None and "NotSupported" in text):
            return None
        raise LabelError("The C2PA manifest cannot be read: {reason}.", reason=error) from error
    if store.get("active_manifest") not in store["manifests"]:
        raise LabelError("The C2PA manifest cannot be read: {reason}.", reason="active manifest")
    return store


def _restore_record(reader: "Reader", store: dict[str, Any]) -> None:
    """Replace our assertion by the values that are stored, which the library changes."""
    import c2pa

    manifest = store.get("active_manifest", "")
    for assertion in store.get("manifests", {}).get(manifest, {}).get("assertions", []):
        if assertion["label"] != RECORD:
            continue
        stored = io.BytesIO()
        with contextlib.suppress(c2pa.C2paError, ValueError):
            uri = f"self#jumbf=/c2pa/{manifest}/c2pa.assertions/{RECORD}"
            reader.resource_to_stream(uri, stored)  # the whole manifest store
            record = find_assertion(stored.getvalue(), manifest, RECORD)
            if isinstance(record, dict) and record.get("id") == assertion["data"].get("id"):
                assertion["data"] = record


def _builder(manifest: dict[str, Any]) -> "Builder":
    """Return the builder of a manifest. Raises LabelError."""
    import c2pa

    try:
        return c2pa.Builder(manifest, context=_context())
    except c2pa.C2paError as error:
        raise LabelError("The file could not be signed: {reason}.", reason=error) from error


def _signer(keys: Keys) -> "Signer":
    import c2pa

    info = c2pa.C2paSignerInfo(
        alg=c2pa.C2paSigningAlg.ES256,
        sign_cert=keys.chain.encode(),
        private_key=keys.private.encode(),
        ta_url=None,
    )
    return c2pa.Signer.from_info(info)


def _context(authorities: str = "") -> "Context":
    import c2pa

    settings: dict[str, Any] = {
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
        "builder": {"thumbnail": {"enabled": False}},
    }
    if authorities:
        settings["trust"] = {"user_anchors": authorities}
    return c2pa.Context(c2pa.Settings.from_dict(settings))
