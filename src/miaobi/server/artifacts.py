"""/v1/artifacts: the library; /v1/content_provenance_checks: what made a file; /v1/moderations."""

import asyncio
import time
import uuid
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from miaobi.core.errors import OptionError
from miaobi.provenance.verify import UNLABELED, Verdict
from miaobi.safety import policy
from miaobi.server.schemas import ModerationRequest
from miaobi.server.service import service_of
from miaobi.server.uploads import keep
from miaobi.tasks import gallery, library

# OpenAI's categories, and the built-in rule that looks for each; the others are not looked for
CATEGORIES: dict[str, str] = {
    "harassment": "",
    "harassment/threatening": "",
    "hate": "",
    "hate/threatening": "",
    "illicit": "malware",
    "illicit/violent": "weapons",
    "self-harm": "",
    "self-harm/instructions": "self-harm",
    "self-harm/intent": "",
    "sexual": "",
    "sexual/minors": "sexual-minors",
    "violence": "",
    "violence/graphic": "",
}


async def index(
    request: Request,
    q: str = "",
    model: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """The library, newest first; q searches the words that were asked for."""
    rows = await asyncio.to_thread(
        gallery.search,
        q,
        model=model,
        kind=kind,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )
    return {"object": "list", "data": [_shown(row) for row in rows], "has_more": len(rows) == limit}


async def get(request: Request, id: str) -> dict[str, Any]:
    """One artifact."""
    return _shown(await asyncio.to_thread(gallery.one, id))


async def content(request: Request, id: str) -> Response:
    """The bytes of an artifact's file."""
    row = await asyncio.to_thread(gallery.one, id)
    path = await asyncio.to_thread(gallery.file_of, id)
    headers = {"content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"}
    return FileResponse(path, media_type=row["media_type"], headers=headers)


async def delete(request: Request, id: str) -> dict[str, Any]:
    """Delete an artifact and its file."""
    await asyncio.to_thread(gallery.one, id)
    await asyncio.to_thread(library.forget, id)
    return {"id": id, "object": "artifact.deleted", "deleted": True}


async def check(request: Request) -> dict[str, Any]:
    """Say what made a file. That no label was found does not mean that a person made it."""
    with service_of(request).scratch() as folder:
        async with request.form(max_files=2, max_fields=8) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise OptionError("{name} is missing.", "Send a file.", name="file")
            path = await keep(file, "any", folder, "file")
            if isinstance(beside := form.get("sidecar"), UploadFile):
                await keep(beside, "any", folder, "file.c2pa")
        verdict = await asyncio.to_thread(library.verify, path)
    return {
        "object": "content_provenance_check",
        "created_at": int(time.time()),
        "results": _results(verdict),
        "status": verdict.status,
        "media_type": verdict.media_type,
        "record": verdict.record,
        "problems": list(verdict.problems),
    }


async def moderate(request: Request, asked: ModerationRequest) -> dict[str, Any]:
    """Say which rules of this machine's policy words would break."""
    given = [asked.input] if isinstance(asked.input, str) else asked.input
    parts = []
    for part in given:
        if isinstance(part, dict):
            if part.get("type") != "text" or not isinstance(part.get("text"), str):
                raise OptionError(
                    "{name} is {value!r}.",
                    "The models here read text alone.",
                    name="input",
                    value=part.get("type"),
                )
            part = str(part["text"])
        parts.append(part)
    return {
        "id": f"modr-{uuid.uuid4().hex}",
        "model": "miaobi-policy",
        "results": [_moderated(part) for part in parts],
    }


def _moderated(words: str) -> dict[str, Any]:
    plain = policy.normalize(words)
    found = {rule.id for rule in policy.rules() if rule.matches(plain)}
    categories = {name: bool(rule) and rule in found for name, rule in CATEGORIES.items()}
    return {
        "flagged": bool(found),
        "categories": categories,
        "category_scores": {name: float(hit) for name, hit in categories.items()},
        "category_applied_input_types": {
            name: ["text"] if rule else [] for name, rule in CATEGORIES.items()
        },
        "rules": sorted(found),
    }


def _results(verdict: Verdict) -> list[dict[str, Any]]:
    """The labels in OpenAI's shape; only checks that were really made are named."""
    signed = bool(verdict.signer) and verdict.signer != "this machine's index"
    states = {"this machine": "trusted", "a known authority": "trusted", "not verified": "valid"}
    state = states.get(verdict.signer, "not_present") if verdict.status != UNLABELED else ""
    if verdict.problems and signed:
        state = "invalid"
    c2pa = {
        "type": "c2pa",
        "outcome": "detected" if signed else "not_detected",
        "validation_state": state or "not_present",
        "issuer": verdict.signer or None,
        "model": verdict.record.get("model"),
        "generated_at": verdict.record.get("when"),
    }
    aigc = {
        "type": "aigc",
        "outcome": "detected" if verdict.aigc else "not_detected",
        "fields": verdict.aigc,
    }
    return [c2pa, aigc]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the library, without the places of this machine."""
    kept = {name: value for name, value in row.items() if name not in ("path", "sha256")}
    return {
        **kept,
        "object": "artifact",
        "has_file": bool(row["path"]),
        "content": f"/v1/artifacts/{row['id']}/content" if row["path"] else None,
    }
