"""Procedural sound effects, without a network: the prompt selects functions of synthesis/.

prompt --synthesis/prompt.py--> layers --synthesis/--> samples --media/mixing.py--> mix (T, 2)
"""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module

import numpy as np

from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported, used_hub_options
from miaobi.core.events import Event, Output, Progress
from miaobi.core.requests import SoundRequest
from miaobi.media import mixing
from miaobi.media.loudness import momentary_loudness
from miaobi.models.zoo import Model
from miaobi.synthesis.prompt import Params, SoundLayer, SoundRow, read_prompt, sounds
from miaobi.synthesis.signals import RATE, Samples, num_samples
from miaobi.synthesis.space import add_distance, add_reverb, fade_ends, muffle, to_stereo

BLOCK, OVERLAP = 24.0, 2.0  # seconds: longer textures are cross-faded blocks
CEILING = -1.0  # dBTP
MAX_LIMITING = 4.0  # dB that the limiter may reduce the peaks of a sound
LOOP_OVERLAP = 0.5  # seconds, at most a quarter of the loop
BEAT_OVERLAP = 0.05  # seconds, in loops of rhythms: two beats must not sound together
FADE_IN, FADE_OUT = 0.002, 0.06  # seconds, at the ends of the mix


class ProceduralEngine:
    """Engine of the sounds of synthesis/sounds.toml, which loads nothing."""

    def __init__(self, model: Model) -> None:
        self.name = model.name

    def generate(self, request: SoundRequest) -> Iterator[Event]:
        """Yield Progress for each sound, then the Output with samples (T, 2).

        Raises NotFoundError if the prompt names no sound, OptionError for options of networks.
        """
        check_supported(self.name, used_hub_options(request), TRY_ANOTHER_MODEL)
        layers = [part for layer in read_prompt(request.prompt) for part in _expand(layer)]
        seconds = request.seconds or _default_seconds(layers)
        overlap = _loop_overlap(layers, seconds) if request.loop else 0.0
        rng = np.random.default_rng(request.seed)
        steps = sorted({layer.step for layer in layers})
        spans = _schedule(layers, steps, seconds + overlap)
        tracks: list[tuple[Samples, float]] = []
        for number, layer in enumerate(layers):
            yield Progress("sound", number, len(layers))
            start, duration = spans[steps.index(layer.step)]
            is_alone = sum(other.step == layer.step for other in layers) == 1
            is_synced = is_alone or layer.sound.kind == "texture"
            delay = 0.0 if is_synced else rng.uniform(0, 0.25) * duration
            samples = _render(layer, duration - delay, rng, request.loop)
            tracks.append((samples, start + delay))
        silence = np.zeros((num_samples(seconds + overlap), 2), np.float32)
        mix = mixing.mix([(silence, 0.0), *tracks], RATE)[: len(silence)]
        yield Output(
            samples=_finish(mix, overlap, request.loop),
            rate=RATE,
            usage={layer.sound.name: float(seconds) for layer in layers},
        )

    def close(self) -> None:
        pass


def _expand(layer: SoundLayer) -> list[SoundLayer]:
    """Expand a sound that consists of other sounds."""
    if not layer.sound.layers:
        return [layer]
    parts = [sounds()[name] for name in layer.sound.layers]
    return [SoundLayer(part, {**part.set, **layer.params}, layer.step) for part in parts]


def _default_seconds(layers: list[SoundLayer]) -> float:
    """Return the seconds of all steps, each as long as its longest sound."""
    total = 0.0
    for step in {layer.step for layer in layers}:
        total += max(_natural_seconds(layer) for layer in layers if layer.step == step)
    return total


def _natural_seconds(layer: SoundLayer) -> float:
    """Return the seconds of a sound by itself, more for a larger size or more repetitions."""
    sound, params = layer.sound, layer.params
    seconds = sound.seconds * params.get("long", 1.0)
    if sound.kind == "event":
        seconds *= max(1.0, params.get("size", 1.0)) ** 0.4
        seconds += 1.0 if "space" in params or "distance" in params else 0.0
    if sound.counts and (number := params.get(sound.counts, 0)) > 2:
        seconds *= max(1.0, number / 3)
    return float(seconds)


def _schedule(
    layers: list[SoundLayer], steps: list[int], seconds: float
) -> list[tuple[float, float]]:
    """Divide the time among the steps by their natural lengths: (start, seconds) of each."""
    lengths = [
        max(_natural_seconds(layer) for layer in layers if layer.step == step) for step in steps
    ]
    spans = [seconds * length / sum(lengths) for length in lengths]
    return [(sum(spans[:number]), span) for number, span in enumerate(spans)]


def _render(layer: SoundLayer, seconds: float, rng: np.random.Generator, loop: bool) -> Samples:
    """Render one sound at its loudness, with its effects: (T, 2)."""
    sound, params = layer.sound, dict(layer.params)
    if loop and sound.beat:  # a whole number of beats, so that the rhythm continues in the loop
        beat = sound.beat / params.get("speed", 1.0)
        length = seconds - _row_overlap(sound)
        params["speed"] = params.get("speed", 1.0) * max(1, round(length / beat)) * beat / length
    samples = _synthesize(sound, params, seconds, rng)
    samples = samples - np.array([samples[:, 0].mean(), samples[:, 1].mean()])
    samples = samples * _loudness_gain(samples, sound.lufs)
    return _apply_effects(samples, params, sound, seconds)


def _loudness_gain(samples: Samples, lufs: float) -> float:
    """Return the gain to a loudness, reduced if the limiter would have to do too much."""
    gain = 10 ** ((lufs - momentary_loudness(samples, RATE)) / 20)
    peak = max(float(np.abs(samples).max()), 1e-9)
    return float(min(gain, 10 ** ((CEILING + MAX_LIMITING) / 20) / peak))


def _synthesize(
    sound: SoundRow, params: Params, seconds: float, rng: np.random.Generator
) -> Samples:
    """Synthesize a sound of any length (T, 2): textures in blocks, events whole and then cut."""
    if sound.kind == "texture" and seconds > BLOCK + OVERLAP:
        out = _call(sound, params, BLOCK, rng)
        while len(out) < num_samples(seconds):
            left = seconds - len(out) / RATE + OVERLAP
            block = _call(sound, params, min(BLOCK, max(left, 2 * OVERLAP)), rng)
            out = mixing.crossfade(out, block, RATE, OVERLAP)
        return out[: num_samples(seconds)]
    if sound.kind != "event":
        return _call(sound, params, seconds, rng)
    whole = max(min(seconds, 20.0), _natural_seconds(SoundLayer(sound, params)))
    out = _call(sound, params, whole, rng)[: num_samples(seconds)]
    is_cut = whole - seconds > 0.05
    return mixing.fade(out, RATE, fall=0.5 * seconds if is_cut else 0.05)


def _call(sound: SoundRow, params: Params, seconds: float, rng: np.random.Generator) -> Samples:
    """Call the function of a sound with the parameters that it has: (T, 2).

    A size or speed that it does not have resamples the result, as a tape played slower or faster.
    """
    function = _function(sound)
    accepted = inspect.signature(function).parameters
    arguments = {key: value for key, value in params.items() if key in accepted}
    pace = 1.0 if "size" in accepted else 1 / params.get("size", 1.0)
    if "speed" not in accepted and sound.kind != "texture":
        pace *= params.get("speed", 1.0)
    samples = to_stereo(function(rng, seconds * pace, **arguments)).astype(np.float32)
    if abs(pace - 1) > 0.01:
        import soxr

        samples = soxr.resample(samples, RATE * pace, RATE)
    length = num_samples(seconds)
    padded = np.zeros((length, 2), np.float32)
    padded[: len(samples)] = samples[:length]
    return padded


def _function(sound: SoundRow) -> Callable[..., Samples]:
    module, _, name = sound.make.partition(".")
    function: Callable[..., Samples] = getattr(import_module(f"miaobi.synthesis.{module}"), name)
    return function


def _apply_effects(samples: Samples, params: Params, sound: SoundRow, seconds: float) -> Samples:
    """Apply distance, walls, reverberation, reversal, panning, fades and gain: (T, 2)."""
    decibels = params.get("gain", 0.0)
    if distance := params.get("distance", 0.0):
        samples = add_distance(samples, distance)
        decibels -= 6 * np.log2(distance)
    if params.get("muffled"):
        samples = muffle(samples)
    space = params.get("space", "")
    if space and "space" not in inspect.signature(_function(sound)).parameters:
        samples = add_reverb(samples, space, 0.55)
    if params.get("reverse"):
        samples = samples[::-1]
    if pan := params.get("pan", 0.0):
        samples = mixing.stereo(samples, pan)
    rise, fall = (params.get(key, 0.0) * seconds for key in ("rise", "fall"))
    return mixing.fade(mixing.gain(samples, decibels), RATE, rise, fall)


def _loop_overlap(layers: list[SoundLayer], seconds: float) -> float:
    """Return the seconds of a loop's end that cross-fade into its beginning; 0 without textures."""
    textures = [layer.sound for layer in layers if layer.sound.kind == "texture"]
    if not textures:
        return 0.0
    return min(LOOP_OVERLAP, seconds / 4, *(_row_overlap(sound) for sound in textures))


def _row_overlap(sound: SoundRow) -> float:
    return BEAT_OVERLAP if sound.beat else LOOP_OVERLAP


def _finish(mix: Samples, overlap: float, loop: bool) -> Samples:
    """Close the loop or fade the ends, and limit the peaks."""
    if overlap:
        mix = mixing.make_loop(mix, RATE, overlap)
    else:
        mix = fade_ends(mix, FADE_IN, min(FADE_OUT, len(mix) / RATE / 4))
    if not loop:
        return mixing.limit(mix, RATE, CEILING)
    context = min(RATE, len(mix))  # the lookahead of the limiter wraps around
    extended = np.concatenate([mix[-context:], mix, mix[:context]])
    return mixing.limit(extended, RATE, CEILING)[context:-context]
