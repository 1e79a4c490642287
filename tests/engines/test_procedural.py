"""Every sound of the table is whole; seeds, lengths, loops and adjectives do what they say."""

import numpy as np
import pytest

from miaobi.core.events import Output, Progress
from miaobi.core.requests import SoundRequest
from miaobi.engines.procedural import ProceduralEngine
from miaobi.media.loudness import block_powers, momentary_loudness, true_peak
from miaobi.models.zoo import find_model
from miaobi.synthesis.prompt import sounds
from miaobi.synthesis.signals import RATE, fft_length

ENGINE = ProceduralEngine(find_model("procedural", "sound"))


def made(prompt: str, seed: int = 0, **options: object) -> np.ndarray:
    """(T, 2) what the engine answers."""
    request = SoundRequest(model="procedural", prompt=prompt, seed=seed, **options)  # type: ignore[arg-type]
    *events, output = ENGINE.generate(request)
    assert isinstance(output, Output) and all(isinstance(event, Progress) for event in events)
    assert output.rate == RATE
    return output.samples  # type: ignore[no-any-return]


def spectrum(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The power at each pitch, and the pitches in hertz."""
    size = fft_length(len(samples))
    return np.abs(np.fft.rfft(samples.mean(1), size)) ** 2, np.fft.rfftfreq(size, 1 / RATE)


def centroid(samples: np.ndarray) -> float:
    """The middle of the spectrum's power, in hertz."""
    power, hertz = spectrum(samples)
    return float((power * hertz).sum() / power.sum())


def treble(samples: np.ndarray) -> float:
    """The share of the power above 4 kHz."""
    power, hertz = spectrum(samples)
    return float(power[hertz > 4000].sum() / power.sum())


@pytest.mark.parametrize("name", sounds())
def test_every_sound(name: str) -> None:
    prompt = name.replace("-", " ")
    takes = [made(prompt, seed, seconds=1) for seed in (1, 2)]
    for samples in takes:
        assert samples.shape == (RATE, 2) and samples.dtype == np.float32
        assert np.isfinite(samples).all()
        assert true_peak(samples, RATE) <= -0.9
        assert momentary_loudness(samples, RATE) > -45  # a room is nearly silent
        assert not samples[0].any() and np.abs(samples[-1]).max() < 1e-3
        assert np.abs(samples.mean(0)).max() < 0.02
    assert all(not np.array_equal(takes[0], other) for other in takes[1:])


@pytest.mark.parametrize("prompt", ["rain", "heavy door closing", "birds", "rain and thunder"])
def test_same_seed_same_samples(prompt: str) -> None:
    np.testing.assert_array_equal(made(prompt, 5, seconds=1), made(prompt, 5, seconds=1))
    assert not np.array_equal(made(prompt, 5, seconds=1), made(prompt, 6, seconds=1))


@pytest.mark.parametrize("prompt", ["rain", "door", "whoosh", "door then whoosh", "rain and door"])
@pytest.mark.parametrize("seconds", [0.1, 0.73, 7.0])
def test_length_is_what_was_asked(prompt: str, seconds: float) -> None:
    assert len(made(prompt, seconds=seconds)) / RATE == pytest.approx(seconds, abs=0.001)


def test_length_by_itself() -> None:
    assert len(made("door")) / RATE == pytest.approx(sounds()["door"].seconds, abs=0.01)
    assert len(made("heavy door")) > len(made("door"))
    assert len(made("long whoosh")) > len(made("short whoosh"))
    alone = len(made("door")) + len(made("laser"))
    assert len(made("door then laser")) == pytest.approx(alone, abs=10)


def test_long_textures_have_no_gaps() -> None:
    samples = made("wind", seconds=60)
    powers = block_powers(samples, RATE)
    assert len(samples) == 60 * RATE and powers.min() > 1e-3 * powers.max()


@pytest.mark.parametrize("name", [row.name for row in sounds().values() if row.kind == "texture"])
def test_loops_have_no_seam(name: str) -> None:
    samples = made(name.replace("-", " "), 4, seconds=1, loop=True)
    assert samples.shape == (RATE, 2) and true_peak(samples, RATE) <= -0.9
    around = np.abs(np.diff(np.concatenate([samples[-2000:], samples[:2000]]), axis=0))
    assert (around[1999] <= np.delete(around, 1999, 0).max(0) + 1e-6).all()


@pytest.mark.parametrize("prompt", ["rain", "wind", "engine"])
def test_loops_go_on_at_their_level(prompt: str) -> None:
    samples = made(prompt, 4, seconds=3, loop=True)
    tiled = np.concatenate([samples, samples])
    seam = np.std(tiled[3 * RATE - 4000 : 3 * RATE + 4000])
    assert 0.4 < seam / np.std(samples) < 2.2  # neither a hole nor a bump


def test_rhythms_fit_their_loop() -> None:
    """Ticks of a clock stay evenly apart over the seam."""
    samples = made("clock", 1, seconds=3.3, loop=True)
    tiled = np.abs(np.concatenate([samples, samples]).mean(1))
    envelope = tiled[: len(tiled) // 441 * 441].reshape(-1, 441).max(1)
    strong = np.flatnonzero(envelope > 0.4 * envelope.max())
    ticks = strong[np.diff(strong, prepend=-100) > 15]
    gaps = np.diff(ticks)
    assert len(gaps) >= 8 and gaps.max() - gaps.min() <= 4


NEUTRAL = (
    "door",
    "footsteps",
    "dog barking",
    "wind",
    "explosion",
    "metal hit",
    "knock",
    "engine",
    "bell",
    "rain",
    "jump",
    "splash",
    "fire",
)


@pytest.mark.parametrize("prompt", NEUTRAL)
def test_distant_is_quieter_and_duller(prompt: str) -> None:
    near, away = made(prompt, 7, seconds=2), made(f"distant {prompt}", 7, seconds=2)
    assert treble(away) < 0.7 * treble(near)
    drop = momentary_loudness(near, RATE) - momentary_loudness(away, RATE)
    assert drop > 4


@pytest.mark.parametrize("prompt", NEUTRAL)
def test_heavy_is_lower_and_small_is_higher(prompt: str) -> None:
    def middle(word: str) -> float:
        return float(
            np.median([centroid(made(f"{word} {prompt}", seed, seconds=1.5)) for seed in (1, 2, 3)])
        )

    assert middle("heavy") < 0.97 * middle("small")
    assert middle("heavy") < 1.0 * middle("")


@pytest.mark.parametrize(
    ("slow", "fast"), [("slow footsteps", "fast footsteps"), ("慢慢的心跳", "急促的心跳")]
)
def test_fast_has_more_events(slow: str, fast: str) -> None:
    def onsets(prompt: str) -> int:
        level = np.abs(made(prompt, 1, seconds=6).mean(1))[: 600 * 441].reshape(-1, 441).max(1)
        loud = level > 0.3 * level.max()
        return int((loud[1:] & ~loud[:-1]).sum())

    assert onsets(fast) > 1.5 * onsets(slow)


def test_other_manners() -> None:
    hard, soft = (momentary_loudness(made(f"{word} knock", 1), RATE) for word in ("loud", "soft"))
    assert hard > soft + 6
    assert treble(made("muffled dog barking", 1)) < 0.05 * treble(made("dog barking", 1))
    dry, hall = made("knock", 1, seconds=3), made("echoing knock", 1, seconds=3)
    assert np.std(hall[RATE : 2 * RATE]) > 3 * np.std(dry[RATE : 2 * RATE])
    left = made("dog on the left", 1)
    assert np.std(left[:, 0]) > 3 * np.std(left[:, 1])
    coming = made("engine coming closer", 1)
    assert np.std(coming[: RATE // 2]) < 0.3 * np.std(coming[-2 * RATE : -RATE])
    gravel, wood = made("footsteps on gravel", 1), made("footsteps on wood", 1)
    assert centroid(gravel) > 1.5 * centroid(wood)


def test_counts_are_kept() -> None:
    def blows(prompt: str) -> int:
        level = np.abs(made(prompt, 2).mean(1))
        level = level[: len(level) // 441 * 441].reshape(-1, 441).max(1)
        strong = np.flatnonzero(level > 0.45 * level.max())
        return int((np.diff(strong, prepend=-100) > 7).sum())

    assert blows("knock twice") == 2 and blows("knock five times") == 5


def test_layers_are_both_heard() -> None:
    rain, dog = made("rain", 3, seconds=3), made("dog", 3, seconds=3)
    mixed = made("rain and dog", 3, seconds=3)
    assert treble(mixed) > 2 * treble(dog)
    assert centroid(mixed) < centroid(rain)
