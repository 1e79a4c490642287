"""HTTP on the wire: httptools parses it in C, and nothing around a body may be without end.

A head, a trailer or the sizes of chunks are collected before anybody sees them; the gate bounds
bodies alone.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LIMIT = 65_536  # bytes of a head, as far as it is read at once


class Bounded(HttpToolsProtocol):
    """uvicorn's protocol for httptools; refuses a request with too much that is no body."""

    unseen = 0  # bytes since something was handed on

    def data_received(self, data: bytes) -> None:
        """Bytes of a request, more or fewer of them."""
        self.unseen += len(data)
        super().data_received(data)
        if self.unseen > LIMIT and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        """The head is there."""
        self.unseen = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body is there."""
        self.unseen = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there."""
        self.unseen = 0
        super().on_message_complete()
