"""Errors as OpenAI's clients know them: a status, and {"error": {message, type, param, code}}."""

from pathlib import Path
from typing import Any

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
    UsageError,
)
from miaobi.core.i18n import tr

# HTTP status -> type; the status of each error is drawn in core/errors.py
TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
}
# what programs can tell apart; the first class that fits gives the code
CODES: tuple[tuple[type[MiaobiError], str], ...] = (
    (ContextFull, "context_length_exceeded"),
    (PolicyRefusal, "content_policy_violation"),
    (TooLargeError, "too_large"),
    (AccessError, "invalid_api_key"),
    (BusyError, "busy"),
    (NotFoundError, "not_found"),
    (UsageError, "invalid_value"),
)


def failure(error: BaseException) -> tuple[int, dict[str, Any], dict[str, str]]:
    """(status, body, headers) of an error; of one that nobody foresaw only that it happened."""
    if isinstance(error, MiaobiError):
        code = next((code for kind, code in CODES if isinstance(error, kind)), None)
        code = "model_not_found" if code == "not_found" and "kind" in error.values else code
        param = error.values.get("name") if isinstance(error, UsageError) else None
        headers = {}
        if isinstance(error, BusyError):
            headers["retry-after"] = str(error.values.get("seconds", 1))
        if error.http_status == 401:
            headers["www-authenticate"] = "Bearer"
        if error.http_status >= 500:  # the same request would fail again: a client need not repeat
            headers["x-should-retry"] = "false"
        return error.http_status, body(_sentence(error), error.http_status, code, param), headers
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        known = {404: tr("There is no such address."), 405: tr("This address does not do that.")}
        told = known.get(error.status_code, str(error.detail))
        return error.status_code, body(told, error.status_code), dict(error.headers or {})
    told = tr("Something went wrong here; the log of the server says what.")
    return 500, body(told, 500), {"x-should-retry": "false"}


def body(
    message: str, status: int, code: str | None = None, param: object = None
) -> dict[str, Any]:
    """The JSON of an error."""
    kind = TYPES.get(status, "server_error")
    told = _spelled(str(param)) if param else None
    return {"error": {"message": _spelled(message), "type": kind, "param": told, "code": code}}


def _spelled(words: str) -> str:
    """Half a letter, which JSON can name but UTF-8 cannot hold, by its number."""
    return words.encode("utf-8", "backslashreplace").decode()


def _sentence(error: MiaobiError) -> str:
    """What the error says; of files of this machine only their names."""
    kept = error.values
    error.values = {k: v.name if isinstance(v, Path) else v for k, v in kept.items()}
    try:
        return str(error)
    finally:
        error.values = kept


def _invalid(error: RequestValidationError) -> tuple[int, dict[str, Any], dict[str, str]]:
    """The first thing that is wrong with the JSON or the form of a request."""
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    param = ".".join(place) or None
    if first["type"] == "extra_forbidden":
        message = tr("There is no option {name!r} here.", name=param)
    elif first["type"] == "missing":
        message = tr("{name} is missing.", name=param or "body")
    elif first["type"] == "json_invalid":
        message, param = tr("The body is not JSON."), None
    else:
        message = tr("{name} cannot be used: {reason}.", name=param or "body", reason=first["msg"])
    return 400, body(message, 400, "invalid_value", param), {}
