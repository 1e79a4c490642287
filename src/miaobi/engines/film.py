"""The cutting room: pictures, sounds and words become one film, a piece for each shot.

A piece holds a shot from the moment it begins to show until the next one does. Its name is a hash
of all that is seen in it, so that pieces from before are joined again and only others are drawn.

cuts --camera, fades, letters--> frames --ffmpeg--> pieces + soundtrack --joined--> a file
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
from typing import Any

from miaobi.assets.store import folder
from miaobi.core.errors import EngineError
from miaobi.core.events import Event, Output, Progress
from miaobi.core.film import Cut, FilmRequest
from miaobi.core.paths import atomic_write, write_error
from miaobi.engines import soundtrack
from miaobi.media import audio, camera, image, text_overlay, upscaling, video
from miaobi.media.text_overlay import Layer
from miaobi.models.zoo import Model

EDITION = 1  # of what pieces look like: another number, and none from before is used
APPEAR = 0.35  # seconds in which letters of cards come and go
NOTICED = 4.0  # seconds that the notice is seen at the start; it comes back with the credits
AHEAD = 4  # frames drawn before they are needed
SMALL_SIDE, SMALL_FPS = 640, 12  # of GIF, WebP


@dataclass(frozen=True)
class Shown:
    """A layer, and the frames of a piece in which it is seen; `soft` frames at its ends."""

    layer: Layer
    first: int
    last: int
    soft: int


@dataclass(frozen=True)
class Piece:
    """One shot with the end of the one before it lying under its first frames."""

    number: int
    start: int  # its first frame in the film
    frames: int
    fade: int
    words: tuple[tuple[str, str, int, int], ...]  # kind, text, first and last frame within it


class CuttingEngine:
    """Draws, mixes and joins. Raises MissingAsset while the letters are not pulled."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.font = folder("subtitle-font") / "font.otf"

    def generate(self, request: FilmRequest) -> Iterator[Event]:
        """Progress by frames, then the Output with a whole file. Raises MediaError, EngineError."""
        pieces = planned(request)
        total = sum(piece.frames for piece in pieces)
        yield Progress("cutting", 0, total)
        try:
            with contextlib.ExitStack() as stack:
                place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="miaobi-")))
                kept = request.kept or place
                kept.mkdir(parents=True, exist_ok=True)
                files = yield from self._drawn(request, pieces, kept, total)
                whole = place / "film.mp4"
                video.join(files, whole, _sound(request, place))
                yield Output(encoded=_as_asked(request, whole, place))
        except OSError as error:
            raise write_error(request.kept or Path(tempfile.gettempdir()), error) from error

    def close(self) -> None:
        pass

    def _drawn(
        self, request: FilmRequest, pieces: list[Piece], kept: Path, total: int
    ) -> Generator[Event, None, list[Path]]:
        """The files of all pieces, those from before among them; returned at the end."""
        files = []
        for piece in pieces:
            path = kept / f"{_key(request, piece)}.mp4"
            files.append(path)
            if path.is_file() and path.stat().st_size:
                yield Progress("cutting", piece.start + piece.frames, total)
                continue
            growing = path.with_name(f".{path.name}")
            try:
                frames = self._frames(request, piece)
                with contextlib.closing(frames):
                    for done in video.write(frames, growing, request.fps, request.size):
                        if done % request.fps == 0:
                            yield Progress("cutting", piece.start + done, total)
                growing.replace(path)
                yield Progress("cutting", piece.start + piece.frames, total)
            finally:
                growing.unlink(missing_ok=True)
        for old in set(kept.glob("*.mp4")) - set(files):  # of what has been changed since
            old.unlink()
        return files

    def _frames(self, request: FilmRequest, piece: Piece) -> Generator[Any, None, None]:
        """uint8 (H, W, 3), drawn by several threads a little ahead of who asks."""
        cut = request.cuts[piece.number]
        before = request.cuts[piece.number - 1] if piece.fade else None
        draw = partial(
            _frame,
            request=request,
            piece=piece,
            layers=self._layers(request, piece),
            now=(cut, _source(cut, request.size)),
            before=(before, _source(before, request.size)) if before else None,
        )
        return _ahead(draw, piece.frames)

    def _layers(self, request: FilmRequest, piece: Piece) -> list[Shown]:
        out = []
        for kind, text, first, last in piece.words:
            if kind == "subtitle":
                layer, soft = text_overlay.subtitle(text, request.size, self.font), 0
            elif kind == "notice":
                layer = text_overlay.notice(text, request.size, self.font)
                soft = round(APPEAR * request.fps)
            else:
                lines = tuple(text.split("\n"))
                layer = text_overlay.card(lines, request.size, self.font, kind)
                soft = round(APPEAR * request.fps)
            out.append(Shown(layer, first, last, soft))
        return out


def planned(request: FilmRequest) -> list[Piece]:
    """Which frames each shot has, in whole frames: what comes before changes none of them."""
    out, start = [], 0
    counts = [_count(cut.seconds, request.fps) for cut in request.cuts]
    fades = [0, *(round(cut.fade * request.fps) for cut in request.cuts[1:])]
    for number, count in enumerate(counts):
        fade = min(fades[number], count, counts[number - 1])
        following = fades[number + 1] if number + 1 < len(counts) else 0
        frames = max(1, count - following)
        words = _words(request, start, start + frames)
        out.append(Piece(number, start, frames, fade, words))
        start += frames
    return out


def starts(request: FilmRequest) -> list[float]:
    """The second at which each shot begins to show."""
    return [piece.start / request.fps for piece in planned(request)]


def _words(request: FilmRequest, start: int, end: int) -> tuple[tuple[str, str, int, int], ...]:
    """(kind, text, first and last frame) of what is written within some frames."""
    fps, total = request.fps, request.seconds
    told = [(card.kind, "\n".join(card.lines), card.start, card.end) for card in request.cards]
    if request.burned:
        told += [("subtitle", cue.text, cue.start, cue.end) for cue in request.cues]
    if request.notice:
        told.append(("notice", request.notice, 0.0, min(NOTICED, total)))
        told.append(("notice", request.notice, max(NOTICED, total - 2.5), total + 1))
    out = []
    for kind, text, first, last in told:
        near, far = round(first * fps), round(last * fps)
        if near < end and far > start and far > near:
            out.append((kind, text, near - start, far - start))
    return tuple(out)


def _key(request: FilmRequest, piece: Piece) -> str:
    """A name for all that is seen in a piece, wherever it lies in the film."""
    seen: list[object] = [EDITION, request.size, request.fps, piece.frames, piece.fade, piece.words]
    for number in {piece.number, piece.number - 1 if piece.fade else piece.number}:
        cut = request.cuts[number]
        try:
            digest = hashlib.sha256(cut.picture.read_bytes()).hexdigest()
        except OSError as error:
            raise EngineError(
                "{path} cannot be read: {reason}.", path=cut.picture, reason=error.strerror
            ) from error
        seen.append((number - piece.number, digest, cut.motion, _count(cut.seconds, request.fps)))
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


def _frame(
    index: int,
    *,
    request: FilmRequest,
    piece: Piece,
    layers: list[Shown],
    now: tuple[Cut, Any],
    before: tuple[Cut, Any] | None,
) -> Any:
    """One frame of a piece as bytes: both shots while they fade, and the letters over them."""
    from PIL import Image

    cut, source = now
    count = _count(cut.seconds, request.fps)
    frame = camera.seen(source, cut.motion, index / max(1, count - 1), request.size)
    if before is not None and index < piece.fade:
        old, old_source = before
        old_count = _count(old.seconds, request.fps)
        share = (old_count - piece.fade + index) / max(1, old_count - 1)
        under = camera.seen(old_source, old.motion, share, request.size)
        frame = Image.blend(under, frame, _smooth((index + 1) / (piece.fade + 1)))
    for shown in layers:
        if shown.first <= index < shown.last:
            text_overlay.laid(frame, shown.layer, _opacity(shown, index))
    return frame.tobytes()


def _opacity(shown: Shown, index: int) -> float:
    if not shown.soft:
        return 1.0
    edge = min(index - shown.first + 1, shown.last - index)
    return min(1.0, edge / shown.soft)


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)


def _source(cut: Cut, size: tuple[int, int]) -> Any:
    """A Pillow picture, large enough that the closest view of it is sharp."""
    from PIL import Image

    room = tuple(round(side / camera.NEAR) for side in size)
    return Image.fromarray(upscaling.filling(image.decode(cut.picture), (room[0], room[1])))


def _ahead(draw: Callable[[int], Any], count: int) -> Generator[Any, None, None]:
    """What `draw` makes of 0, 1 … in order, some of it before it is asked for."""
    with ThreadPoolExecutor(2) as pool:
        waiting: deque[Future[Any]] = deque()
        try:
            for index in range(count):
                waiting.append(pool.submit(draw, index))
                if len(waiting) > AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _sound(request: FilmRequest, place: Path) -> Path | None:
    if not request.tracks:
        return None
    path = place / "sound.wav"
    atomic_write(path, audio.encode(soundtrack.mixed(request), soundtrack.RATE, "wav"))
    return path


def _as_asked(request: FilmRequest, whole: Path, place: Path) -> bytes:
    """The bytes of the film in the format of the request."""
    if request.format == "mp4":
        return whole.read_bytes()
    other = place / f"other.{request.format}"
    if request.format == "webm":
        video.convert(whole, other)
    else:
        video.convert(whole, other, min(SMALL_SIDE, request.size[0]), SMALL_FPS)
    return other.read_bytes()


def _count(seconds: float, fps: int) -> int:
    return max(1, round(seconds * fps))
