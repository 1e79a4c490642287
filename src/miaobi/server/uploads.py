"""Files that clients send: sniffed, bounded, kept for the time of one request, named by us."""

from pathlib import Path

from starlette.datastructures import UploadFile

from miaobi.core.errors import MediaError, TooLargeError
from miaobi.media.sniff import media_type_of

LIMITS = {"image": 20_000_000, "audio": 50_000_000, "any": 60_000_000}  # bytes
BLOCK = 1 << 20


async def keep(upload: UploadFile, kind: str, folder: Path, name: str) -> Path:
    """Write an upload into `folder`; its own name is ignored. Raises MediaError, TooLargeError.

    `kind` is "image", "audio" or "any": what its bytes have to be, whatever its name says.
    """
    path, size, limit = folder / name, 0, LIMITS[kind]
    with path.open("wb") as file:
        while block := await upload.read(BLOCK):
            size += len(block)
            if size > limit:
                raise TooLargeError(
                    "The file {file} has more than {limit:,} bytes.",
                    "Send a smaller one.",
                    file=upload.filename,
                    limit=limit,
                )
            file.write(block)
    if not size:
        raise MediaError("The file {file} is empty.", file=upload.filename)
    found = media_type_of(path.read_bytes())
    wanted = ("audio/", "video/mp4") if kind == "audio" else ("image/",)
    if kind != "any" and not found.startswith(wanted):
        raise MediaError(
            "The file {file} is {found}.",
            "Send {wanted}.",
            file=upload.filename,
            found=found,
            wanted="PNG, JPEG, WebP" if kind == "image" else "WAV, FLAC, MP3, OGG",
        )
    return path
