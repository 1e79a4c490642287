"""Files as responses: HEAD, conditional requests and ranges as RFC 9110 has them."""

import re
from email.utils import parsedate_to_datetime

import anyio
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

RANGE = re.compile(r"(\d*)-(\d*)", re.ASCII)
MAX_DIGITS = 18  # of a position in a file
KEPT = ("etag", "last-modified", "cache-control", "content-security-policy")  # of a 304


class ContentResponse(FileResponse):
    """A file of this machine; 304 where the client has it, and unusable ranges are ignored."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, a part of it, or that it has not changed."""
        if self.stat_result is None:
            self.stat_result = await anyio.Path(self.path).stat()
            self.set_stat_headers(self.stat_result)
        headers = Headers(scope=scope)
        if self._is_unchanged(headers):
            kept = {name: self.headers[name] for name in KEPT if name in self.headers}
            await Response(status_code=304, headers=kept)(scope, receive, send)
            return
        if scope["method"] != "GET" or not is_usable(headers.get("range", "")):
            rest = [row for row in scope["headers"] if row[0] != b"range"]
            scope = {**scope, "headers": rest}
        await super().__call__(scope, receive, send)

    def _is_unchanged(self, headers: Headers) -> bool:
        """Return True if the client has this version: by its tag, else by its date."""
        if tags := headers.get("if-none-match", "").strip():
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return tags == "*" or self.headers["etag"].removeprefix("W/") in known
        try:
            since = parsedate_to_datetime(headers.get("if-modified-since", ""))
            return parsedate_to_datetime(self.headers["last-modified"]) <= since
        except (TypeError, ValueError):
            return False


def is_usable(ranges: str) -> bool:
    """Return True for ranges of bytes that are well formed; all others are ignored (14.2)."""
    unit, _, listed = ranges.partition("=")
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    found = [RANGE.fullmatch(part) for part in parts]
    return (
        unit.strip().lower() == "bytes"
        and bool(found)
        and all(match is not None and _is_ordered(*match.groups()) for match in found)
    )


def _is_ordered(first: str, last: str) -> bool:
    if len(first) > MAX_DIGITS or len(last) > MAX_DIGITS:
        return False
    return int(first) <= int(last) if first and last else bool(first or last)
