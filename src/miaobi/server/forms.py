"""Forms with files, as OpenAI's clients send them: fields checked like JSON, files kept apart."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from miaobi.core.errors import OptionError

T = TypeVar("T", bound=BaseModel)
Box = TypeVar("Box", list[Any], dict[str, Any])
MOST_FILES, MOST_FIELDS = 16, 60


@asynccontextmanager
async def form_of(
    request: Request, schema: type[T]
) -> AsyncIterator[tuple[T, dict[str, UploadFile]]]:
    """(fields, files by name) of a form, or of JSON, which has no files.

    Raises RequestValidationError, or OptionError for two files of one name.
    """
    if request.headers.get("content-type", "").startswith("application/json"):
        yield checked(schema, await _json(request)), {}
        return
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        fields, files = _sorted(form)
        yield checked(schema, fields), files


def checked(schema: type[T], fields: Any) -> T:
    """The fields as the schema has them. Raises RequestValidationError."""
    try:
        return schema.model_validate(fields)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def needed(files: dict[str, UploadFile], name: str) -> UploadFile:
    """The file of this name. Raises OptionError when there is none."""
    if name not in files:
        raise OptionError("{name} is missing.", "Send it as a file of the form.", name=name)
    return files[name]


def _sorted(form: FormData) -> tuple[dict[str, Any], dict[str, UploadFile]]:
    """Fields and files; `a[]` is one of a list, `a[b]` a value of an object."""
    fields: dict[str, Any] = {}
    files: dict[str, UploadFile] = {}
    for told, value in form.multi_items():
        name, _, inner = told.removesuffix("]").partition("[")
        if isinstance(value, UploadFile):
            if name in files:
                raise OptionError("{name} was sent more than once.", "Send one file.", name=name)
            files[name] = value
        elif inner:
            _into(fields, name, {})[inner] = value
        elif told.endswith("[]"):
            _into(fields, name, []).append(value)
        else:
            fields[name] = value
    return fields, files


def _into(fields: dict[str, Any], name: str, empty: Box) -> Box:
    """The list or object of this name. Raises OptionError when it was sent as something else."""
    box = fields.setdefault(name, empty)
    if type(box) is not type(empty):
        raise OptionError("{name} was sent more than once.", "Send it once.", name=name)
    return box


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        told = {"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}
        raise RequestValidationError([told]) from error
