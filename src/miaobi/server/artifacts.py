"""/v1/artifacts: the library; /v1/content_provenance_checks: labels; /v1/moderations: policy."""

import asyncio
import time
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from miaobi.core.errors import OptionError
from miaobi.http.content import ContentResponse
from miaobi.http.fields import RequestBody
from miaobi.provenance.verify import UNLABELED, Verdict
from miaobi.safety import policy
from miaobi.server.files import read_form, require_upload, save_upload
from miaobi.server.responses import (
    ArtifactInfo,
    DeletionStatus,
    Json,
    Moderation,
    Page,
    ProvenanceCheck,
    Row,
)
from miaobi.server.state import State
from miaobi.tasks import library, search

# OpenAI's categories -> the built-in rule that detects each; "": not detected
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
# signer of a verdict -> C2PA validation state
VALIDATION_STATES = {
    "this machine": "trusted",
    "a known authority": "trusted",
    "not verified": "valid",
}
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


class NoFields(RequestBody):
    """A form of files alone."""


class ModerationBody(RequestBody):
    """POST /v1/moderations"""

    input: str | list[str | dict[str, Any]]
    model: str = ""


async def list_artifacts(
    q: str = "",
    model: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
    limit: int = 50,
) -> Page[ArtifactInfo]:
    """List the library, newest first; q searches the prompts."""
    rows = await asyncio.to_thread(
        search.find_artifacts,
        q,
        model=model,
        kind=kind,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )
    artifacts = [to_response(row) for row in rows]
    return Page(object="list", data=artifacts, has_more=len(rows) == limit)


async def get_artifact(id: str) -> ArtifactInfo:
    """Describe one artifact."""
    return to_response(await asyncio.to_thread(search.find_artifact, id))


async def get_artifact_content(id: str) -> Response:
    """Return the file of an artifact."""
    row = await asyncio.to_thread(search.find_artifact, id)
    path = await asyncio.to_thread(search.find_file, id)
    headers = {"content-security-policy": SANDBOX}
    return ContentResponse(path, media_type=row["media_type"], headers=headers)


async def delete_artifact(id: str) -> DeletionStatus:
    """Delete an artifact and its file."""
    await asyncio.to_thread(search.find_artifact, id)
    await asyncio.to_thread(library.forget, id)
    return DeletionStatus(id=id, object="artifact.deleted", deleted=True)


async def check_provenance(request: Request, state: State) -> ProvenanceCheck:
    """Read the labels of a file; a file without a label was not necessarily made by a person."""
    with state.temporary_folder() as folder:
        async with read_form(request, NoFields) as (_, uploads):
            path = await save_upload(require_upload(uploads, "file"), "any", folder, "file")
            if sidecar := uploads.get("sidecar"):
                await save_upload(sidecar, "any", folder, "file.c2pa")
        verdict = await asyncio.to_thread(library.verify, path)
    return ProvenanceCheck(
        object="content_provenance_check",
        created_at=int(time.time()),
        results=_results(verdict),
        status=verdict.status,
        media_type=verdict.media_type,
        source_type=verdict.source_type,
        record=verdict.record,
        problems=list(verdict.problems),
    )


async def create_moderation(body: ModerationBody) -> Moderation:
    """Check texts against the rules of this machine's policy."""
    inputs = [body.input] if isinstance(body.input, str) else body.input
    return Moderation(
        id=f"modr-{uuid.uuid4().hex}",
        model="miaobi-policy",
        results=[_moderate(_text_of(part)) for part in inputs],
    )


def _text_of(part: str | Json) -> str:
    """Return the text of an input part. Raises OptionError for other types."""
    if isinstance(part, str):
        return part
    if part.get("type") != "text" or not isinstance(part.get("text"), str):
        raise OptionError(
            "{name} is {value!r}.",
            "The models here accept text only.",
            name="input",
            value=part.get("type"),
        )
    return str(part["text"])


def _moderate(text: str) -> Json:
    normalized = policy.normalize(text)
    matches = {rule.id for rule in policy.rules() if rule.matches(normalized)}
    categories = {name: rule in matches for name, rule in CATEGORIES.items()}
    return {
        "flagged": bool(matches),
        "categories": categories,
        "category_scores": {name: float(match) for name, match in categories.items()},
        "category_applied_input_types": {
            name: ["text"] if rule else [] for name, rule in CATEGORIES.items()
        },
        "rules": sorted(matches),
    }


def _results(verdict: Verdict) -> list[Json]:
    """Convert a verdict to OpenAI's format: C2PA manifest and AIGC label."""
    signed = bool(verdict.signer) and verdict.signer != "this machine's index"
    validation_state = "not_present"
    if verdict.problems and signed:
        validation_state = "invalid"
    elif verdict.status != UNLABELED:
        validation_state = VALIDATION_STATES.get(verdict.signer, "not_present")
    c2pa = {
        "type": "c2pa",
        "outcome": "detected" if signed else "not_detected",
        "validation_state": validation_state,
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


def to_response(row: Row) -> ArtifactInfo:
    """Convert a row of the library, without paths of this machine."""
    content = f"/v1/artifacts/{row['id']}/content" if row["path"] else None
    columns = {name: row[name] for name in ArtifactInfo.model_fields if name in row}
    return ArtifactInfo(**columns, object="artifact", has_file=bool(row["path"]), content=content)
