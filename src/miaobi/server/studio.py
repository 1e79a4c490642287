"""GET / and /studio/…: the web studio's files, with headers that keep the page on this machine."""

import hashlib
import json
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from miaobi.core import i18n
from miaobi.core.errors import NotFoundError
from miaobi.studio import FOLDER

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
HEADERS = {
    # nothing but this server: no other machine, no inline program, no frame around the page
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",  # kept, and asked for again: an update shows at once
}

# the addresses of this server: what the page offers. The OpenAPI document takes long to make
ROUTES = "routes.json"


async def page(request: Request) -> Response:
    """The studio."""
    return _answer(request, "index.html")


async def file(request: Request, name: str) -> Response:
    """A file of the studio, or the list of routes. Raises NotFoundError for any other."""
    if name == ROUTES:
        paths = {getattr(route, "path", "") for route in request.app.routes}
        told = json.dumps(sorted(path.replace(":path", "") for path in paths))
        return Response(told, media_type=TYPES[".json"], headers=HEADERS)
    return _answer(request, name)


def _answer(request: Request, name: str) -> Response:
    if name not in _files():
        raise NotFoundError("The studio has no file {name}.", "Open / instead.", name=name)
    data, kind, tag = _files()[name]
    headers = {**HEADERS, "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)


@cache
def _files() -> dict[str, tuple[bytes, str, str]]:
    """name -> (bytes, media type, tag) of all there is: no other path can be asked for."""
    paths = {path.name: path for path in FOLDER.iterdir() if path.suffix in TYPES}
    # what the server says in English, for the screens that show it in Chinese
    paths["sentences.json"] = i18n.CATALOG
    found = {}
    for name, path in paths.items():
        data = path.read_bytes()
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        found[name] = (data, TYPES[path.suffix], tag)
    return found
