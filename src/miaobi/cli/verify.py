"""`miaobi verify`: origin and integrity of a file."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from miaobi.cli.options import PATH, option
from miaobi.core.errors import OptionError
from miaobi.core.i18n import tr
from miaobi.provenance.manifest import COMPOSED, COMPUTED, GENERATED, TRANSCRIBED
from miaobi.provenance.verify import CHANGED, INTACT, UNLABELED, Verdict

SENTENCES = {
    CHANGED: "{path}: changed after it was labeled.",
    UNLABELED: "{path}: no label found. Its origin is unknown.",
}
# IPTC digital source type -> sentence of an intact file
ORIGINS = {
    GENERATED: "{path}: intact. It declares that an AI model made it.",
    COMPUTED: "{path}: intact. It declares that an algorithm made it.",
    COMPOSED: "{path}: intact. It declares that an algorithm composed it of parts.",
    TRANSCRIBED: "{path}: intact. It declares that an AI model made it from a given file.",
}
OTHER_ORIGIN = "{path}: intact. It declares another origin: {origin}."
NO_ORIGIN = "{path}: intact. It declares no origin."
MAKERS = {
    GENERATED: "by an AI model",
    COMPUTED: "by an algorithm",
    COMPOSED: "composed by an algorithm",
    TRANSCRIBED: "by an AI model from a given file",
}
KINDS = {  # kind of a part -> its plural
    "image": "pictures",
    "speech": "speech",
    "music": "music",
    "sound": "sounds",
    "text": "texts",
    "transcript": "transcripts",
    "video": "clips",
    "film": "films",
    "audio": "recordings",
}
SIGNERS = {
    "this machine": "signed on this machine",
    "this machine's index": "in this machine's index, byte for byte",
    "a known authority": "signed by the authority you trust",
    "not verified": "the signer is not independently verified",
}


@click.command(
    help=tr("Show the origin of a file and check for changes. Exit code 0 only if it is intact.")
)
@click.argument("file", type=PATH)
@option(
    "--authority",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=tr("PEM certificate of another installation to trust."),
)
@option("--json", "as_json", is_flag=True, help=tr("Print everything as JSON."))
def verify(file: Path, authority: Path | None, as_json: bool) -> int:
    from miaobi.tasks import library

    verdict = library.verify(file, _read_certificates(authority) if authority else "")
    if as_json:
        click.echo(json.dumps(asdict(verdict), ensure_ascii=False))
    else:
        _print(file, verdict)
    return 0 if verdict.status == INTACT else 1


def _read_certificates(path: Path) -> str:
    """Read a PEM file. Raises OptionError if it contains no certificate."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise OptionError(
            "{path} cannot be read: {reason}.",
            "Check the name.",
            path=path,
            reason="no PEM certificate",
        )
    return text


def _sentence(file: Path, verdict: Verdict) -> str:
    """Return the first line: the state of a file and, of an intact one, its declared origin."""
    if verdict.status != INTACT:
        return tr(SENTENCES[verdict.status], path=file)
    origin = verdict.source_type
    if origin in ORIGINS:
        return tr(ORIGINS[origin], path=file)
    return tr(OTHER_ORIGIN if origin else NO_ORIGIN, path=file, origin=origin.rpartition("/")[2])


def _parts(record: Mapping[str, Any]) -> str:
    """List what a work was made of, and how each part was made."""
    return "; ".join(
        "{} × {}: {} ({})".format(
            tr(KINDS.get(part.get("kind", ""), "files")),
            part.get("count", 1),
            part.get("model", ""),
            tr(MAKERS.get(part.get("source_type", ""), "by other means")),
        )
        for part in record.get("made_of") or ()
    )


def _print(file: Path, verdict: Verdict) -> None:
    click.echo(_sentence(file, verdict))
    record = verdict.record
    lines = [
        ("model", record.get("model")),
        ("seed", record.get("seed")),
        ("made at", record.get("when") or record.get("made_at")),
        ("by", f"Miaobi {record['version']}" if record.get("version") else None),
        ("id", record.get("id") or verdict.aigc.get("ProduceID")),
        ("made of", _parts(record) or None),
        ("made from", ", ".join(record.get("parents") or []) or None),
        ("prompt SHA-256", record.get("prompt_sha256")),
        ("signer", tr(SIGNERS[verdict.signer]) if verdict.signer else None),
        ("GB 45438-2025", tr("label present") if verdict.aigc else None),
        ("found", "; ".join(tr(problem) for problem in verdict.problems) or None),
    ]
    for name, value in lines:
        if value is not None:
            click.echo(f"  {tr(name)}: {value}")
