"""MusicXML documents as one tree, from any file: packed or not, partwise or timewise, any encoding.

Programs write XML that is not well-formed; what can be mended is: stray bytes before the document,
control characters, bare ampersands, a wrong declaration, and an end that is missing.
"""

import codecs
import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from xml.etree import ElementTree

from miaobi.core.errors import DataError
from miaobi.core.text_encoding import decode_leniently
from miaobi.notation.left_out import LEFT_OUT

Element = ElementTree.Element
MAX_BYTES = 50_000_000  # of an unpacked document
MAX_MEMBERS = 50  # of an archive that are looked at
ROOTS = ("score-partwise", "score-timewise")
CONTAINER = "META-INF/container.xml"
SUFFIXES = (".musicxml", ".xml")
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
# its entities would let a small file grow without end
DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.S)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
REFERENCE = re.compile(r"&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w{2,31})?(;)?")
XML_ENTITIES = ("amp", "lt", "gt", "quot", "apos")


def read_document(data: bytes, warnings: set[str]) -> Element:
    """Read a document as a score-partwise tree without namespaces.

    Raises ValueError, zipfile.BadZipFile and others if it cannot be read.
    """
    if data.startswith(b"PK"):
        data = _unpack(data)
    root = _parse(_decode(data, warnings), warnings)
    for element in root.iter():
        element.tag = _local(element.tag)
    score = next((element for element in root.iter() if element.tag in ROOTS), None)
    if score is None:
        raise ValueError(f"its root is <{root.tag}>, not <score-partwise>")
    return _by_part(score) if score.tag == "score-timewise" else score


def _local(tag: object) -> str:
    """Return a tag without its namespace or prefix; comments have none."""
    return re.split(r"[}:]", tag)[-1] if isinstance(tag, str) else ""


def _unpack(data: bytes) -> bytes:
    """Extract the document of an archive: the file its container names, or a file with music."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        for name in [*_named(archive, names), *_candidates(names)][:MAX_MEMBERS]:
            with archive.open(name) as file:
                document = file.read(MAX_BYTES + 1)
            if len(document) > MAX_BYTES:
                raise ValueError("it is too large")
            if any(root.encode(code) in document for root in ROOTS for code in _ENCODINGS):
                return document
    raise ValueError("the archive has no score")


_ENCODINGS = ("ascii", "utf-16-le", "utf-16-be")


def _named(archive: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    """Find the documents that the container names, in any spelling of their paths."""
    if CONTAINER not in names:
        return
    text = archive.read(CONTAINER)[:MAX_BYTES].decode("utf-8", "replace")
    known = {name.lower().replace("\\", "/").lstrip("./"): name for name in names}
    for path in re.findall(r"full-path\s*=\s*[\"']([^\"']*)", text):
        wanted = html.unescape(path).lower().replace("\\", "/").lstrip("./")
        if wanted in known:
            yield known[wanted]


def _candidates(names: list[str]) -> list[str]:
    """Return the members that may be a score, those with its suffix first."""
    likely = [
        name
        for name in names
        if not name.endswith("/")
        and not name.startswith(("META-INF/", "__MACOSX/"))
        and not PurePosixPath(name).name.startswith("._")
    ]
    return sorted(likely, key=lambda name: not name.lower().endswith(SUFFIXES))


def _decode(data: bytes, warnings: set[str]) -> str:
    """Decode a document: by its mark, as UTF-8, by its declaration, else by its likeliest one."""
    data = data.lstrip(b" \t\r\n")
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data[:4]:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
        if match := DECLARED.match(data):
            try:
                return data.decode(codecs.lookup(match[1].decode()).name)
            except (LookupError, UnicodeDecodeError):
                pass
    try:
        text, is_certain = decode_leniently(data, "")
    except DataError:  # stray bytes
        text, is_certain = data.replace(b"\0", b"").decode("latin-1"), False
    if not is_certain:
        warnings.add(LEFT_OUT["encoding"])
    return text


def _parse(text: str, warnings: set[str]) -> Element:
    """Parse a document; one that ends too early is read up to there."""
    text = text[max(text.find("<"), 0) :]
    text = DOCTYPE.sub("", DECLARATION.sub("", text, count=1), count=1)
    text = REFERENCE.sub(_mend_reference, CONTROL.sub("", text))
    builder = ElementTree.TreeBuilder()
    parser = ElementTree.XMLParser(target=builder)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except ElementTree.ParseError as error:
        partial = builder.close() if "<" in text else None
        if partial is None or partial.find(".//{*}note") is None:
            raise ValueError(str(error)) from error
        warnings.add(LEFT_OUT["damaged"])
        return partial
    return root


def _mend_reference(match: "re.Match[str]") -> str:
    """Keep the references of XML, replace those of HTML, and escape a bare ampersand."""
    name, end = match[1], match[2]
    if not name or not end:
        return "&amp;" + match[0][1:]
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] == "x" else int(name[1:])
        is_valid = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
        return match[0] if is_valid or 0x10000 <= number < 0x110000 else ""
    if name in XML_ENTITIES:
        return match[0]
    text = html.unescape(match[0])
    return text if text != match[0] else "&amp;" + match[0][1:]


def _by_part(score: Element) -> Element:
    """Turn a score-timewise tree, measures of parts, into parts of measures."""
    parts: dict[str, Element] = {}
    for measure in score.findall("measure"):
        for part in measure.findall("part"):
            key = part.get("id", "")
            parts.setdefault(key, Element("part", id=key))
            copy = ElementTree.SubElement(parts[key], "measure", measure.attrib)
            copy.extend(list(part))
        score.remove(measure)
    score.extend(parts.values())
    score.tag = "score-partwise"
    return score
