"""ASGI middleware around the application: origin and host checks, CORS, body limit, access log.

A browser sends requests of any page to a server on loopback. So requests with a foreign Origin
are refused, and requests with a foreign Host as well (DNS rebinding).
"""

import asyncio
import json
import logging
import re
import time
import uuid
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from miaobi.core.errors import MiaobiError, ScopeError, TooLargeError, TooSlowError
from miaobi.server.errors import error_response
from miaobi.server.state import LOOPBACK, ServiceConfig

# response headers that an allowed page of another origin may read
EXPOSED_HEADERS = (
    "x-request-id, x-miaobi-artifact, x-miaobi-seed, location, retry-after, openai-poll-after-ms"
)
MIN_RATE = 1000  # bytes a second, on average after the first seconds
MAX_BODY_TIME = 3600.0  # seconds to wait for a body at most
MAX_AGE = "600"  # seconds that a browser may cache a preflight response
logger = logging.getLogger("miaobi.server")


class RequestMiddleware:
    """Checks, limits and logs every HTTP request."""

    def __init__(self, app: ASGIApp, config: ServiceConfig) -> None:
        self.app, self.config = app, config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request = RequestState(scope, receive, send, self.config)
        try:
            self.check_origin(headers)
            if headers.get("origin", "") in self.config.cors_origins:
                request.allow_origin(headers["origin"])
                if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
                    await request.send_preflight(headers)
                    return
            request.check_length(headers.get("content-length", ""))
            await self.app(scope, request.receive, request.send)
        except MiaobiError as error:
            await request.send_error(error)
        except Exception as error:
            logger.exception("unexpected error")
            await request.send_error(error)
        finally:
            request.finish()

    def check_origin(self, headers: Headers) -> None:
        """Refuse requests of other web pages and for other host names. Raises ScopeError."""
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        allowed = (*LOOPBACK, *self.config.allowed_hosts, self.config.host)
        if self.config.is_local and name not in allowed:
            raise ScopeError(
                "This server does not accept the host name {host!r}.",
                "To accept it, start the server with --allowed-host {host}",
                host=name,
            )
        origin = headers.get("origin", "")
        if not origin or origin in self.config.cors_origins:
            return
        if urlsplit(origin).netloc != host:
            raise ScopeError(
                "The web page {origin} may not use this server.",
                "To allow it, start the server with --cors-origin {origin}",
                origin=origin,
            )


class RequestState:
    """One HTTP request: bytes received, status sent, extra response headers, start time."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, config: ServiceConfig) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.body_limit, self.body_timeout = config.body_limit, config.body_timeout
        self.waited = 0.0  # seconds, for the body
        self.has_body = False  # all of it was received
        self.started = time.perf_counter()
        self.id = uuid.uuid4().hex
        self.status = self.bytes_received = 0
        self.headers = [
            (b"x-request-id", self.id.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        self.error: MiaobiError | None = None  # raised while the body was read

    def check_length(self, content_length: str) -> None:
        """Check the announced length before anything is read. Raises TooLargeError."""
        if content_length.isdigit() and int(content_length) > self.body_limit:
            raise self._too_large()

    async def receive(self) -> Message:
        """Receive the next part of the body. Raises TooLargeError or TooSlowError."""
        if self.has_body:  # the client may hang up at any time
            return await self._receive()
        started = time.monotonic()
        allowed = min(MAX_BODY_TIME, self.body_timeout + self.bytes_received / MIN_RATE)
        try:
            async with asyncio.timeout(max(0.0, allowed - self.waited)):
                message = await self._receive()
        except TimeoutError as error:
            self.waited += time.monotonic() - started
            self.headers.append((b"connection", b"close"))
            self.error = self._too_slow()
            raise self.error from error
        self.waited += time.monotonic() - started
        self.has_body = not message.get("more_body", False)
        self.bytes_received += len(message.get("body", b""))
        if self.bytes_received > self.body_limit:
            self.error = self._too_large()
            raise self.error
        return message

    async def send(self, message: Message) -> None:
        """Send head and body of the response, with the request id in the head."""
        if self.error is not None:  # the reader of the body turned the reason into another error
            await self.send_error(self.error)
            return
        await self._send_with_headers(message)

    async def _send_with_headers(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], *self.headers]}
        await self._send(message)

    def allow_origin(self, origin: str) -> None:
        """Allow a page of another origin to read the response (CORS)."""
        self.headers += [
            (b"access-control-allow-origin", origin.encode()),
            (b"vary", b"Origin"),
            (b"access-control-expose-headers", EXPOSED_HEADERS.encode()),
        ]

    async def send_preflight(self, headers: Headers) -> None:
        """Answer a CORS preflight request."""
        requested = headers.get("access-control-request-headers", "")
        allowed = re.sub(r"[^\w, -]", "", requested, flags=re.ASCII)
        head = [
            (b"access-control-allow-methods", b"GET, POST, DELETE"),
            (b"access-control-allow-headers", allowed.encode()),
            (b"access-control-max-age", MAX_AGE.encode()),
        ]
        if "access-control-request-private-network" in headers:  # from a page on the internet
            head.append((b"access-control-allow-private-network", b"true"))
        await self.send({"type": "http.response.start", "status": 204, "headers": head})
        await self._send({"type": "http.response.body", "body": b""})

    async def send_error(self, error: BaseException) -> None:
        """Send an error, unless a response has begun."""
        if self.status:
            return
        status, body, headers = error_response(error)
        head = [(name.encode(), value.encode()) for name, value in headers.items()]
        content = json.dumps(body, ensure_ascii=False).encode()
        head.append((b"content-type", b"application/json"))
        head.append((b"content-length", str(len(content)).encode()))
        await self._send_with_headers(
            {"type": "http.response.start", "status": status, "headers": head}
        )
        await self._send({"type": "http.response.body", "body": content})

    def finish(self) -> None:
        """Log one line of JSON and update the metrics; neither contains user input."""
        route = getattr(self.scope.get("route"), "path", "") or "-"
        seconds = time.perf_counter() - self.started
        if "app" in self.scope:
            self.scope["app"].state.miaobi.metrics.record_request(route, self.status, seconds)
        line = {
            "request": self.id,
            "method": self.scope["method"],
            "route": route,
            "status": self.status,
            "milliseconds": round(seconds * 1000, 1),
        }
        logger.info(json.dumps(line))

    def _too_slow(self) -> TooSlowError:
        return TooSlowError(
            "The body of the request took too long: {count:,} bytes in {seconds:.1f} seconds.",
            "Send it again over a faster connection, or in smaller parts.",
            count=self.bytes_received,
            seconds=self.waited,
        )

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            "The request has more than {limit:,} bytes.",
            "Send less at once.",
            limit=self.body_limit,
        )
