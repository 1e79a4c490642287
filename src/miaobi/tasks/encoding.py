"""The table of request types: how an output becomes a file, and which parts it is made of.

To add a modality, add one row to `ENCODINGS`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from miaobi.core.arrays import Pixels
from miaobi.core.errors import PromptError
from miaobi.core.events import Output
from miaobi.core.film import FilmRequest
from miaobi.core.morph import MorphRequest
from miaobi.core.music import MusicRequest
from miaobi.core.requests import (
    ImageRequest,
    Request,
    SoundRequest,
    SpeechRequest,
    TextRequest,
    TranscriptRequest,
)
from miaobi.core.video import VideoRequest
from miaobi.media import animation, audio, cues, image, subtitles, video
from miaobi.music import formats
from miaobi.music.score import piano_roll
from miaobi.speech import audiobook

File = tuple[str, str, bytes]  # media type, file ending, bytes


@dataclass(frozen=True)
class Encoding:
    """One row: how the outputs of a request type become files."""

    encode: Callable[[Any, Output], File]
    source: Callable[[Any], Path | None] = lambda request: None  # the user's file it is made over
    # the frames or images that are published one by one before the sheet of all of them
    sheet: Callable[[Any, Output], bool] = lambda request, output: False
    subtitles: Callable[[Any], str] = lambda request: ""  # the format of subtitles made as well
    may_be_empty: Callable[[Any], bool] = lambda request: False


def encoding_of(request: Request) -> Encoding:
    """Return the row of a request's type, or of the nearest type it is derived from."""
    return next(ENCODINGS[kind] for kind in type(request).__mro__ if kind in ENCODINGS)


def finish_image(request: ImageRequest, pixels: Pixels) -> Pixels:
    """Resize an image and cut out its subject as requested: (H, W, 3), or (H, W, 4) cut out."""
    if request.fit and request.size not in (None, pixels.shape[1::-1]):
        pixels = image.fit(pixels, request.size)
    if request.upscale:
        height, width = pixels.shape[:2]
        pixels = image.resize(pixels, (width * request.upscale, height * request.upscale))
    if request.transparent and pixels.shape[2] == 3:
        pixels = image.remove_background(pixels)
    return pixels


def contact_sheet(request: Request, output: Output) -> tuple[Request, Pixels]:
    """Arrange the images of an output on one sheet; the request is changed to match it."""
    if not isinstance(request, ImageRequest):
        return request, image.make_grid(list(output.pictures))
    pictures = [finish_image(request, pixels) for pixels in output.pictures]
    return replace(request, upscale=0, transparent=False, fit=False), image.make_grid(pictures)


def _encode_text(request: TextRequest, output: Output) -> File:
    return "text/plain", "txt", (output.text or "").encode()


def _encode_transcript(request: TranscriptRequest, output: Output) -> File:
    media_type, text = subtitles.write(output.segments or (), output.language, request.format)
    return media_type, request.format, text.encode()


def _encode_image(request: ImageRequest, output: Output) -> File:
    if output.encoded and request.format == "svg":  # drawn as vectors, not traced
        return image.MEDIA_TYPES["svg"], "svg", output.encoded
    pixels = finish_image(request, output.pictures[0])
    return image.MEDIA_TYPES[request.format], request.format, image.encode(pixels, request.format)


def _encode_morph(request: MorphRequest, output: Output) -> File:
    data = animation.encode(output.pictures, request.format, request.fps, request.back)
    return animation.MEDIA_TYPES[request.format], request.format, data


def _encode_video(request: VideoRequest, output: Output) -> File:
    frames = output.pictures[:1] if request.format == "png" else output.pictures
    data = animation.encode(frames, request.format, output.rate)
    return video.MEDIA_TYPES[request.format], request.format, data


def _encode_film(request: FilmRequest, output: Output) -> File:
    return video.MEDIA_TYPES[request.format], request.format, output.encoded


def _encode_speech(request: SpeechRequest, output: Output) -> File:
    """Encode speech as sound, as an audiobook with chapters, or as its subtitles."""
    if request.format in subtitles.WRITERS:
        segments = cues.subtitle_segments(output.segments or ())
        media_type, text = subtitles.write(segments, output.language, request.format)
        return media_type, request.format, text.encode()
    if output.chapters or request.format in audiobook.ONLY:
        data = audiobook.encode(output, request.format, request.title, request.author)
        return audiobook.MEDIA_TYPES[request.format], request.format, data
    return _encode_sound(request, output)


def _encode_sound(request: SpeechRequest | SoundRequest | MusicRequest, output: Output) -> File:
    if output.samples is None or not len(output.samples):  # of emoji alone
        raise PromptError("The {name} is empty.", "Give it some text.", name="text")
    data = audio.encode(output.samples, output.rate, request.format)
    return audio.FORMATS[request.format].media_type, request.format, data


def _encode_music(request: MusicRequest, output: Output) -> File:
    """Encode music as sound, as notation, or as a piano roll."""
    if output.score is None:  # models of the Hub give sound alone
        return _encode_sound(request, output)
    if request.format == "png":
        data = image.encode(piano_roll(output.score), "png")
        return image.MEDIA_TYPES["png"], request.format, data
    if request.format in formats.FORMATS:
        media_type, write = formats.FORMATS[request.format]
        return media_type, request.format, write(output.score)
    return _encode_sound(request, output)


def _first_picture(request: MorphRequest | VideoRequest) -> Path | None:
    return next(iter(request.pictures), None)


ENCODINGS: dict[type[Request], Encoding] = {
    TextRequest: Encoding(_encode_text, may_be_empty=lambda request: request.may_be_empty),
    TranscriptRequest: Encoding(_encode_transcript),
    ImageRequest: Encoding(
        _encode_image,
        source=lambda request: request.init,
        sheet=lambda request, output: len(output.pictures) > 1,
    ),
    MorphRequest: Encoding(_encode_morph, source=_first_picture),
    VideoRequest: Encoding(
        _encode_video,
        source=_first_picture,
        sheet=lambda request, output: request.format == "png",
    ),
    FilmRequest: Encoding(_encode_film),
    SpeechRequest: Encoding(_encode_speech, subtitles=lambda request: request.subtitles),
    SoundRequest: Encoding(_encode_sound),
    MusicRequest: Encoding(_encode_music, source=lambda request: request.melody),
}
