"""Request of music: prompt, options that override it, and an optional melody."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import (
    HUB_NUMBERS,
    check_choice,
    check_hub_options,
    check_range,
    check_text,
)
from miaobi.core.errors import OptionError
from miaobi.core.requests import Request

AUDIO_FORMATS = ("wav", "flac", "mp3", "ogg")
SCORE_FORMATS = ("mid", "musicxml", "png")  # png: a piano roll
MUSIC_FORMATS = (*AUDIO_FORMATS, *SCORE_FORMATS)
MELODY_USES = ("harmonize", "continue", "vary", "rhythm")  # operations on a melody
LENGTH_PRESERVING_USES = ("harmonize", "vary", "rhythm")  # uses that keep the length of the melody
MIN_SECONDS, MAX_SECONDS = 2, 600  # seconds
MIN_TEMPO, MAX_TEMPO = 20, 300  # beats per minute


@dataclass(frozen=True, kw_only=True)
class MusicRequest(Request):
    """Music from a prompt such as "calm waltz in D minor, 90 bpm, strings"; options override it.

    The values of key, meter, mood and instruments are parsed by music/prompt.py, chords by
    music/chords.py.
    """

    prompt: str = ""
    seconds: float | None = None  # None: from the prompt, else 30
    key: str = ""  # "D minor"; overrides the key stated in a melody file
    meter: str = ""  # "3/4"
    tempo: float | None = None  # beats per minute; dotted quarters in 6/8
    mood: str = ""
    instruments: str | tuple[str, ...] = ""  # "flute, piano": melody instrument first
    chords: str = ""  # "Dm Gm A7 Dm", one per bar; or with bar lines: "| Dm | Gm A7 |"
    melody: Path | None = None  # MIDI, MusicXML or ABC, or a recording of humming or whistling
    use: str = ""  # one of USES; "": from the prompt, else "harmonize"
    loop: bool = False  # the end fades into the beginning
    format: str = "wav"
    lyrics: str = ""  # this and the three options below: models of the Hub only
    negative: str = ""  # negative prompt
    steps: int | None = None  # sampling steps; None: default of the model
    guidance: float | None = None  # guidance scale; 1: unguided

    def __post_init__(self) -> None:
        if self.prompt or self.melody is None:
            check_text("prompt", self.prompt)
        for name in ("key", "meter", "mood", "chords", "lyrics"):
            if value := getattr(self, name):
                check_text(name, value)
        if self.seconds is not None:
            check_range("seconds", self.seconds, MIN_SECONDS, MAX_SECONDS)
        if self.tempo is not None:
            check_range("tempo", self.tempo, MIN_TEMPO, MAX_TEMPO)
        check_hub_options(self.negative, self.steps, self.guidance)
        check_choice("use", self.use, ("", *MELODY_USES))
        check_choice("format", self.format, MUSIC_FORMATS)
        check_range("seed", self.seed, 0, 2**32 - 1)
        if self.use and self.melody is None:
            raise OptionError(
                "use={use} needs a melody.", "Give the file of one as melody.", use=self.use
            )
        if self.use in LENGTH_PRESERVING_USES and self.seconds is not None:
            raise OptionError(
                "seconds cannot be used with use={use}: the music is as long as its melody.",
                "Leave one of them out.",
                use=self.use,
            )

    def words(self) -> str:
        names = self.instruments
        instruments = names if isinstance(names, str) else ", ".join(names)
        parts = (self.prompt, instruments, self.chords, self.lyrics, self.negative)
        return "\n".join(part for part in parts if part)

    def parameters(self) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for name in (
            "seconds",
            "key",
            "meter",
            "tempo",
            "mood",
            "chords",
            "use",
            "loop",
            *HUB_NUMBERS,
        ):
            if (value := getattr(self, name)) not in (None, "", False):
                params[name] = value
        if self.instruments:
            names = self.instruments
            params["instruments"] = [names] if isinstance(names, str) else list(names)
        return params
