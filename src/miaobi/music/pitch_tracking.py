"""Pitch tracking: a hummed, sung or whistled melody as a score (monophonic transcription).

    samples --yin--> pitch of every 10 ms frame --segment_notes--> note events --tempo--> Score

The fundamental is found with YIN (de Cheveigné & Kawahara, 2002): the first lag at which the
cumulative mean normalized difference function falls below a threshold.
"""

from itertools import pairwise

from miaobi.core.arrays import FloatArray, Samples
from miaobi.core.errors import MediaError
from miaobi.music.score import GRID, Note, Part, Score, make_score

RATE = 22_050  # Hz
FRAME, HOP = 1024, 220  # samples: 46 ms every 10 ms
MIN_FREQUENCY, MAX_FREQUENCY = 75.0, 2400.0  # Hz, from low voices to whistles
YIN_THRESHOLD = 0.2  # normalized difference, 0 to 1, of a voiced frame
SILENCE = 0.02  # fraction of the maximum RMS level
MIN_NOTE = 7  # frames
TEMPOS = range(60, 151, 2)  # candidates, quarter notes per minute
USUAL_TEMPO = 100.0
TEMPO_PRIOR = 0.08  # cost of a tempo far from the usual one
MAX_SECONDS = 120
EIGHTH = 12  # ticks, grid of the onsets
NoteEvents = list[tuple[float, float, int]]  # start and end in seconds, MIDI pitch


def transcribe_melody(
    samples: Samples,
    rate: int,
    name: object,
    tempo: float | None = None,
    meter: tuple[int, int] = (4, 4),
) -> Score:
    """Transcribe a melody, float32 (T,), as a Score quantized to eighths.

    `tempo` is in quarter notes per minute; None: estimated. Raises MediaError without a melody.
    """
    from miaobi.media.audio import resample

    if len(samples) / rate > MAX_SECONDS:
        raise MediaError(
            "{name} lasts {seconds:.0f} seconds.",
            "A melody may last {most} seconds: cut it shorter.",
            name=name,
            seconds=len(samples) / rate,
            most=MAX_SECONDS,
        )
    events = segment_notes(yin(resample(samples, rate, RATE)))
    if not events:
        raise MediaError(
            "No melody can be heard in {name}.",
            "Hum, sing or whistle it alone, near the microphone.",
            name=name,
        )
    tempo = tempo or estimate_tempo(events)
    notes = _quantize(events, 60 / tempo / GRID)
    return make_score(notes, name, (Part("Melody"),), tempo=tempo, meter=meter)


def _quantize(events: NoteEvents, tick: float) -> list[Note]:
    """Quantize note events to eighths; `tick` is in seconds."""
    begin = events[0][0]
    onsets = [round((start - begin) / tick / EIGHTH) * EIGHTH for start, _, _ in events]
    notes: list[Note] = []
    for index, (start, end, pitch) in enumerate(events):
        length = max(EIGHTH, round((end - start) / tick / EIGHTH) * EIGHTH)
        if index + 1 < len(events):
            available = onsets[index + 1] - onsets[index]
            # a breath between notes is not a rest
            length = available if available - length <= EIGHTH else length
            if available <= 0:  # two onsets in one eighth: the second moves on
                onsets[index + 1] = onsets[index] + EIGHTH
                length = EIGHTH
        notes.append(Note(onsets[index], 0, pitch, length))
    return notes


def yin(samples: Samples) -> FloatArray:
    """Track the pitch of samples (T,) at RATE: fractional MIDI numbers (F,), 0 if unvoiced."""
    import numpy as np

    count = max(0, (len(samples) - 2 * FRAME) // HOP + 1)
    max_lag, min_lag = int(RATE / MIN_FREQUENCY), int(RATE / MAX_FREQUENCY)
    pitches = np.zeros(count)
    if not count:
        return pitches
    rms = np.sqrt(np.convolve(samples**2, np.ones(FRAME) / FRAME, "valid")[::HOP][:count])
    is_loud = rms > max(SILENCE * rms.max(), 1e-4)
    energy_sum = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    lags = np.arange(max_lag)
    size = 4 * FRAME
    for number in np.flatnonzero(is_loud):
        start = int(number) * HOP
        frame, extended = samples[start : start + FRAME], samples[start : start + FRAME + max_lag]
        spectrum = np.fft.rfft(extended, size) * np.fft.rfft(frame, size).conj()
        correlation = np.fft.irfft(spectrum, size)[:max_lag]
        energy = energy_sum[start + lags + FRAME] - energy_sum[start + lags]
        difference = np.maximum(energy[0] + energy - 2 * correlation, 0)
        mean = difference[1:].cumsum() / lags[1:]
        difference[1:] = difference[1:] / np.maximum(mean, 1e-12)
        difference[0] = 1
        below = np.flatnonzero(difference[min_lag:] < YIN_THRESHOLD)
        if len(below):
            lag = int(below[0]) + min_lag
            while lag + 1 < max_lag and difference[lag + 1] < difference[lag]:
                lag += 1
            pitches[number] = 69 + 12 * np.log2(RATE / _interpolate_minimum(difference, lag) / 440)
    return pitches


def _interpolate_minimum(values: FloatArray, index: int) -> float:
    """Return the fractional index of a local minimum by parabolic interpolation."""
    if not 0 < index < len(values) - 1:
        return float(index)
    a, b, c = values[index - 1 : index + 2]
    curvature = a - 2 * b + c
    return index + (0.5 * float((a - c) / curvature) if curvature > 1e-12 else 0.0)


def segment_notes(pitches: FloatArray) -> NoteEvents:
    """Segment a pitch track (F,) into notes, relative to the tuning of the singer."""
    import numpy as np

    voiced = pitches > 0
    if not voiced.any():
        return []
    phasors = np.exp(2j * np.pi * pitches[voiced])
    tuning = float(np.angle(phasors.mean())) / (2 * np.pi)  # -0.5 to 0.5 semitones
    rounded = np.where(voiced, np.round(_median_filter(pitches) - tuning), 0).astype(int)
    notes: NoteEvents = []
    start = 0
    edges = [*(np.flatnonzero(np.diff(rounded)) + 1).tolist(), len(rounded)]
    frame = HOP / RATE  # seconds
    for end in edges:
        pitch = int(rounded[start])
        if pitch and end - start >= MIN_NOTE:
            is_near = notes and start * frame - notes[-1][1] < MIN_NOTE * frame * 0.5
            if is_near and notes[-1][2] == pitch:  # vibrato within one note
                notes[-1] = (notes[-1][0], end * frame, pitch)
            else:
                notes.append((start * frame, end * frame, pitch))
        start = end
    return notes


def _median_filter(pitches: FloatArray) -> FloatArray:
    """Apply a median filter of seven frames, which removes octave errors and short noises."""
    import numpy as np

    padded = np.pad(pitches, 3, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 7), axis=-1)


def estimate_tempo(events: NoteEvents) -> float:
    """Estimate the tempo whose eighths agree best with the onsets, preferring USUAL_TEMPO."""
    begin = events[0][0]
    intervals = [following[0] - event[0] for event, following in pairwise(events)]

    def cost(tempo: int) -> float:
        eighth = 30 / tempo
        onsets = [(start - begin) / eighth for start, _, _ in events]
        errors = [abs(onset - round(onset)) for onset in onsets]
        errors += [abs(length / eighth - max(1, round(length / eighth))) for length in intervals]
        return sum(errors) / len(errors) + TEMPO_PRIOR * abs(tempo - USUAL_TEMPO) / USUAL_TEMPO

    return float(min(TEMPOS, key=cost))
