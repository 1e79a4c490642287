"""A film as plain values, checked when they are made: shots, cues, tracks, and what is asked for.

Board (title, shots) --pictures, voices, sounds--> FilmRequest (cuts, tracks, cues) --> a file
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_range, check_whole, check_words
from miaobi.core.requests import Request

ASPECTS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}  # width to height
SMALLEST, USUAL, LARGEST = 144, 720, 2160  # pixels of the shorter side
FILM_FORMATS = ("mp4", "webm", "gif", "webp")
FPS = 24
MOTIONS = ("zoom in", "zoom out", "pan left", "pan right", "pan up", "pan down", "still")
ROLES = ("voice", "sound", "music")
MAX_SCENES, MAX_SHOTS = 100, 400
MAX_SECONDS = 3600.0  # of one shot, and of a film


@dataclass(frozen=True)
class Cue:
    """A subtitle: one or two lines, and when they are seen, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Cut:
    """A picture, and how long and how it is seen; `fade` seconds of it lie over the cut before."""

    picture: Path
    seconds: float
    motion: str = "zoom in"
    fade: float = 0.7

    def __post_init__(self) -> None:
        check_choice("motion", self.motion, MOTIONS)
        check_range("seconds of a shot", self.seconds, 0.1, MAX_SECONDS)
        check_range("fade", self.fade, 0, self.seconds)


@dataclass(frozen=True)
class Track:
    """A sound file heard from `at` seconds, as voice, sound or music, so many decibels louder."""

    sound: Path
    role: str
    at: float = 0.0
    gain: float = 0.0
    seconds: float | None = None  # how much of it is heard; None: all

    def __post_init__(self) -> None:
        check_choice("role", self.role, ROLES)
        check_range("at", self.at, 0, MAX_SECONDS)
        check_range("gain", self.gain, -60, 20)


@dataclass(frozen=True)
class Card:
    """Words over the picture, such as a title or credits: lines of falling size."""

    lines: tuple[str, ...]
    start: float
    end: float
    kind: str = "title"  # "title", "credits", "quiz"


@dataclass(frozen=True, kw_only=True)
class FilmRequest(Request):
    """Pictures, sounds and words to be cut into one film."""

    cuts: tuple[Cut, ...]
    tracks: tuple[Track, ...] = ()
    cues: tuple[Cue, ...] = ()
    cards: tuple[Card, ...] = ()
    notice: str = ""  # the visible words that say that it was generated
    size: tuple[int, int] = (1280, 720)
    fps: int = FPS
    language: str = "en"
    burned: bool = True  # subtitles are in the picture
    format: str = "mp4"
    kept: Path | None = None  # folder of finished pieces, so that only what changed is drawn again

    def __post_init__(self) -> None:
        check_whole("shots", len(self.cuts), 1, MAX_SHOTS)
        check_whole("fps", self.fps, 1, 120)
        check_range("seconds", self.seconds, 0.1, MAX_SECONDS)
        check_choice("format", self.format, FILM_FORMATS)
        for name, side in zip(("width", "height"), self.size, strict=True):
            check_whole(name, side, 64, 4096)
        if words := self.words():
            check_words("words of the film", words)

    @property
    def seconds(self) -> float:
        """How long the film lasts: fades lie over the cut before."""
        return sum(cut.seconds for cut in self.cuts) - sum(cut.fade for cut in self.cuts[1:])

    def words(self) -> str:
        lines = [line for card in self.cards for line in card.lines]
        return "\n".join([*lines, *(cue.text for cue in self.cues)])

    def parameters(self) -> dict[str, Any]:
        return {
            "shots": len(self.cuts),
            "seconds": round(self.seconds, 2),
            "size": "x".join(map(str, self.size)),
            "fps": self.fps,
        }


@dataclass(frozen=True)
class FilmPlan:
    """What a user wants of a film; every stage is made from this and what the stages before made.

    Raises PromptError or OptionError.
    """

    idea: str
    scenes: int = 5
    seconds: float = 30.0  # of the whole; a film is longer where its words take longer
    language: str = ""  # "en", "zh"; "": that of the idea
    template: str = "story"
    style: str = ""  # of the pictures; "": as the template prefers
    voice: str = ""
    music: str = ""  # words for it; "": as the template prefers; "none"
    aspect: str = "16:9"
    height: int = USUAL  # of the shorter side, in pixels
    seed: int = 0
    text_model: str = ""
    image_model: str = ""
    burned: bool = True
    sounds: bool = True
    animate: bool = False  # pictures cut to the beats of the music; nothing is told
    format: str = "mp4"

    def __post_init__(self) -> None:
        check_words("prompt", self.idea)
        check_whole("scenes", self.scenes, 1, MAX_SCENES)
        check_range("seconds", self.seconds, 2, MAX_SECONDS)
        check_choice("language", self.language, ("", "en", "zh"))
        check_choice("aspect", self.aspect, tuple(ASPECTS))
        check_whole("height", self.height, SMALLEST, LARGEST)
        check_whole("seed", self.seed, 0, 2**31 - 1)
        check_choice("format", self.format, FILM_FORMATS)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels: even, as video wants them."""
        wide, high = ASPECTS[self.aspect]
        width, height = (self.height * side / min(wide, high) for side in (wide, high))
        return 2 * round(width / 2), 2 * round(height / 2)
