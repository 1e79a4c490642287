"""HTTP/1.1 protocol on httptools with a size limit on everything that is not a body.

Request heads, trailers and chunk sizes are buffered before the application sees them; the
middleware limits bodies only.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 65_536  # bytes, counted in units of one read


class BoundedHttpProtocol(HttpToolsProtocol):
    """uvicorn's httptools protocol; refuses requests with an oversized head or trailer."""

    pending = 0  # bytes received since the parser last passed something on

    def data_received(self, data: bytes) -> None:
        """Parse the next bytes of a connection and close it when the head is too long."""
        self.pending += len(data)
        super().data_received(data)
        if self.pending > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        """Reset the counter after a complete head."""
        self.pending = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Reset the counter after a part of the body."""
        self.pending = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Reset the counter after a complete request."""
        self.pending = 0
        super().on_message_complete()
