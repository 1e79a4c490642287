"""Errors in OpenAI's format: a status and {"error": {message, type, param, code}}."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from miaobi.core.errors import (
    AccessError,
    BusyError,
    ContextFull,
    MiaobiError,
    NotFoundError,
    PolicyRefusal,
    TooLargeError,
    TooSlowError,
    UsageError,
)
from miaobi.core.i18n import tr
from miaobi.server.responses import Json

# HTTP status -> type; the tree in core/errors.py gives the status of every error
TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    408: "invalid_request_error",
    409: "conflict_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
}
# machine-readable codes; the first class that matches decides
CODES: tuple[tuple[type[MiaobiError], str], ...] = (
    (ContextFull, "context_length_exceeded"),
    (PolicyRefusal, "content_policy_violation"),
    (TooLargeError, "too_large"),
    (TooSlowError, "too_slow"),
    (AccessError, "invalid_api_key"),
    (BusyError, "busy"),
    (NotFoundError, "not_found"),
    (UsageError, "invalid_value"),
)


EXPECTED = "Input should be "  # beginning of most reasons of pydantic
REASONS = {  # type of an error -> reason without names of our classes
    "model_type": "Input should be an object",
    "model_attributes_type": "Input should be an object",
    "dict_type": "Input should be an object",
    "list_type": "Input should be a list",
    "string_type": "Input should be a string",
    "too_short": "Input should not be empty",
    "string_too_short": "Input should not be empty",
}


class ErrorParts(NamedTuple):
    """Status, JSON body and headers of an error response."""

    status: int
    body: Json
    headers: dict[str, str]


def error_response(error: BaseException) -> ErrorParts:
    """Return status, body and headers for an error; an unexpected one reveals no details."""
    if isinstance(error, MiaobiError):
        return _miaobi_error(error)
    if isinstance(error, RequestValidationError):
        return _validation_error(error)
    if isinstance(error, HTTPException):
        status = error.status_code
        messages = {
            400: tr("The body is not JSON."),  # FastAPI's, where it cannot be decoded
            404: tr("There is no such route."),
            405: tr("This route does not support this method."),
        }
        body = error_body(messages.get(status, str(error.detail)), status)
        return ErrorParts(status, body, dict(error.headers or {}))
    message = tr("Internal server error. The server log has the details.")
    return ErrorParts(500, error_body(message, 500), {"x-should-retry": "false"})


def error_body(message: str, status: int, code: str | None = None, param: object = None) -> Json:
    """Return the JSON body of an error."""
    return {
        "error": {
            "message": _escape_surrogates(message),
            "type": TYPES.get(status, "server_error"),
            "param": _escape_surrogates(str(param)) if param else None,
            "code": code,
        }
    }


def _miaobi_error(error: MiaobiError) -> ErrorParts:
    status = error.http_status
    code = next((code for kind, code in CODES if isinstance(error, kind)), None)
    if code == "not_found" and "kind" in error.values:
        code = "model_not_found"
    param = error.values.get("name") if isinstance(error, UsageError) else None
    headers = {}
    if isinstance(error, BusyError):
        headers["retry-after"] = str(error.values.get("seconds", 1))
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if status >= 500:  # the same request would fail again: OpenAI's client need not retry
        headers["x-should-retry"] = "false"
    return ErrorParts(status, error_body(_message(error), status, code, param), headers)


def _message(error: MiaobiError) -> str:
    """Format the message with file names instead of the full paths of this machine."""
    values = error.values
    error.values = {k: v.name if isinstance(v, Path) else v for k, v in values.items()}
    try:
        return str(error)
    finally:
        error.values = values


def _validation_error(error: RequestValidationError) -> ErrorParts:
    """Report the first invalid field of a JSON or form body by its name in the body."""
    errors = error.errors()
    located = [(_path(row, error.body), row) for row in errors]
    first = located[0][0][:1]
    # of the alternatives of one field, those that got furthest
    path = max((path for path, _ in located if path[:1] == first), key=len)
    rows = [row for other, row in located if other == path]
    param = ".".join(path) or None
    kind = rows[0]["type"]
    if kind == "extra_forbidden":
        message = tr("There is no option {name!r} here.", name=param)
    elif kind == "missing":
        message = tr("{name} is missing.", name=param or "body")
    elif not path and isinstance(error.body, bytes):
        message = tr("The body is not read as JSON: set Content-Type to application/json.")
    elif kind == "json_invalid":
        message, param = tr("The body is not JSON."), None
    else:
        reason = _reason(rows)
        message = tr("{name} cannot be used: {reason}.", name=param or "body", reason=reason)
    return ErrorParts(400, error_body(message, 400, "invalid_value", param), {})


def _path(row: Mapping[str, Any], body: object) -> tuple[str, ...]:
    """Return the location of an error as names and numbers of the body, without those of types."""
    location = list(row["loc"])
    if location and location[0] in ("query", "path", "header"):
        return tuple(map(str, location[1:]))
    path, value = [], body
    for part in location[1:] if location[:1] == ["body"] else location:
        if (
            isinstance(value, Mapping)
            and part in value
            or isinstance(value, list)
            and isinstance(part, int)
            and part < len(value)
        ):
            value = value[part]
        elif row["type"] != "missing" or part != location[-1]:
            continue  # the name of an alternative
        path.append(str(part))
    return tuple(path)


def _reason(rows: Sequence[Mapping[str, Any]]) -> str:
    """Join the reasons for which the alternatives of a field do not match."""
    reasons = [REASONS.get(row["type"], str(row["msg"])) for row in rows]
    first, *others = dict.fromkeys(reasons)
    return " or ".join([first, *(reason.removeprefix(EXPECTED) for reason in others)])


def _escape_surrogates(text: str) -> str:
    """Escape lone surrogates, which JSON can carry but UTF-8 cannot encode."""
    return text.encode("utf-8", "backslashreplace").decode()
