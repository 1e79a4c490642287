"""HTTP/1.1 protocol on httptools with limits on everything that is not a body.

Request heads, trailers and chunk sizes are buffered before the application sees them, and what
comes after an early response is read by nobody; the middleware limits bodies only.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 65_536  # bytes, counted in units of one read


class BoundedHttpProtocol(HttpToolsProtocol):
    """uvicorn's httptools protocol; ends requests with an oversized or late head or trailer."""

    timeout = 60.0  # seconds for a head, and for the rest of a body that was answered early
    pending = 0  # bytes received since the parser last passed something on
    in_body = False  # the head of a request is complete and its body is not
    timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self.wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing."""
        self.stop_waiting()
        super().connection_lost(exc)

    def wait(self) -> None:
        """Close the connection after `timeout` seconds, unless the wait ends before."""
        self.stop_waiting()
        self.timer = self.loop.call_later(self.timeout, self.on_timeout)

    def stop_waiting(self) -> None:
        """Keep the connection open."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None

    def on_timeout(self) -> None:
        """End a connection; a request that has no response yet gets one."""
        if self.transport.is_closing():
            return
        if self.pending and not self.in_body and (not self.cycle or self.cycle.response_complete):
            self.send_400_response("The request took too long to arrive.")
        else:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Parse the next bytes of a connection and close it when the head is too long."""
        self.pending += len(data)
        super().data_received(data)
        if self.pending > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        super().on_message_begin()
        self.wait()

    def on_headers_complete(self) -> None:
        """Reset the counter after a complete head."""
        self.pending, self.in_body = 0, True
        self.stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Reset the counter after a part of the body."""
        self.pending = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Reset the counter after a complete request."""
        self.pending, self.in_body = 0, False
        self.stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the rest of a body that was answered before its end."""
        super().on_response_complete()
        if self.in_body and self.cycle.response_complete:
            self.wait()


def bounded_protocol(timeout: float) -> type[BoundedHttpProtocol]:
    """Return the protocol that waits for so many seconds."""
    return type("BoundedHttpProtocol", (BoundedHttpProtocol,), {"timeout": timeout})
