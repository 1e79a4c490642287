"""/v1/files: what clients leave here to use it later."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from miaobi.server.auth import owner_of
from miaobi.server.forms import form_of, needed
from miaobi.server.listing import Limit, Order, page
from miaobi.server.schemas import FileRequest
from miaobi.server.service import service_of
from miaobi.server.uploads import keep


async def upload(request: Request) -> dict[str, Any]:
    """Keep a file: text, a picture, sound or video; what it is its bytes decide."""
    service = service_of(request)
    with service.scratch() as folder:
        async with form_of(request, FileRequest) as (asked, sent):
            file = needed(sent, "file")
            path, name = await keep(file, "any", folder, "file"), file.filename or "file"
        row = await asyncio.to_thread(
            service.files.add,
            path,
            name=name,
            purpose=asked.purpose,
            owner=owner_of(request),
            seconds=asked.expires_after.seconds if asked.expires_after else 0,
        )
    return shown(row)


async def index(
    request: Request, purpose: str = "", after: str = "", limit: Limit = 100, order: Order = "desc"
) -> dict[str, Any]:
    """The files of who asks, newest first."""
    rows = await asyncio.to_thread(
        service_of(request).files.find,
        owner_of(request),
        purpose=purpose,
        past=after,
        limit=limit + 1,
        oldest=order == "asc",
    )
    return page([shown(row) for row in rows], limit)


async def get(request: Request, id: str) -> dict[str, Any]:
    """One file."""
    return shown(await asyncio.to_thread(service_of(request).files.get, id, owner_of(request)))


async def content(request: Request, id: str) -> Response:
    """The bytes of a file."""
    files, owner = service_of(request).files, owner_of(request)
    row = await asyncio.to_thread(files.get, id, owner)
    headers = {"content-security-policy": "sandbox; default-src 'none'"}
    return FileResponse(
        files.folder() / row["id"],
        media_type=row["media_type"],
        filename=row["name"],
        headers=headers,
    )


async def delete(request: Request, id: str) -> dict[str, Any]:
    """Delete a file."""
    files = service_of(request).files
    await asyncio.to_thread(files.get, id, owner_of(request))
    await asyncio.to_thread(files.remove, id)
    return {"id": id, "object": "file", "deleted": True}


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A file in OpenAI's shape."""
    return {
        "id": row["id"],
        "object": "file",
        "bytes": row["bytes"],
        "filename": row["name"],
        "purpose": row["purpose"],
        "status": "processed",
        "media_type": row["media_type"],
        "created_at": int(row["made_at"]),
        "expires_at": int(row["ends_at"]) if row["ends_at"] else None,
    }
