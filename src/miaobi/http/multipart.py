"""Multipart forms (RFC 7578) as real clients send them, read with limits on everything.

Text before the first and after the last part is passed over, lines may end in LF alone, and a file
may have its name in `filename*` or none at all.
"""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request

from miaobi.core.errors import OptionError

Items: TypeAlias = list[tuple[str, str | UploadFile]]  # field name -> text or file
MAX_FILES, MAX_FIELDS = 16, 60  # of one form
MAX_FIELD = 1 << 20  # bytes of the text of one field
MAX_HEAD = 1 << 14  # bytes of the headers of one part
MAX_PREAMBLE = 1 << 16  # bytes before the first part
MAX_IN_MEMORY = 1 << 20  # bytes of a file; longer ones are written to disk
FILE_FIELDS = frozenset(("file", "image", "mask", "melody", "input_reference", "sidecar"))
PARAMETER = re.compile(r';\s*([\w!#$%&\'*+.^`|~-]+)\s*=\s*("(?:\\["\\]|[^"])*"|[^;]*)')
START, HEAD, BODY, END = range(4)  # states of the splitter


class Part(NamedTuple):
    """The beginning of a part: its headers, by names in lower case."""

    headers: dict[str, str]


Event: TypeAlias = Part | bytes | None  # a part begins, a piece of its content, it ends


class Splitter:
    """Splits a form into its parts as its bytes arrive. Raises OptionError for damage."""

    def __init__(self, boundary: bytes) -> None:
        self.mark = b"--" + boundary
        self.buffer = bytearray()
        self.state = START
        self.newline = b"\r\n"
        self.lead = 0  # bytes of the buffer that belong to the head of the part

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield what the next bytes complete."""
        self.buffer += data
        before = (-1, START)
        while self.state != END and before != (len(self.buffer), self.state):
            before = (len(self.buffer), self.state)
            if self.state == START:
                self._start()
            elif self.state == HEAD:
                yield from self._head()
            else:
                yield from self._body()
        if self.state == END:  # what follows is no part of the form
            self.buffer.clear()

    def finish(self) -> Iterator[Event]:
        """Yield what the end of the data completes: the last line may have no end."""
        yield from self.feed(self.newline)
        if self.state != END:
            raise _unreadable("it ends within a part")

    def _start(self) -> None:
        """Pass over what comes before the first boundary."""
        index = self.buffer.find(self.mark)
        while index > 0 and self.buffer[index - 1] != ord("\n"):
            index = self.buffer.find(self.mark, index + 1)
        if index < 0:
            if len(self.buffer) > MAX_PREAMBLE:
                raise _unreadable("its boundary is missing")
            return
        end = self.buffer.find(b"\n", index)
        if end > 0 and self.buffer[end - 1 : end] != b"\r":
            self.newline = b"\n"
        if self._line(index, b"") is False:
            del self.buffer[: index + 1]

    def _head(self) -> Iterator[Event]:
        """Read the headers of a part, up to an empty line."""
        index = 0 if self.buffer.startswith(self.newline) else self.buffer.find(self.newline * 2)
        if index < 0 or len(self.buffer) < len(self.newline):
            if len(self.buffer) > MAX_HEAD:
                raise _unreadable("the headers of a part are too long")
            return
        head = bytes(self.buffer[:index])
        # the last line end stays: the boundary may follow at once
        del self.buffer[: index + (len(self.newline) if index else 0)]
        self.state, self.lead = BODY, len(self.newline)
        yield Part(_headers(head))

    def _body(self) -> Iterator[Event]:
        """Pass on the content up to the next boundary."""
        mark = self.newline + self.mark
        index = self.buffer.find(mark)
        if index < 0:
            yield from self._content(max(0, len(self.buffer) - len(mark) + 1))
            return
        if index > 0:
            yield from self._content(index)
            index = self.buffer.find(mark)
        if index == 0 and (ends := self._line(0, self.newline)) is not None:
            if ends:
                self.lead = 0
                yield None
            else:  # the boundary of another form, as content
                yield from self._content(len(mark))

    def _content(self, size: int) -> Iterator[Event]:
        """Take content off the buffer."""
        if size >= self.lead:
            yield bytes(self.buffer[self.lead : size])
            del self.buffer[:size]
            self.lead = 0

    def _line(self, index: int, before: bytes) -> bool | None:
        """Read the line of a boundary; False if it is none, None if it is not complete yet."""
        start = index + len(before) + len(self.mark)
        end = self.buffer.find(b"\n", start)
        if end < 0:
            is_long = len(self.buffer) - start > MAX_HEAD
            return False if is_long else None
        rest = bytes(self.buffer[start:end]).strip(b" \t\r")
        if rest not in (b"", b"--"):
            return False
        self.state = END if rest else HEAD
        del self.buffer[: end + 1]
        return True


@asynccontextmanager
async def open_form(request: Request) -> AsyncIterator[Items]:
    """Read the fields and files of a form; the files are closed afterwards. Raises OptionError."""
    kind, parameters = parse_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data":
        async with request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS) as form:
            yield form.multi_items()
        return
    reader = FormReader()
    try:
        stream = request.stream()
        boundary = parameters.get("boundary", "").encode("latin-1", "replace")
        first = b""
        while not boundary and b"\n" not in first:  # a client that set the header by hand
            if not (piece := await anext(stream, b"")) or len(first) > MAX_HEAD:
                break
            first += piece
        boundary = boundary or first.partition(b"\n")[0].strip()[2:]
        if not boundary:
            raise _unreadable("its boundary is missing")
        splitter = Splitter(boundary)
        await reader.read(splitter.feed(first))
        async for data in stream:
            await reader.read(splitter.feed(data))
        await reader.read(splitter.finish())
        yield reader.items
    finally:
        reader.close()


class FormReader:
    """Collects the parts of a form as texts and files."""

    def __init__(self) -> None:
        self.items: Items = []
        self.files = self.fields = 0
        self.name = ""
        self.headers: Mapping[str, str] = {}
        self.text = bytearray()
        self.upload: UploadFile | None = None
        self.stack = ExitStack()  # the files

    async def read(self, events: Iterator[Event]) -> None:
        """Take up parts. Raises OptionError for one without a name, and for too many."""
        for event in events:
            if isinstance(event, Part):
                self._begin(event.headers)
            elif event is None:
                await self._end()
            elif self.upload is not None:
                await self.upload.write(event)
            else:
                self.text += event
                if len(self.text) > MAX_FIELD:
                    raise _unreadable(f"the field {self.name} is too long")

    def close(self) -> None:
        """Close all files."""
        self.stack.close()

    def _begin(self, headers: dict[str, str]) -> None:
        _, parameters = parse_header(headers.get("content-disposition", ""))
        if "name" not in parameters:
            raise _unreadable("a part has no name")
        self.name, self.headers = parameters["name"], headers
        self.text.clear()
        self.upload = None
        file_name = parameters.get("filename")
        base, _, key = self.name.partition("[")  # input_reference[file_id] is a field of an object
        if file_name is None and (base not in FILE_FIELDS or key not in ("", "]")):
            self.fields += 1
            if self.fields > MAX_FIELDS:
                raise _unreadable("it has too many fields")
            return
        self.files += 1
        if self.files > MAX_FILES:
            raise _unreadable("it has too many files")
        spooled = SpooledTemporaryFile(max_size=MAX_IN_MEMORY)  # noqa: SIM115, closed below
        self.stack.push(spooled)
        name = re.split(r"[/\\]", file_name or "")[-1]
        head = Headers({"content-type": headers.get("content-type", "")})
        self.upload = UploadFile(spooled, size=0, filename=name, headers=head)  # type: ignore[arg-type]

    async def _end(self) -> None:
        is_base64 = self.headers.get("content-transfer-encoding", "").lower() == "base64"
        if self.upload is None:
            data = _from_base64(bytes(self.text)) if is_base64 else bytes(self.text)
            self.items.append((self.name, _decode(data)))
            return
        if is_base64:
            await self.upload.seek(0)
            data = _from_base64(await self.upload.read())
            await self.upload.seek(0)
            self.upload.file.truncate()
            self.upload.size = 0
            await self.upload.write(data)
        await self.upload.seek(0)
        if self.upload.size or self.upload.filename:  # neither: no file was chosen
            self.items.append((self.name, self.upload))
        self.upload = None


def parse_header(value: str) -> tuple[str, dict[str, str]]:
    """Parse a header such as `form-data; name="a"`; `filename*` (RFC 8187) wins over `filename`."""
    main, _, _ = value.partition(";")
    parameters: dict[str, str] = {}
    extended: dict[str, str] = {}
    for name, raw in PARAMETER.findall(value[len(main) :]):
        text = raw.strip()
        if text.startswith('"') and text.endswith('"') and len(text) > 1:
            text = re.sub(r'\\(["\\])', r"\1", text[1:-1])
        if name.endswith("*"):
            charset, _, rest = text.partition("'")
            data = unquote_to_bytes(rest.partition("'")[2])
            extended[name[:-1].lower()] = _decode(data, charset)
        else:
            parameters.setdefault(name.lower(), text)
    return main.strip().lower(), parameters | extended


def _headers(head: bytes) -> dict[str, str]:
    lines = re.sub(r"\r?\n[ \t]+", " ", _decode(head)).splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _decode(data: bytes, charset: str = "utf-8") -> str:
    try:
        return data.decode(charset)
    except (ValueError, LookupError):
        return data.decode("latin-1")


def _from_base64(data: bytes) -> bytes:
    try:
        return base64.b64decode(data)
    except binascii.Error as error:
        raise _unreadable("a part is no base64") from error


def _unreadable(reason: str) -> OptionError:
    return OptionError(
        "The form cannot be read: {reason}.", "Send it as multipart/form-data.", reason=reason
    )
