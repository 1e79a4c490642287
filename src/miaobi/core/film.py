"""Requests of films: cuts, tracks, cues and cards, validated on construction.

Board (title, shots) --pictures, voices, sounds--> FilmRequest (cuts, tracks, cues) --> a file
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_integer, check_range, check_text
from miaobi.core.requests import Request

ASPECTS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}  # width to height
MIN_HEIGHT, DEFAULT_HEIGHT, MAX_HEIGHT = 144, 720, 2160  # pixels of the shorter side
FILM_FORMATS = ("mp4", "webm", "gif", "webp")
FPS = 24
MOTIONS = ("zoom in", "zoom out", "pan left", "pan right", "pan up", "pan down", "still")
ROLES = ("voice", "sound", "music")
MAX_SCENES, MAX_SHOTS = 100, 400
MAX_SECONDS = 3600.0  # of one shot, and of a film


@dataclass(frozen=True)
class Cue:
    """A subtitle of one or two lines, shown from `start` to `end` seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Cut:
    """A picture shown for some seconds with a camera motion, cross-faded with the cut before."""

    picture: Path
    seconds: float
    motion: str = "zoom in"  # one of MOTIONS
    fade: float = 0.7  # seconds of overlap with the cut before

    def __post_init__(self) -> None:
        check_choice("motion", self.motion, MOTIONS)
        check_range("seconds of a shot", self.seconds, 0.1, MAX_SECONDS)
        check_range("fade", self.fade, 0, self.seconds)


@dataclass(frozen=True)
class Track:
    """An audio file on the timeline."""

    sound: Path
    role: str  # one of ROLES
    at: float = 0.0  # start in seconds
    gain: float = 0.0  # decibels
    seconds: float | None = None  # played duration; None: all

    def __post_init__(self) -> None:
        check_choice("role", self.role, ROLES)
        check_range("at", self.at, 0, MAX_SECONDS)
        check_range("gain", self.gain, -60, 20)


@dataclass(frozen=True)
class Card:
    """Text over the picture, such as a title or credits; each line smaller than the last."""

    lines: tuple[str, ...]
    start: float
    end: float
    kind: str = "title"  # "title", "credits", "quiz"


@dataclass(frozen=True, kw_only=True)
class FilmRequest(Request):
    """Pictures, sounds and subtitles to render as one film."""

    cuts: tuple[Cut, ...]
    tracks: tuple[Track, ...] = ()
    cues: tuple[Cue, ...] = ()
    cards: tuple[Card, ...] = ()
    notice: str = ""  # the visible notice that the film is generated
    size: tuple[int, int] = (1280, 720)
    fps: int = FPS
    language: str = "en"
    burned: bool = True  # subtitles are drawn into the picture
    format: str = "mp4"
    kept: Path | None = None  # folder of rendered segments; only changed ones are rendered again

    def __post_init__(self) -> None:
        check_integer("shots", len(self.cuts), 1, MAX_SHOTS)
        check_integer("fps", self.fps, 1, 120)
        check_range("seconds", self.seconds, 0.1, MAX_SECONDS)
        check_choice("format", self.format, FILM_FORMATS)
        for name, side in zip(("width", "height"), self.size, strict=True):
            check_integer(name, side, 64, 4096)
        if words := self.words():
            check_text("words of the film", words)

    @property
    def seconds(self) -> float:
        """Duration of the film; a fade overlaps the cut before."""
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
    """User options of a film, the input of every stage of the film pipeline.

    Raises PromptError or OptionError.
    """

    idea: str
    scenes: int = 5
    seconds: float = 30.0  # target duration; longer if the narration takes longer
    language: str = ""  # "en", "zh"; "": the language of the idea
    template: str = "story"
    style: str = ""  # of the pictures; "": default of the template
    voice: str = ""
    music: str = ""  # prompt of the music, or "none"; "": default of the template
    aspect: str = "16:9"
    height: int = DEFAULT_HEIGHT  # of the shorter side, in pixels
    seed: int = 0
    text_model: str = ""
    image_model: str = ""
    burned: bool = True
    sounds: bool = True
    animate: bool = False  # a music video: pictures cut to the beat, no narration
    format: str = "mp4"

    def __post_init__(self) -> None:
        check_text("prompt", self.idea)
        check_integer("scenes", self.scenes, 1, MAX_SCENES)
        check_range("seconds", self.seconds, 2, MAX_SECONDS)
        check_choice("language", self.language, ("", "en", "zh"))
        check_choice("aspect", self.aspect, tuple(ASPECTS))
        check_integer("height", self.height, MIN_HEIGHT, MAX_HEIGHT)
        check_integer("seed", self.seed, 0, 2**31 - 1)
        check_choice("format", self.format, FILM_FORMATS)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels, both even as video codecs require."""
        wide, high = ASPECTS[self.aspect]
        width, height = (self.height * side / min(wide, high) for side in (wide, high))
        return 2 * round(width / 2), 2 * round(height / 2)
