"""What somebody hums or whistles, as notes: the pitch of each moment, and where a note begins.

    samples --yin--> pitch of every 10 ms --segments--> (start, end, pitch) --beat--> Score

The period is found as YIN does (de Cheveigné & Kawahara, 2002): the lag at which a sound differs
least from itself, its difference measured against shorter lags.
"""

from typing import Any

from miaobi.core.errors import MediaError
from miaobi.music.score import GRID, Note, Part, Score, make_score

RATE = 22_050
FRAME, HOP = 1024, 220  # samples: 46 ms of each 10 ms
LOWEST, HIGHEST = 75.0, 2400.0  # Hz, of voices and of whistles
UNLIKE = 0.2  # difference, 0 to 1, above which nothing is a tone
QUIET = 0.02  # share of the loudest that is silence
SHORTEST = 7  # frames of a note
TEMPOS = range(60, 151, 2)  # quarter notes a minute that are tried
USUAL = 100.0
LONGEST = 120  # seconds
SNAP = 12  # ticks: an eighth note
Heard = list[tuple[float, float, int]]


def transcribe_melody(
    samples: Any,
    rate: int,
    name: object,
    tempo: float | None = None,
    meter: tuple[int, int] = (4, 4),
) -> Score:
    """A melody of one voice, float32 (T,), as a Score on a grid of eighths.

    `tempo` is in quarter notes a minute; None: found. Raises MediaError where nothing is a tone.
    """
    from miaobi.media.audio import resample

    if len(samples) / rate > LONGEST:
        raise MediaError(
            "{name} lasts {seconds:.0f} seconds.",
            "A melody may last {most}: cut it shorter.",
            name=name,
            seconds=len(samples) / rate,
            most=LONGEST,
        )
    pitches = yin(resample(samples, rate, RATE))
    heard = notes_of(pitches)
    if not heard:
        raise MediaError(
            "No melody can be heard in {name}.",
            "Hum, sing or whistle it alone, near the microphone.",
            name=name,
        )
    tempo = tempo or find_tempo(heard)
    tick = 60 / tempo / GRID
    begin = heard[0][0]
    places = [round((start - begin) / tick / SNAP) * SNAP for start, _, _ in heard]
    notes: list[Note] = []
    for number, (start, end, pitch) in enumerate(heard):
        length = max(SNAP, round((end - start) / tick / SNAP) * SNAP)
        if number + 1 < len(heard):
            room = places[number + 1] - places[number]
            # breath between notes is no rest
            length = room if room - length <= SNAP else length
            if room <= 0:  # two notes in one eighth: the first one stays
                places[number + 1] = places[number] + SNAP
                length = SNAP
        notes.append(Note(places[number], 0, pitch, length))
    return make_score(notes, name, parts=(Part("Melody"),), tempo=tempo, meter=meter)


def yin(samples: Any) -> Any:
    """(T,) at RATE -> the pitch of each frame in MIDI numbers with fractions; 0: none."""
    import numpy as np

    count = max(0, (len(samples) - 2 * FRAME) // HOP + 1)
    longest, shortest = int(RATE / LOWEST), int(RATE / HIGHEST)
    pitches = np.zeros(count)
    if not count:
        return pitches
    power = np.sqrt(np.convolve(samples**2, np.ones(FRAME) / FRAME, "valid")[::HOP][:count])
    loud = power > max(QUIET * power.max(), 1e-4)
    total = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    size = 4 * FRAME
    for number in np.flatnonzero(loud):
        at = int(number) * HOP
        head, whole = samples[at : at + FRAME], samples[at : at + FRAME + longest]
        shared = np.fft.irfft(np.fft.rfft(whole, size) * np.fft.rfft(head, size).conj(), size)
        lags = np.arange(longest)
        energy = total[at + lags + FRAME] - total[at + lags]
        unlike = np.maximum(energy[0] + energy - 2 * shared[:longest], 0)
        mean = unlike[1:].cumsum() / np.arange(1, longest)
        unlike[1:] = unlike[1:] / np.maximum(mean, 1e-12)
        unlike[0] = 1
        below = np.flatnonzero(unlike[shortest:] < UNLIKE)
        if len(below):
            lag = int(below[0]) + shortest
            while lag + 1 < longest and unlike[lag + 1] < unlike[lag]:
                lag += 1
            pitches[number] = 69 + 12 * np.log2(RATE / _between(unlike, lag) / 440)
    return pitches


def _between(unlike: Any, lag: int) -> float:
    """The place of a minimum, between samples: that of a parabola through three."""
    if not 0 < lag < len(unlike) - 1:
        return float(lag)
    a, b, c = unlike[lag - 1 : lag + 2]
    bend = a - 2 * b + c
    return lag + (0.5 * float((a - c) / bend) if bend > 1e-12 else 0.0)


def notes_of(pitches: Any) -> Heard:
    """(start, end) in seconds and MIDI pitch of each note, whatever the singer is tuned to."""
    import numpy as np

    voiced = pitches > 0
    if not voiced.any():
        return []
    turns = np.exp(2j * np.pi * pitches[voiced])
    tuning = float(np.angle(turns.mean())) / (2 * np.pi)  # -0.5 to 0.5 semitones
    steady = np.where(voiced, np.round(_smoothed(pitches) - tuning), 0).astype(int)
    found: Heard = []
    start = 0
    edges = [*(np.flatnonzero(np.diff(steady)) + 1).tolist(), len(steady)]
    second = HOP / RATE
    for end in edges:
        pitch = int(steady[start])
        if pitch and end - start >= SHORTEST:
            near = found and start * second - found[-1][1] < SHORTEST * second * 0.5
            if near and found[-1][2] == pitch:  # a wobble in one note
                found[-1] = (found[-1][0], end * second, pitch)
            else:
                found.append((start * second, end * second, pitch))
        start = end
    return found


def _smoothed(pitches: Any) -> Any:
    """The median of seven frames around each: no octave jumps, no scratches."""
    import numpy as np

    padded = np.pad(pitches, 3, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 7), axis=-1)


def find_tempo(heard: Heard) -> float:
    """The tempo on whose eighths most notes begin, near the usual one."""
    best, found = float("inf"), USUAL
    for tempo in TEMPOS:
        eighth = 30 / tempo
        off = [
            abs((start - heard[0][0]) / eighth - round((start - heard[0][0]) / eighth))
            for start, _, _ in heard
        ]
        steps = [b[0] - a[0] for a, b in zip(heard, heard[1:], strict=False)]
        off += [abs(step / eighth - max(1, round(step / eighth))) for step in steps]
        cost = sum(off) / len(off) + 0.08 * abs(tempo - USUAL) / USUAL
        if cost < best:
            best, found = cost, float(tempo)
    return found
