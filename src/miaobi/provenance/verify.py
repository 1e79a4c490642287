"""One answer for any file: what made it, and whether it was changed since."""

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
# what may be found wrong besides C2PA's own codes
DAMAGED = "the container is damaged"
TWO_LABELS = "more than one AIGC label"
TWO_IDS = "the two labels name different ids"
DIFFERS = "differs from the file that this machine made"
PROBLEMS = (DAMAGED, TWO_LABELS, TWO_IDS, DIFFERS)
INTACT, CHANGED, UNLABELED = "intact", "changed", "unlabeled"


@dataclass(frozen=True)
class Verdict:
    """What a file says of itself, and whether that can be believed."""

    status: str  # "intact", "changed", "unlabeled"
    media_type: str
    signer: str = ""  # "this machine", "a known authority", "not verified", ""
    record: dict[str, Any] = field(default_factory=dict)  # our own assertion, where there is one
    aigc: dict[str, str] = field(default_factory=dict)  # the GB 45438-2025 fields
    source_type: str = ""  # IPTC digital source type
    problems: tuple[str, ...] = ()


def verify(path: str | Path, authority: str = "") -> Verdict:
    """Read and check every label of a file; `authority` is PEM text of signers to trust as well.

    Raises NotFoundError when there is no such file.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    beside = path.with_name(path.name + ".c2pa")
    sidecar = beside.read_bytes() if beside.is_file() else None
    return verify_bytes(path.read_bytes(), sidecar, authority)


def verify_bytes(data: bytes, sidecar: bytes | None = None, authority: str = "") -> Verdict:
    """The same for bytes in memory."""
    media_type = media_type_of(data)
    mine = _own_authority()
    labels, problems = _aigc_labels(data, media_type)
    fields = aigc.parse(labels[0]) if labels else None
    try:
        store = sign.read(data, media_type, mine + authority, sidecar)
    except LabelError as error:
        store, problems = None, [*problems, str(error)]
    if store is None:
        # a label of ours never travels without a signature, and remains of one mean damage;
        # damage alone means nothing: other people's files may be broken too
        remains = sidecar is not None or any(trace in data for trace in TRACES)
        status = CHANGED if fields or remains else UNLABELED
        return Verdict(status, media_type, aigc=fields or {}, problems=tuple(problems))
    manifest = store["manifests"][store["active_manifest"]]
    failures = _failures(store)
    record = _assertion(manifest, RECORD)
    problems += failures
    if fields and record and fields.get("ProduceID") != record.get("id"):
        problems.append(TWO_IDS)
    own = sign.read(data, media_type, mine, sidecar) if authority else store
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
    except Exception:  # a damaged container makes the tag readers raise anything
        return [], [DAMAGED]
    return labels, [TWO_LABELS] if len(labels) > 1 else []


def _own_authority() -> str:
    return install_keys().authority if (home() / "keys" / "signer.pem").exists() else ""


def _signer(store: dict[str, Any], own: dict[str, Any] | None) -> str:
    """Who signed: `store` is read with every authority, `own` with this machine's alone."""
    if store["validation_state"] != "Trusted":
        return "not verified"
    is_own = own is not None and own["validation_state"] == "Trusted"
    return "this machine" if is_own else "a known authority"


def _failures(store: dict[str, Any]) -> list[str]:
    found = store.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    codes = {failure["code"] for failure in found}
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
