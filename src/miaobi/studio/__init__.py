"""Static files of the web studio, which talks to the server over HTTP alone; no build step."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from miaobi.core import i18n

FOLDER = Path(__file__).parent
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
HEADERS = {
    # nothing but this server: no other host, no inline script, no frame around the page
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",  # cached but revalidated, so that an update shows at once
}


class StaticFile(NamedTuple):
    """Content, media type and ETag of a file."""

    content: bytes
    media_type: str
    etag: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Read every file of the studio by name; no other path can be requested."""
    paths = {path.name: path for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES}
    # Chinese translations of the server's messages
    paths["sentences.json"] = i18n.CATALOG
    files = {}
    for name, path in paths.items():
        content = path.read_bytes()
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        files[name] = StaticFile(content, MEDIA_TYPES[path.suffix], etag)
    return files
