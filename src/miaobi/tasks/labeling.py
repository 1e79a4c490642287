"""Labels on what is handed out, and the same thing in another format with its label again.

bytes --AIGC label--> --C2PA signature, which covers it--> bytes, or bytes and a sidecar
"""

from typing import Any

from miaobi.core import artifact as artifacts
from miaobi.core.artifact import Artifact
from miaobi.core.settings import producer
from miaobi.media import audio, image
from miaobi.provenance import aigc, sign
from miaobi.provenance.keys import install_keys
from miaobi.provenance.manifest import Record, c2pa_manifest

ENDINGS = {"jpg": "jpeg"}  # other endings of the same
SOUNDS = {row.media_type: name for name, row in audio.FORMATS.items()}
PICTURES = {kind: name for name, kind in image.MEDIA_TYPES.items() if name != "svg"}


def labeled(record: Record, media_type: str, title: str, data: bytes) -> tuple[bytes, bytes | None]:
    """The bytes with every label they can hold; a sidecar where they cannot be signed inside."""
    if media_type in aigc.WRITERS:
        data = aigc.embed(data, media_type, aigc.label(producer(), record.id))
    manifest = c2pa_manifest(record, title)
    if media_type in sign.EMBEDDABLE:  # the signature comes last: it covers the label
        return sign.sign(data, media_type, manifest, install_keys()), None
    return data, sign.sign_beside(data, manifest, install_keys())


def in_format(made: Artifact, ending: str) -> tuple[bytes, bytes | None]:
    """The bytes and sidecar of a sound or picture in the format of a file's ending.

    As they are where the ending names no other format of the same kind.
    """
    format = ENDINGS.get(ending, ending)
    if made.media_type in SOUNDS and format in audio.FORMATS:
        media_type = audio.FORMATS[format].media_type
        encode = _sound
    elif made.media_type in PICTURES and format in PICTURES.values():
        media_type = image.MEDIA_TYPES[format]
        encode = _picture
    else:
        return made.data, made.sidecar
    if media_type == made.media_type:
        return made.data, made.sidecar
    told = {**made.manifest, "parents": tuple(made.manifest["parents"])}
    return labeled(Record(**told), media_type, f"{made.id}.{format}", encode(made.data, format))


def _sound(data: bytes, format: str) -> bytes:
    samples, rate = audio.decode(data, mono=False)
    return audio.encode(samples[:, 0] if samples.shape[1] == 1 else samples, rate, format)


def _picture(data: bytes, format: str) -> bytes:
    pixels: Any = image.decode(data)
    return image.encode(image.opaque(pixels) if format == "jpeg" else pixels, format)


artifacts.in_format = in_format  # what an Artifact asks when it is saved
