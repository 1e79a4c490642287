"""What is asked of a composer: words, what wins over them, and a melody to begin from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import (
    STEERING,
    check_choice,
    check_range,
    check_steering,
    check_words,
)
from miaobi.core.errors import OptionError
from miaobi.core.requests import Request

SOUNDS = ("wav", "flac", "mp3", "ogg")
SHEETS = ("mid", "musicxml", "png")  # png: a piano roll
MUSIC_FORMATS = (*SOUNDS, *SHEETS)
USES = ("harmonize", "continue", "vary", "rhythm")  # what is done with a melody
KEEPING = ("harmonize", "vary", "rhythm")  # uses that keep its length
SHORTEST_MUSIC, LONGEST_MUSIC = 2, 600  # seconds
SLOWEST, FASTEST = 20, 300  # beats a minute


@dataclass(frozen=True, kw_only=True)
class MusicRequest(Request):
    """Music in words: "calm waltz in D minor, 90 bpm, strings". Options win over words.

    Key, meter, mood, instruments and chords are words too; music/prompt.py and music/chords.py
    say which.
    """

    prompt: str = ""
    seconds: float | None = None  # None: as the words say, else 30
    key: str = ""  # "D minor"; of a melody: what its key is, where its file says wrong
    meter: str = ""  # "3/4"
    tempo: float | None = None  # beats a minute: dotted quarters in 6/8
    mood: str = ""
    instruments: str | tuple[str, ...] = ""  # "flute, piano": the melody first
    chords: str = ""  # "Dm Gm A7 Dm": one a bar; "| Dm | Gm A7 |" where there are more
    melody: Path | None = None  # MIDI, MusicXML, ABC, or somebody who hums or whistles
    use: str = ""  # one of USES; "": as the words say, else "harmonize"
    loop: bool = False  # its end goes over into its beginning
    format: str = "wav"
    lyrics: str = ""  # these four are for models of the Hub
    negative: str = ""  # what should not be heard
    steps: int | None = None  # None: as the model prefers
    guidance: float | None = None  # how closely to follow the prompt; 1: unguided

    def __post_init__(self) -> None:
        if self.prompt or self.melody is None:
            check_words("prompt", self.prompt)
        for name in ("key", "meter", "mood", "chords", "lyrics"):
            if value := getattr(self, name):
                check_words(name, value)
        if self.seconds is not None:
            check_range("seconds", self.seconds, SHORTEST_MUSIC, LONGEST_MUSIC)
        if self.tempo is not None:
            check_range("tempo", self.tempo, SLOWEST, FASTEST)
        check_steering(self.negative, self.steps, self.guidance)
        check_choice("use", self.use, ("", *USES))
        check_choice("format", self.format, MUSIC_FORMATS)
        check_range("seed", self.seed, 0, 2**32 - 1)
        if self.use and self.melody is None:
            raise OptionError(
                "use={use} needs a melody.", "Give the file of one as melody.", use=self.use
            )
        if self.use in KEEPING and self.seconds is not None:
            raise OptionError(
                "seconds cannot be used with use={use}: the music is as long as its melody.",
                "Leave one of them out.",
                use=self.use,
            )

    def words(self) -> str:
        names = self.instruments
        told = names if isinstance(names, str) else ", ".join(names)
        parts = (self.prompt, told, self.chords, self.lyrics, self.negative)
        return "\n".join(part for part in parts if part)

    def parameters(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name in (
            "seconds",
            "key",
            "meter",
            "tempo",
            "mood",
            "chords",
            "use",
            "loop",
            *STEERING,
        ):
            if (value := getattr(self, name)) not in (None, "", False):
                told[name] = value
        if self.instruments:
            names = self.instruments
            told["instruments"] = [names] if isinstance(names, str) else list(names)
        return told
