"""/v1/files, and multipart forms: fields checked like JSON, uploads sniffed and size-limited."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from miaobi.core.errors import MediaError, OptionError, TooLargeError
from miaobi.http.content import ContentResponse
from miaobi.http.fields import Options, RequestBody
from miaobi.http.multipart import Items, open_form, parse_header
from miaobi.media.audio import check_sound
from miaobi.media.sniff import media_type_of
from miaobi.server.auth import Owner
from miaobi.server.requests import Limit, Order
from miaobi.server.responses import DeletionStatus, FileInfo, Json, Page, Row, page_of
from miaobi.server.state import State

T = TypeVar("T", bound=BaseModel)
Container = TypeVar("Container", list[Any], dict[str, Any])
Uploads = dict[str, UploadFile]  # by the name of the form field

MAX_BYTES = {"image": 20_000_000, "audio": 50_000_000, "any": 60_000_000}
BLOCK = 1 << 20  # bytes


class ExpiresAfter(Options):
    """Time until a file is deleted automatically."""

    anchor: Literal["created_at"] = "created_at"
    seconds: int = Field(ge=3600, le=2_592_000)


class FileUploadBody(RequestBody):
    """POST /v1/files; the content is a file of the form."""

    purpose: Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
    expires_after: ExpiresAfter | None = None


async def upload_file(request: Request, state: State, owner: Owner) -> FileInfo:
    """Store a text, image, sound or video file; its content determines the type."""
    with state.temporary_folder() as folder:
        async with read_form(request, FileUploadBody) as (body, uploads):
            upload = require_upload(uploads, "file")
            path = await save_upload(upload, "any", folder, "file")
            name = upload.filename or "file"
        row = await asyncio.to_thread(
            state.files.add,
            path,
            name=name,
            purpose=body.purpose,
            owner=owner,
            seconds=body.expires_after.seconds if body.expires_after else 0,
        )
    return to_response(row)


async def list_files(
    state: State,
    owner: Owner,
    purpose: str = "",
    after: str = "",
    limit: Limit = 100,
    order: Order = "desc",
) -> Page[FileInfo]:
    """List your files, newest first by default."""
    rows = await asyncio.to_thread(
        state.files.find,
        owner,
        purpose=purpose,
        past=after,
        limit=limit + 1,
        oldest=order == "asc",
    )
    return page_of([to_response(row) for row in rows], limit)


async def get_file(id: str, state: State, owner: Owner) -> FileInfo:
    """Describe one file."""
    return to_response(await asyncio.to_thread(state.files.get, id, owner))


async def get_file_content(id: str, state: State, owner: Owner) -> Response:
    """Return the bytes of a file."""
    row = await asyncio.to_thread(state.files.get, id, owner)
    return ContentResponse(
        state.files.folder() / row["id"],
        media_type=row["media_type"],
        filename=row["name"],
        headers={"content-security-policy": "sandbox; default-src 'none'"},
    )


async def delete_file(id: str, state: State, owner: Owner) -> DeletionStatus:
    """Delete a file."""
    await asyncio.to_thread(state.files.get, id, owner)
    await asyncio.to_thread(state.files.remove, id)
    return DeletionStatus(id=id, object="file", deleted=True)


def to_response(row: Row) -> FileInfo:
    """Convert a row of the database to OpenAI's format."""
    return FileInfo(
        id=row["id"],
        object="file",
        bytes=row["bytes"],
        filename=row["name"],
        purpose=row["purpose"],
        status="processed",
        media_type=row["media_type"],
        created_at=int(row["made_at"]),
        expires_at=int(row["ends_at"]) if row["ends_at"] else None,
    )


@contextlib.asynccontextmanager
async def read_form(request: Request, schema: type[T]) -> AsyncIterator[tuple[T, Uploads]]:
    """Parse a multipart form into (body, uploads); a JSON request has no uploads.

    Raises RequestValidationError, or OptionError if two files have the same name.
    """
    if parse_header(request.headers.get("content-type", ""))[0] == "application/json":
        yield validate(schema, await _read_json(request)), {}
        return
    async with open_form(request) as items:
        fields, uploads = _parse_form(items, schema)
        yield validate(schema, fields), uploads


def validate(schema: type[T], fields: object) -> T:
    """Validate fields against a model. Raises RequestValidationError."""
    try:
        return schema.model_validate(fields)
    except ValidationError as error:
        raise RequestValidationError(error.errors(), body=fields) from error


def require_upload(uploads: Uploads, name: str) -> UploadFile:
    """Return the upload of this name. Raises OptionError if it is missing."""
    if name not in uploads:
        raise OptionError("{name} is missing.", "Send it as a file of the form.", name=name)
    return uploads[name]


async def save_upload(upload: UploadFile, kind: str, folder: Path, name: str) -> Path:
    """Write an upload to folder/name; the client's file name is ignored.

    `kind` is "image", "audio" or "any" and is checked against the content. Raises MediaError or
    TooLargeError.
    """
    path, size, limit = folder / name, 0, MAX_BYTES[kind]
    with path.open("wb") as file:
        while block := await upload.read(BLOCK):
            size += len(block)
            if size > limit:
                raise TooLargeError(
                    "The file {file} has more than {limit:,} bytes.",
                    "Send a smaller one.",
                    file=upload.filename,
                    limit=limit,
                )
            file.write(block)
    if not size:
        raise MediaError("The file {file} is empty.", file=upload.filename)
    if kind == "audio":
        await asyncio.to_thread(check_sound, path, upload.filename)
    elif kind == "image" and not (found := media_type_of(path.read_bytes())).startswith("image/"):
        raise MediaError(
            "The file {file} is {found}.",
            "Send {wanted}.",
            file=upload.filename,
            found=found,
            wanted="PNG, JPEG, WebP",
        )
    return path


def _parse_form(items: Items, schema: type[BaseModel]) -> tuple[Json, Uploads]:
    """Separate fields and files; empty fields are left out.

    `a[]` and `a[0]` append to a list, as does `a` where the schema has a list; `a[b]` sets a key of
    an object. Raises OptionError for a field that was sent more than once.
    """
    fields: Json = {}
    uploads: Uploads = {}
    for field, value in items:
        name, _, key = field.removesuffix("]").partition("[")
        if isinstance(value, UploadFile):
            if name in uploads:
                raise OptionError("{name} was sent more than once.", "Send one file.", name=name)
            uploads[name] = value
        elif value == "":
            continue
        elif field.endswith("[]") or key.isdecimal():
            _container(fields, name, []).append(value)
        elif key:
            _container(fields, name, {})[key] = value
        elif _is_list(schema, name):
            _container(fields, name, []).extend(_values(value))
        elif name in fields:
            raise OptionError("{name} was sent more than once.", "Send it once.", name=name)
        else:
            fields[name] = _object(value) if _is_object(schema, name) else value
    return fields, uploads


def _is_list(schema: type[BaseModel], name: str) -> bool:
    field = schema.model_fields.get(name)
    return field is not None and get_origin(field.annotation) is list


def _is_object(schema: type[BaseModel], name: str) -> bool:
    field = schema.model_fields.get(name)
    kinds = (field.annotation, *get_args(field.annotation)) if field else ()
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)


def _values(text: str) -> list[object]:
    """Return the values of a list that was sent as one field: JSON, or separated by commas."""
    with contextlib.suppress(ValueError, RecursionError):
        if isinstance(values := json.loads(text), list):
            return values
    return [part.strip() for part in text.split(",")]


def _object(text: str) -> object:
    """Return an object that was sent as JSON text; other text as it is."""
    with contextlib.suppress(ValueError, RecursionError):
        if isinstance(fields := json.loads(text), dict):
            return fields
    return text


def _container(fields: Json, name: str, empty: Container) -> Container:
    """Return the list or object of this name. Raises OptionError if it has another type."""
    container = fields.setdefault(name, empty)
    if type(container) is not type(empty):
        raise OptionError("{name} was sent more than once.", "Send it once.", name=name)
    return container


async def _read_json(request: Request) -> object:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        invalid = {"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}
        raise RequestValidationError([invalid]) from error
