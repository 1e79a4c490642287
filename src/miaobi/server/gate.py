"""What every request passes: whose page sent it, how large it is, how long it took.

A browser sends any page's requests to a server on loopback: so a foreign Origin is refused, and a
Host that is not ours as well (DNS rebinding).
"""

import json
import logging
import re
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from miaobi.core.errors import MiaobiError, ScopeError, TooLargeError
from miaobi.server.config import LOOPBACK, ServiceConfig
from miaobi.server.failures import failure

# headers of answers that a page of another origin may read
READABLE = (
    "x-request-id, x-miaobi-artifact, x-miaobi-seed, location, retry-after, openai-poll-after-ms"
)
log = logging.getLogger("miaobi.server")


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, config: ServiceConfig) -> None:
        self.app, self.config = app, config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        call = Call(scope, receive, send, self.config.body_limit)
        try:
            self.check_origin(headers, scope.get("scheme", "http"))
            if headers.get("origin", "") in self.config.origins:
                call.allow(headers["origin"])
                if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                    await call.preflight(headers)
                    return
            call.check_length(headers.get("content-length", ""))
            await self.app(scope, call.receive, call.send)
        except MiaobiError as error:
            await call.refuse(error)
        except Exception as error:
            log.exception("unforeseen")
            await call.refuse(error)
        finally:
            call.note()

    def check_origin(self, headers: Headers, scheme: str) -> None:
        """Refuse what another web page sends. Raises ScopeError."""
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if self.config.is_local and name not in (*LOOPBACK, *self.config.hosts, self.config.host):
            raise ScopeError(
                "This server does not go by the name {host!r}.",
                "Start it with --name {host} if it shall.",
                host=name,
            )
        origin = headers.get("origin", "")
        if not origin or origin in self.config.origins:
            return
        if urlsplit(origin).netloc != host:
            raise ScopeError(
                "The web page {origin} may not use this server.",
                "Start it with --origin {origin} if it shall.",
                origin=origin,
            )


class Call:
    """One request on its way: what came in, what goes out, and when."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self.scope, self._receive, self._send, self.limit = scope, receive, send, limit
        self.started = time.perf_counter()
        self.id = uuid.uuid4().hex
        self.status = self.size = 0
        self.own = [(b"x-request-id", self.id.encode()), (b"x-content-type-options", b"nosniff")]
        self.error: MiaobiError | None = None  # why no more is read

    def check_length(self, told: str) -> None:
        """Raises TooLargeError before anything is read."""
        if told.isdigit() and int(told) > self.limit:
            raise self._too_large()

    async def receive(self) -> Message:
        """The next part of the body. Raises TooLargeError."""
        message = await self._receive()
        self.size += len(message.get("body", b""))
        if self.size > self.limit:
            self.error = self._too_large()
            raise self.error
        return message

    async def send(self, message: Message) -> None:
        """Head and body of the answer; the head says which request it answers."""
        if self.error is not None:  # whoever read the body makes something else of the reason
            await self.refuse(self.error)
            return
        await self._pass(message)

    async def _pass(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], *self.own]}
        await self._send(message)

    def allow(self, origin: str) -> None:
        """Let the page of an origin that the owner named read the answer (CORS)."""
        self.own += [
            (b"access-control-allow-origin", origin.encode()),
            (b"vary", b"Origin"),
            (b"access-control-expose-headers", READABLE.encode()),
        ]

    async def preflight(self, headers: Headers) -> None:
        """Tell a browser that it may ask what it is about to ask."""
        asked = headers.get("access-control-request-headers", "")
        head = [
            (b"access-control-allow-methods", b"GET, POST, DELETE"),
            (b"access-control-allow-headers", re.sub(r"[^\w, -]", "", asked, flags=re.A).encode()),
            (b"access-control-max-age", b"600"),
        ]
        if "access-control-request-private-network" in headers:  # a public page asks this machine
            head.append((b"access-control-allow-private-network", b"true"))
        await self.send({"type": "http.response.start", "status": 204, "headers": head})
        await self._send({"type": "http.response.body", "body": b""})

    async def refuse(self, error: BaseException) -> None:
        """Answer with an error, if no answer has begun."""
        if self.status:
            return
        status, body, headers = failure(error)
        head = [(name.encode(), value.encode()) for name, value in headers.items()]
        head.append((b"content-type", b"application/json"))
        await self._pass({"type": "http.response.start", "status": status, "headers": head})
        told = json.dumps(body, ensure_ascii=False).encode()
        await self._send({"type": "http.response.body", "body": told})

    def note(self) -> None:
        """One line of JSON for the log: nothing of what was said."""
        route = self.scope.get("route")
        metrics = self.scope["app"].state.service.metrics if "app" in self.scope else None
        if metrics is not None:
            name = getattr(route, "path", "") or "-"
            metrics.requests.labels(name, str(self.status)).inc()
            metrics.seconds.labels(name).observe(time.perf_counter() - self.started)
        line: dict[str, Any] = {
            "request": self.id,
            "method": self.scope["method"],
            "route": getattr(route, "path", "") or "-",
            "status": self.status,
            "milliseconds": round((time.perf_counter() - self.started) * 1000, 1),
        }
        log.info(json.dumps(line))

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            "The request has more than {limit:,} bytes.", "Send less at once.", limit=self.limit
        )
