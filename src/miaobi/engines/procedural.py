"""Sound effects without a network: a prompt's words choose functions of synthesis/ and set them.

prompt --synthesis/prompt.py--> voices --synthesis/--> samples --media/mixing.py--> one sound (T, 2)
"""

import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

from miaobi.core.checks import OTHER, check_able, steered
from miaobi.core.events import Event, Output, Progress
from miaobi.core.requests import SoundRequest
from miaobi.media import mixing
from miaobi.models.zoo import Model
from miaobi.synthesis.prompt import Sound, Voice, read_prompt, sounds
from miaobi.synthesis.signals import RATE, Samples, count
from miaobi.synthesis.space import far, heard_in, muffled, stereo, with_ends

PIECE, SEAM = 24.0, 2.0  # seconds: longer textures are pieces that overlap so long
CEILING = -1.0  # dB, true peak
CRUSH = 4.0  # dB that the limiter may take from the peaks of a sound
LOOP_SEAM = 0.5  # seconds, at most a quarter of the loop


class ProceduralEngine:
    """Every row of synthesis/sounds.toml; nothing to load."""

    def __init__(self, model: Model) -> None:
        self.name = model.name

    def generate(self, request: SoundRequest) -> Iterator[Event]:
        """Progress for each sound, then the Output with (T, 2) samples.

        Raises NotFoundError for words that name no sound, OptionError for what steers a network.
        """
        check_able(self.name, steered(request), OTHER)
        voices = [part for voice in read_prompt(request.prompt) for part in _layers(voice)]
        seconds = request.seconds or _natural(voices)
        over = _seam(voices, seconds) if request.loop else 0.0
        rng = np.random.default_rng(request.seed)
        turns = sorted({voice.turn for voice in voices})
        shares = _shares(voices, turns, seconds + over)
        tracks: list[tuple[Samples, float]] = []
        for number, voice in enumerate(voices):
            yield Progress("sound", number, len(voices))
            start, long = shares[turns.index(voice.turn)]
            alone = len([one for one in voices if one.turn == voice.turn]) == 1
            late = 0.0 if alone or voice.sound.kind == "texture" else rng.uniform(0, 0.25) * long
            tracks.append((_render(voice, long - late, rng, request.loop), start + late))
        mixed = np.zeros((count(seconds + over), 2), np.float32)
        whole = mixing.mix([(mixed, 0.0), *tracks], RATE)[: len(mixed)]
        yield Output(
            samples=_finished(whole, over, request.loop),
            rate=RATE,
            usage={voice.sound.name: float(seconds) for voice in voices},
        )

    def close(self) -> None:
        pass


def _layers(voice: Voice) -> list[Voice]:
    """A sound that is made of others, as those."""
    if not voice.sound.layers:
        return [voice]
    parts = [sounds()[name] for name in voice.sound.layers]
    return [Voice(part, {**part.set, **voice.changes}, voice.turn) for part in parts]


def _natural(voices: list[Voice]) -> float:
    """The seconds of a prompt that does not say: the longest of each turn, one after the other."""
    total = 0.0
    for turn in {voice.turn for voice in voices}:
        total += max(_own_seconds(voice) for voice in voices if voice.turn == turn)
    return total


def _own_seconds(voice: Voice) -> float:
    """How long a sound lasts by itself: longer when it is larger, or there are more of it."""
    sound, changes = voice.sound, voice.changes
    seconds = sound.seconds * changes.get("long", 1.0)
    if sound.kind == "event":
        seconds *= max(1.0, changes.get("size", 1.0)) ** 0.4
        seconds += 1.0 if "space" in changes or "distance" in changes else 0.0
    if sound.counts and (number := changes.get(sound.counts, 0)) > 2:
        seconds *= max(1.0, number / 3)
    return seconds


def _shares(voices: list[Voice], turns: list[int], seconds: float) -> list[tuple[float, float]]:
    """(start, seconds) of each turn, in proportion to what each needs."""
    needs = [max(_own_seconds(voice) for voice in voices if voice.turn == turn) for turn in turns]
    spans = [seconds * need / sum(needs) for need in needs]
    return [(sum(spans[:number]), span) for number, span in enumerate(spans)]


def _render(voice: Voice, seconds: float, rng: np.random.Generator, loop: bool) -> Samples:
    """(T, 2) one sound at its place in the distance and at its level."""
    sound, changes = voice.sound, dict(voice.changes)
    if loop and sound.beat:  # a whole number of beats, so that the rhythm goes on over the seam
        beat = sound.beat / changes.get("speed", 1.0)
        whole = seconds - _beat_seam(sound)
        changes["speed"] = changes.get("speed", 1.0) * max(1, round(whole / beat)) * beat / whole
    samples = _long(sound, changes, seconds, rng)
    samples = samples - np.array([samples[:, 0].mean(), samples[:, 1].mean()])
    samples = samples * _level(samples, sound.lufs)
    return _treated(samples, changes, sound, seconds)


def _level(samples: Samples, lufs: float) -> float:
    """The gain to a loudness, or less where peaks would be crushed."""
    wanted = 10 ** ((lufs - mixing.momentary_loudness(samples, RATE)) / 20)
    peak = max(float(np.abs(samples).max()), 1e-9)
    return float(min(wanted, 10 ** ((CEILING + CRUSH) / 20) / peak))


def _long(
    sound: Sound, changes: dict[str, Any], seconds: float, rng: np.random.Generator
) -> Samples:
    """(T, 2) a sound of any length: textures in pieces, events whole and then cut."""
    if sound.kind == "texture" and seconds > PIECE + SEAM:
        out = _made(sound, changes, PIECE, rng)
        while len(out) < count(seconds):
            left = seconds - len(out) / RATE + SEAM
            piece = _made(sound, changes, min(PIECE, max(left, 2 * SEAM)), rng)
            out = mixing.crossfade(out, piece, RATE, SEAM)
        return out[: count(seconds)]
    if sound.kind != "event":
        return _made(sound, changes, seconds, rng)
    whole = max(min(seconds, 20.0), _own_seconds(Voice(sound, changes)))
    out = _made(sound, changes, whole, rng)[: count(seconds)]
    cut = whole - seconds
    return mixing.fade(out, RATE, fall=0.5 * seconds if cut > 0.05 else 0.05)


def _made(
    sound: Sound, changes: dict[str, Any], seconds: float, rng: np.random.Generator
) -> Samples:
    """(T, 2) what the function makes with the parameters that it has.

    Size and speed that it does not have are those of a tape: played slower it is lower.
    """
    module, _, name = sound.make.partition(".")
    function = getattr(import_module(f"miaobi.synthesis.{module}"), name)
    takes = inspect.signature(function).parameters
    given = {key: value for key, value in changes.items() if key in takes}
    pace = 1.0 if "size" in takes else 1 / changes.get("size", 1.0)
    pace *= 1.0 if "speed" in takes or sound.kind == "texture" else changes.get("speed", 1.0)
    samples = stereo(function(rng, seconds * pace, **given)).astype(np.float32)
    if abs(pace - 1) > 0.01:
        import soxr

        samples = soxr.resample(samples, RATE * pace, RATE)
    wanted = count(seconds)
    padded = np.zeros((wanted, 2), np.float32)
    padded[: len(samples)] = samples[:wanted]
    return padded


def _treated(samples: Samples, changes: dict[str, Any], sound: Sound, seconds: float) -> Samples:
    """What is done to a finished sound: distance, walls, echoes, direction, swells."""
    decibels = changes.get("gain", 0.0)
    if distance := changes.get("distance", 0.0):
        samples = far(samples, distance)
        decibels -= 6 * np.log2(distance)
    if changes.get("muffled"):
        samples = muffled(samples)
    space = changes.get("space", "")
    if space and not _takes_space(sound):
        samples = heard_in(samples, space, 0.55)
    if changes.get("reverse"):
        samples = samples[::-1]
    if pan := changes.get("pan", 0.0):
        samples = mixing.stereo(samples, pan)
    rise, fall = (changes.get(key, 0.0) * seconds for key in ("rise", "fall"))
    return mixing.fade(mixing.gain(samples, decibels), RATE, rise, fall)


def _takes_space(sound: Sound) -> bool:
    return sound.make == "water.drip"


def _seam(voices: list[Voice], seconds: float) -> float:
    """How much longer a sound is made than its loop; 0 where all of it dies away."""
    going_on = [voice.sound for voice in voices if voice.sound.kind == "texture"]
    if not going_on:
        return 0.0
    return min(LOOP_SEAM, seconds / 4, *(_beat_seam(sound) for sound in going_on))


def _beat_seam(sound: Sound) -> float:
    """Rhythms need a short seam: two beats must not be heard beside each other."""
    return 0.05 if sound.beat else LOOP_SEAM


def _finished(samples: Samples, over: float, loop: bool) -> Samples:
    """The whole, closed to a loop or ending at silence, and kept from clipping."""
    if not loop:
        return mixing.limit(
            with_ends(samples, 0.002, min(0.06, len(samples) / RATE / 4)), RATE, CEILING
        )
    if over:
        samples = mixing.looped(samples, RATE, over)
    else:
        samples = with_ends(samples, 0.002, min(0.06, len(samples) / RATE / 4))
    around = min(RATE, len(samples))  # the limiter hears what comes before and after as well
    heard = np.concatenate([samples[-around:], samples, samples[:around]])
    return mixing.limit(heard, RATE, CEILING)[around:-around]
