"""Verification of labels and signatures of a file: its origin, and whether it was changed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miaobi.core.errors import LabelError, NotFoundError
from miaobi.core.paths import home
from miaobi.media.sniff import media_type_of
from miaobi.provenance import aigc, sign
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import RECORD

TRACES = (b"jumdc2pa", b'"ContentProducer":"')  # a C2PA manifest store, a GB 45438-2025 label
# problems besides the status codes of C2PA
DAMAGED = "the container is damaged"
TWO_LABELS = "more than one AIGC label"
TWO_IDS = "the two labels name different ids"
DIFFERS = "differs from the file that this machine made"
PROBLEMS = (DAMAGED, TWO_LABELS, TWO_IDS, DIFFERS)
INTACT, CHANGED, UNLABELED = "intact", "changed", "unlabeled"


@dataclass(frozen=True)
class Verdict:
    """Claims of a file about its origin, and their verification."""

    status: str  # "intact", "changed", "unlabeled"
    media_type: str
    signer: str = ""  # "this machine", "a known authority", "not verified", ""
    record: dict[str, Any] = field(default_factory=dict)  # our own assertion, if any
    aigc: dict[str, str] = field(default_factory=dict)  # the GB 45438-2025 fields
    source_type: str = ""  # IPTC digital source type
    problems: tuple[str, ...] = ()


def verify(path: str | Path, authority: str = "") -> Verdict:
    """Verify all labels of a file; `authority` is PEM text of additional trusted authorities.

    Raises NotFoundError.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    sidecar_path = path.with_name(path.name + ".c2pa")
    sidecar = sidecar_path.read_bytes() if sidecar_path.is_file() else None
    return verify_bytes(path.read_bytes(), sidecar, authority)


def verify_bytes(data: bytes, sidecar: bytes | None = None, authority: str = "") -> Verdict:
    """Verify all labels of the bytes of a file, with its detached manifest if any."""
    media_type = media_type_of(data)
    own_authority = _own_authority()
    labels, problems = _aigc_labels(data, media_type)
    fields = aigc.parse(labels[0]) if labels else None
    try:
        store = sign.read(data, media_type, own_authority + authority, sidecar)
    except LabelError as error:
        store, problems = None, [*problems, str(error)]
    if store is None:
        # our labels are always signed, so a label or traces of a signature mean a change; a damaged
        # container alone does not, since other files may be broken too
        has_traces = sidecar is not None or any(trace in data for trace in TRACES)
        status = CHANGED if fields or has_traces else UNLABELED
        return Verdict(status, media_type, aigc=fields or {}, problems=tuple(problems))
    manifest = store["manifests"][store["active_manifest"]]
    failures = _failures(store)
    record = _assertion(manifest, RECORD)
    problems += failures
    if fields and record and fields.get("ProduceID") != record.get("id"):
        problems.append(TWO_IDS)
    own = sign.read(data, media_type, own_authority, sidecar) if authority else store
    status = CHANGED if problems or store["validation_state"] == "Invalid" else INTACT
    return Verdict(
        status,
        media_type,
        _signer(store, own),
        record,
        fields or {},
        _source_type(manifest),
        tuple(problems),
    )


def _aigc_labels(data: bytes, media_type: str) -> tuple[list[str], list[str]]:
    try:
        labels = aigc.read(data, media_type)
    except Exception:  # the tag readers raise anything for damaged containers
        return [], [DAMAGED]
    return labels, [TWO_LABELS] if len(labels) > 1 else []


def _own_authority() -> str:
    return install_keys().authority if (home() / "keys" / "signer.pem").exists() else ""


def _signer(store: dict[str, Any], own: dict[str, Any] | None) -> str:
    """Describe the signer; `store` was read with all authorities, `own` with only our own."""
    if store["validation_state"] != "Trusted":
        return "not verified"
    is_own = own is not None and own["validation_state"] == "Trusted"
    return "this machine" if is_own else "a known authority"


def _failures(store: dict[str, Any]) -> list[str]:
    results = store.get("validation_results", {}).get("activeManifest", {})
    codes = {failure["code"] for failure in results.get("failure", [])}
    return sorted(codes - {"signingCredential.untrusted"})


def _assertion(manifest: dict[str, Any], label: str) -> dict[str, Any]:
    for assertion in manifest.get("assertions", []):
        if assertion["label"].startswith(label):
            data: dict[str, Any] = assertion["data"]
            return data
    return {}


def _source_type(manifest: dict[str, Any]) -> str:
    actions = _assertion(manifest, "c2pa.actions").get("actions", [])
    return str(actions[0].get("digitalSourceType", "")) if actions else ""
