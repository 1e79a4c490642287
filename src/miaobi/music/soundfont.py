"""Scores played with a soundfont (tinysoundfont): float32 stereo (T, 2) at 44.1 kHz.

Every note is struck at its own sample: the synthesizer makes the sound from one event to the next.
"""

from pathlib import Path
from typing import Any

from miaobi.core.errors import EngineError, ModelFileError
from miaobi.media.loudness import normalized
from miaobi.music.score import Score

RATE = 44_100
TAIL = 2.5  # seconds in which the last notes die away
FADE = 0.75  # the last of them, in which everything is let go
DRUMS, DRUM_BANK = 9, 128  # channel and bank of drum kits
CHANNELS = 16
VOICES = 256  # notes at a time, at most
PAN, ALL_OFF, WIDTH = 10, 121, 50  # MIDI controllers; how far parts stand from the middle of 127
BLOCK = 1 << 14


class Player:
    """A loaded soundfont; it plays one score at a time."""

    def __init__(self, soundfont: Path) -> None:
        """Load an .sf2 or .sf3 file (about a second). Raises EngineError or ModelFileError."""
        try:
            from tinysoundfont import Synth
        except ImportError as error:
            raise EngineError(
                "The library {name} that plays music is missing.",
                "Install it with: pip install --no-deps tinysoundfont==0.3.7",
                name="tinysoundfont",
            ) from error
        self.synth: Any = Synth(gain=0, samplerate=RATE)
        try:
            self.font: int = self.synth.sfload(str(soundfont), max_voices=VOICES)
        except Exception as error:  # the library raises nothing narrower
            raise ModelFileError(
                "{path} is no soundfont that can be read.",
                "Get it again: miaobi models rm fluidr3-mono; miaobi pull fluidr3-mono",
                path=soundfont,
            ) from error

    def render(self, score: Score, tail: float = TAIL, loop: bool = False) -> Any:
        """Play a score: float32 (T, 2) in [-1, 1], at -16 LUFS.

        T is score.seconds + tail; what still sounds in the tail dies away and is faded out at its
        end. As a loop, T is score.seconds and the end goes on into the beginning.
        """
        self._seat(score)
        whole = round(score.seconds * RATE)
        turns = 2 if loop else 1
        events = [
            (sample + turn * whole, *event)
            for turn in range(turns)
            for sample, *event in _events(score)
        ]
        end = whole * turns if loop else whole + round(tail * RATE)
        samples = self._play(events, end)
        if loop:  # the second turn has the first one dying away below its beginning
            samples = samples[whole:]
        else:
            _fade_out(samples, min(round(FADE * RATE), end - whole))
        self._hush()
        return normalized(samples, RATE)

    def _seat(self, score: Score) -> None:
        """Give every part its channel, instrument and place from left to right."""
        for number, part in enumerate(score.parts):
            channel = _channel(score, number)
            bank = DRUM_BANK if part.drums else 0
            try:
                self.synth.program_select(channel, self.font, bank, part.program, part.drums)
            except RuntimeError:  # a kit that this soundfont does not have
                self.synth.program_select(channel, self.font, bank, 0, part.drums)
            side = number / (len(score.parts) - 1) - 0.5 if len(score.parts) > 1 else 0.0
            self.synth.control_change(channel, PAN, 64 + round(side * WIDTH))

    def _play(self, events: list[tuple[int, ...]], end: int) -> Any:
        """All events (sample, on, channel, pitch, velocity) in order: (end, 2)."""
        import numpy as np

        samples = np.zeros((end, 2), np.float32)
        place = 0
        for sample, on, channel, pitch, velocity in [*sorted(events), (end, 2, 0, 0, 0)]:
            sample = min(sample, end)
            while place < sample:
                count = min(sample - place, BLOCK)
                block = np.frombuffer(bytes(self.synth.generate(count)), np.float32)
                samples[place : place + count] = block.reshape(-1, 2)
                place += count
            if on == 1:
                self.synth.noteon(channel, pitch, velocity)
            elif on == 0:
                self.synth.noteoff(channel, pitch)
        return samples

    def _hush(self) -> None:
        """Let nothing of this score be heard in the next."""
        for channel in range(CHANNELS):
            self.synth.sounds_off(channel)
            self.synth.control_change(channel, ALL_OFF, 0)
        self.synth.generate(RATE // 4)


def _events(score: Score) -> list[tuple[int, ...]]:
    """(sample, 1 on or 0 off, channel, pitch, velocity) of every note; offs sort before ons."""
    events: list[tuple[int, ...]] = []
    for note in score.notes:
        channel = _channel(score, note.part)
        start, end = (round(score.at(tick) * RATE) for tick in (note.start, note.end))
        events.append((start, 1, channel, note.pitch, note.velocity))
        events.append((max(end, start + 1), 0, channel, note.pitch, 0))
    return events


def _channel(score: Score, number: int) -> int:
    if score.parts[number].drums:
        return DRUMS
    seat = number % (CHANNELS - 1)
    return seat + (seat >= DRUMS)


def _fade_out(samples: Any, count: int) -> None:
    """Bring the last `count` samples down to nothing, in place."""
    import numpy as np

    if count:
        samples[-count:] *= np.cos(np.linspace(0, np.pi / 2, count, dtype=np.float32))[:, None] ** 2
