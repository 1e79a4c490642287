"""Playback of scores with a soundfont (tinysoundfont): float32 stereo (T, 2) at 44.1 kHz.

Notes are sample-accurate: the synthesizer renders from one event to the next.
"""

from pathlib import Path
from typing import Any

from miaobi.core.arrays import Samples
from miaobi.core.errors import EngineError, ModelFileError
from miaobi.media.loudness import scale_to_loudness
from miaobi.music.score import Score

RATE = 44_100  # Hz
TAIL = 2.5  # seconds, release of the last notes
FADE = 0.75  # seconds of fade-out at the end of the tail
DRUM_CHANNEL, DRUM_BANK = 9, 128
CHANNELS = 16
MAX_VOICES = 256  # notes at a time
PAN, RESET_CONTROLLERS = 10, 121  # MIDI controllers
STEREO_WIDTH = 50  # distance of the outer parts in steps of the pan controller, 0 to 127
BLOCK = 1 << 14  # samples per call of the synthesizer
NOTE_OFF, NOTE_ON, END = 0, 1, 2  # sort order of events at one sample


class Player:
    """A loaded soundfont. Not thread-safe: it plays one score at a time."""

    def __init__(self, soundfont: Path) -> None:
        """Load an .sf2 or .sf3 file (about a second). Raises EngineError or ModelFileError."""
        try:
            from tinysoundfont import Synth
        except ImportError as error:
            raise EngineError(
                "The library {name}, which plays music, is not installed.",
                "Install it with: pip install --no-deps tinysoundfont==0.3.7",
                name="tinysoundfont",
            ) from error
        self.synth: Any = Synth(gain=0, samplerate=RATE)
        try:
            self.font: int = self.synth.sfload(str(soundfont), max_voices=MAX_VOICES)
        except Exception as error:  # the library raises nothing narrower
            raise ModelFileError(
                "{path} cannot be read as a soundfont.",
                "Download it again: miaobi models rm fluidr3-mono; miaobi pull fluidr3-mono",
                path=soundfont,
            ) from error

    def render(self, score: Score, tail: float = TAIL, loop: bool = False) -> Samples:
        """Render a score at -16 LUFS: float32 (T, 2) in [-1, 1].

        T is score.seconds + tail; the last notes are released in the tail and fade out at its end.
        As a loop, T is score.seconds and the release of the end continues at the beginning.
        """
        self._set_up_channels(score)
        whole = round(score.seconds * RATE)
        repeats = 2 if loop else 1
        events = [
            (sample + repeat * whole, *event)
            for repeat in range(repeats)
            for sample, *event in _events(score)
        ]
        end = whole * repeats if loop else whole + round(tail * RATE)
        samples = self._play(events, end)
        if loop:  # the second repeat has the release of the first at its beginning
            samples = samples[whole:]
        else:
            _fade_out(samples, min(round(FADE * RATE), end - whole))
        self._reset()
        result: Samples = scale_to_loudness(samples, RATE)
        return result

    def _set_up_channels(self, score: Score) -> None:
        """Set the instrument and the stereo position of every part."""
        count = len(score.parts)
        for number, part in enumerate(score.parts):
            channel = _channel(score, number)
            bank = DRUM_BANK if part.drums else 0
            try:
                self.synth.program_select(channel, self.font, bank, part.program, part.drums)
            except RuntimeError:  # a drum kit that this soundfont does not have
                self.synth.program_select(channel, self.font, bank, 0, part.drums)
            pan = number / (count - 1) - 0.5 if count > 1 else 0.0
            self.synth.control_change(channel, PAN, 64 + round(pan * STEREO_WIDTH))

    def _play(self, events: list[tuple[int, ...]], end: int) -> Samples:
        """Play events (sample, kind, channel, pitch, velocity) up to a sample: (end, 2)."""
        import numpy as np

        samples = np.zeros((end, 2), np.float32)
        position = 0
        for sample, kind, channel, pitch, velocity in [*sorted(events), (end, END, 0, 0, 0)]:
            sample = min(sample, end)
            while position < sample:
                count = min(sample - position, BLOCK)
                block = np.frombuffer(bytes(self.synth.generate(count)), np.float32)
                samples[position : position + count] = block.reshape(-1, 2)
                position += count
            if kind == NOTE_ON:
                self.synth.noteon(channel, pitch, velocity)
            elif kind == NOTE_OFF:
                self.synth.noteoff(channel, pitch)
        return samples

    def _reset(self) -> None:
        """Silence all channels, so that nothing of this score sounds in the next."""
        for channel in range(CHANNELS):
            self.synth.sounds_off(channel)
            self.synth.control_change(channel, RESET_CONTROLLERS, 0)
        self.synth.generate(RATE // 4)


def _events(score: Score) -> list[tuple[int, ...]]:
    """Return (sample, kind, channel, pitch, velocity) of the start and end of every note."""
    events: list[tuple[int, ...]] = []
    for note in score.notes:
        channel = _channel(score, note.part)
        start, end = (round(score.seconds_at(tick) * RATE) for tick in (note.start, note.end))
        events.append((start, NOTE_ON, channel, note.pitch, note.velocity))
        events.append((max(end, start + 1), NOTE_OFF, channel, note.pitch, 0))
    return events


def _channel(score: Score, part: int) -> int:
    """Return the MIDI channel of a part, skipping that of the drums."""
    if score.parts[part].drums:
        return DRUM_CHANNEL
    channel = part % (CHANNELS - 1)
    return channel + (channel >= DRUM_CHANNEL)


def _fade_out(samples: Samples, count: int) -> None:
    """Fade out the last `count` of samples (T, 2), in place."""
    import numpy as np

    if count:
        samples[-count:] *= np.cos(np.linspace(0, np.pi / 2, count, dtype=np.float32))[:, None] ** 2
