"""Renders a FilmRequest to a video file, one cached segment per shot.

A segment lasts from the start of a shot to that of the next one. Its file name is a hash of all its
inputs, so that only changed segments are rendered again.

cuts --camera, cross-fades, text--> frames --FFmpeg--> segments + soundtrack --concat--> a file
"""

import contextlib
import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.assets.store import asset_folder
from miaobi.core.arrays import Pixels
from miaobi.core.errors import EngineError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.film import Cut, FilmRequest
from miaobi.core.paths import atomic_write, write_error
from miaobi.engines import soundtrack
from miaobi.media import audio, camera, glyphs, image, text_overlay, upscaling, video
from miaobi.media.text_overlay import Layer
from miaobi.models.zoo import Model

if TYPE_CHECKING:
    from PIL.Image import Image

RENDERER_VERSION = 2  # another number invalidates all cached segments
TEXT_FADE = 0.35  # seconds of the fades of cards and notices
NOTICE_SECONDS = 4.0  # of the notice at the start; it returns with the credits
PREFETCH = 4  # frames drawn ahead
SMALL_SIDE, SMALL_FPS = 640, 12  # maximum width in pixels and rate of GIF and WebP


@dataclass(frozen=True)
class TimedLayer:
    """A text layer and the frames of a segment that show it, with `fade_frames` at both ends."""

    layer: Layer
    first: int
    last: int
    fade_frames: int


@dataclass(frozen=True)
class Segment:
    """One shot, with the end of the previous one below its first `fade` frames."""

    number: int
    start: int  # first frame in the film
    frames: int
    fade: int  # frames
    texts: tuple[tuple[str, str, int, int], ...]  # (kind, text, first frame, last frame)


class FilmRenderer:
    """Draws frames, mixes the soundtrack and encodes. Raises MissingAsset without the font."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.font = asset_folder("subtitle-font") / "font.otf"

    def generate(self, request: FilmRequest) -> Iterator[Event]:
        """Yield Progress in frames, then the Output with the encoded file.

        Raises MediaError, EngineError, DiskFull or OutputPathError.
        """
        segments = plan_segments(request)
        total = sum(segment.frames for segment in segments)
        yield Progress("cutting", 0, total)
        try:
            with contextlib.ExitStack() as stack:
                temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="miaobi-")))
                cache = request.kept or temporary
                cache.mkdir(parents=True, exist_ok=True)
                files = yield from self._render_segments(request, segments, cache, total)
                video_path = temporary / "film.mp4"
                video.concat(files, video_path, _sound(request, temporary))
                usage = self._missing_glyphs(request)
                yield Output(encoded=_convert(request, video_path, temporary), usage=usage)
        except OSError as error:
            raise write_error(request.kept or Path(tempfile.gettempdir()), error) from error

    def _missing_glyphs(self, request: FilmRequest) -> dict[str, float]:
        """Name the characters of the drawn texts that no font has, as one usage."""
        texts = [line for card in request.cards for line in card.lines]
        texts += [cue.text for cue in request.cues] if request.burned else []
        missing = glyphs.missing_characters([*texts, request.notice], self.font)
        names = glyphs.MISSING_GLYPHS + glyphs.name_characters(missing)
        return {names: float(len(missing))} if missing else {}

    def close(self) -> None:
        """Do nothing: no model is loaded."""

    def _render_segments(
        self, request: FilmRequest, segments: list[Segment], cache: Path, total: int
    ) -> Generator[Event, None, list[Path]]:
        """Render the segments that are not cached, delete stale ones, and return all files."""
        files = []
        for segment in segments:
            path = cache / f"{_cache_name(request, segment)}.mp4"
            files.append(path)
            if path.is_file() and path.stat().st_size:
                yield Progress("cutting", segment.start + segment.frames, total)
                continue
            partial_path = path.with_name(f".{path.name}")
            try:
                frames = self._draw_frames(request, segment)
                with contextlib.closing(frames):
                    for done in video.write(frames, partial_path, request.fps, request.size):
                        if done % request.fps == 0:
                            yield Progress("cutting", segment.start + done, total)
                partial_path.replace(path)
                yield Progress("cutting", segment.start + segment.frames, total)
            finally:
                partial_path.unlink(missing_ok=True)
        for stale in set(cache.glob("*.mp4")) - set(files):
            stale.unlink()
        return files

    def _draw_frames(self, request: FilmRequest, segment: Segment) -> Generator[Pixels, None, None]:
        """Yield the frames (H, W, 3) of a segment, drawn ahead by two threads."""
        cut = request.cuts[segment.number]
        previous = request.cuts[segment.number - 1] if segment.fade else None
        draw = partial(
            _draw_frame,
            request=request,
            segment=segment,
            layers=self._text_layers(request, segment),
            current=(cut, _load_picture(cut, request.size)),
            previous=(previous, _load_picture(previous, request.size)) if previous else None,
        )
        return _prefetch(draw, segment.frames)

    def _text_layers(self, request: FilmRequest, segment: Segment) -> list[TimedLayer]:
        layers = []
        for kind, text, first, last in segment.texts:
            if kind == "subtitle":
                layer, fade_frames = text_overlay.draw_subtitle(text, request.size, self.font), 0
            elif kind == "notice":
                layer = text_overlay.draw_notice(text, request.size, self.font)
                fade_frames = round(TEXT_FADE * request.fps)
            else:
                lines = tuple(text.split("\n"))
                layer = text_overlay.draw_card(lines, request.size, self.font, kind)
                fade_frames = round(TEXT_FADE * request.fps)
            layers.append(TimedLayer(layer, first, last, fade_frames))
        return layers


def plan_segments(request: FilmRequest) -> list[Segment]:
    """Divide the film into segments of whole frames; a segment does not depend on earlier ones."""
    segments, start = [], 0
    counts = [_frame_count(cut.seconds, request.fps) for cut in request.cuts]
    fades = [0, *(round(cut.fade * request.fps) for cut in request.cuts[1:])]
    for number, count in enumerate(counts):
        fade = min(fades[number], count, counts[number - 1])
        following = fades[number + 1] if number + 1 < len(counts) else 0
        frames = max(1, count - following)
        texts = _texts(request, start, start + frames)
        segments.append(Segment(number, start, frames, fade, texts))
        start += frames
    return segments


def shot_starts(request: FilmRequest) -> list[float]:
    """Return the second at which each shot starts."""
    return [segment.start / request.fps for segment in plan_segments(request)]


def _texts(request: FilmRequest, start: int, end: int) -> tuple[tuple[str, str, int, int], ...]:
    """Return (kind, text, first frame, last frame) of the texts within a range of frames."""
    fps, total = request.fps, request.seconds
    texts = [(card.kind, "\n".join(card.lines), card.start, card.end) for card in request.cards]
    if request.burned:
        texts += [("subtitle", cue.text, cue.start, cue.end) for cue in request.cues]
    if request.notice:
        texts.append(("notice", request.notice, 0.0, min(NOTICE_SECONDS, total)))
        texts.append(("notice", request.notice, max(NOTICE_SECONDS, total - 2.5), total + 1))
    visible = []
    for kind, text, first_second, last_second in texts:
        first, last = round(first_second * fps), round(last_second * fps)
        if first < end and last > start and last > first:
            visible.append((kind, text, first - start, last - start))
    return tuple(visible)


def _cache_name(request: FilmRequest, segment: Segment) -> str:
    """Hash all that a segment shows, independent of its position in the film."""
    key: list[object] = [
        RENDERER_VERSION,
        request.size,
        request.fps,
        segment.frames,
        segment.fade,
        segment.texts,
    ]
    for number in {segment.number, segment.number - 1 if segment.fade else segment.number}:
        cut = request.cuts[number]
        try:
            digest = hashlib.sha256(cut.picture.read_bytes()).hexdigest()
        except OSError as error:
            raise EngineError(
                "{path} cannot be read: {reason}.", path=cut.picture, reason=error.strerror
            ) from error
        key.append(
            (number - segment.number, digest, cut.motion, _frame_count(cut.seconds, request.fps))
        )
    return hashlib.sha256(repr(key).encode()).hexdigest()[:24]


def _draw_frame(
    index: int,
    *,
    request: FilmRequest,
    segment: Segment,
    layers: list[TimedLayer],
    current: "tuple[Cut, Image]",
    previous: "tuple[Cut, Image] | None",
) -> Pixels:
    """Draw one frame (H, W, 3): the shot, its cross-fade with the previous one, and text."""
    import numpy as np
    from PIL import Image

    cut, source = current
    count = _frame_count(cut.seconds, request.fps)
    frame = camera.apply_camera(source, cut.motion, index / max(1, count - 1), request.size)
    if previous is not None and index < segment.fade:
        previous_cut, previous_source = previous
        previous_count = _frame_count(previous_cut.seconds, request.fps)
        t = (previous_count - segment.fade + index) / max(1, previous_count - 1)
        below = camera.apply_camera(previous_source, previous_cut.motion, t, request.size)
        frame = Image.blend(below, frame, _smoothstep((index + 1) / (segment.fade + 1)))
    for timed in layers:
        if timed.first <= index < timed.last:
            text_overlay.paste_layer(frame, timed.layer, _opacity(timed, index))
    return np.asarray(frame)


def _opacity(timed: TimedLayer, index: int) -> float:
    if not timed.fade_frames:
        return 1.0
    edge = min(index - timed.first + 1, timed.last - index)
    return min(1.0, edge / timed.fade_frames)


def _smoothstep(t: float) -> float:
    return t * t * (3 - 2 * t)


def _load_picture(cut: Cut, size: tuple[int, int]) -> "Image":
    """Load a picture, large enough for the closest view of the camera to be sharp."""
    from PIL import Image

    width, height = (round(side / camera.NEAR_SIZE) for side in size)
    return Image.fromarray(upscaling.fill_frame(image.decode(cut.picture), (width, height)))


def _prefetch(draw: Callable[[int], Pixels], count: int) -> Generator[Pixels, None, None]:
    """Yield draw(0), draw(1) … in order, computed ahead by two threads."""
    with ThreadPoolExecutor(2) as pool:
        futures: deque[Future[Pixels]] = deque()
        try:
            for index in range(count):
                futures.append(pool.submit(draw, index))
                if len(futures) > PREFETCH:
                    yield futures.popleft().result()
            while futures:
                yield futures.popleft().result()
        finally:
            for future in futures:
                future.cancel()


def _sound(request: FilmRequest, temporary: Path) -> Path | None:
    if not request.tracks:
        return None
    path = temporary / "sound.wav"
    atomic_write(path, audio.encode(soundtrack.mix_film(request), soundtrack.RATE, "wav"))
    return path


def _convert(request: FilmRequest, video_path: Path, temporary: Path) -> bytes:
    """Return the bytes of the film in the requested format."""
    if request.format == "mp4":
        return video_path.read_bytes()
    converted = temporary / f"other.{request.format}"
    if request.format == "webm":
        video.convert(video_path, converted)
    else:
        video.convert(video_path, converted, min(SMALL_SIDE, request.size[0]), SMALL_FPS)
    return converted.read_bytes()


def _frame_count(seconds: float, fps: int) -> int:
    return max(1, round(seconds * fps))
