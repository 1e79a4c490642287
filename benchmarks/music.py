"""Speed and quality of music: `python -m benchmarks.music [speed] [requests] [chorales] …`.

Requires music21 for key analysis:
    pip install --no-deps music21 chardet joblib jsonpickle more-itertools webcolors
The LSTM baseline is trained by `python -m benchmarks.music_lstm`.
"""

import io
import json
import os
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS, figure, seconds, write
from benchmarks.music_lstm import FILE as LSTM
from benchmarks.music_lstm import all_pieces
from miaobi.data.scores import ScoreData, TokenizedPiece, split_pieces
from miaobi.media.audio import decode as decode_audio
from miaobi.models.zoo import WEIGHTS
from miaobi.music import midi, musicxml
from miaobi.music.harmonization import voice_lines
from miaobi.music.keys import MAJOR_NAMES, MINOR_NAMES, Key
from miaobi.music.score import GRID, Note, Part, Score, beat_ticks, time_spans
from miaobi.music.tokens import HEAD_LENGTH, TOKEN_NAMES, decode
from miaobi.music.voice_leading import count_errors
from miaobi.tasks.music import music
from miaobi.train.recipes import RECIPES

REQUESTS, CHORALES, RENDERED = 100, 50, 10  # RENDERED: requests also rendered as audio
FORMS = (
    ("waltz", "圆舞曲", (3, 4)),
    ("march", "进行曲", (4, 4)),
    ("jig", "吉格", (6, 8)),
    ("reel", "里尔", (4, 4)),
    ("hymn", "赞美诗", (4, 4)),
    ("air", "小曲", (4, 4)),
    ("lullaby", "摇篮曲", (6, 8)),
    ("polka", "波尔卡", (2, 4)),
)
MOODS = (
    ("calm", "平静的"),
    ("happy", "快乐的"),
    ("sad", "悲伤的"),
    ("dark", "黑暗的"),
    ("lively", "活泼的"),
    ("", ""),
)
INSTRUMENTS = (
    ("piano", "钢琴"),
    ("strings", "弦乐"),
    ("flute and harp", "长笛和竖琴"),
    ("organ", "管风琴"),
    ("string quartet", "弦乐四重奏"),
    ("guitar", "吉他"),
)
CHINESE_KEYS = ("C", "降D", "D", "降E", "E", "F", "升F", "G", "降A", "A", "降B", "B")


def main(parts: list[str]) -> None:
    """Measure all parts, or replace the figures of some."""
    pieces = all_pieces()
    training, held_out = split_pieces(pieces, 0.16, 0)
    chorales = [piece for piece in held_out if piece.kind == "chorales"]
    parts_table = {
        "speed": _speed,
        "requests": lambda: _requests(training),
        "chorales": lambda: _chorales(chorales),
        "likelihood": lambda: _likelihood(pieces),
    }
    figures: dict[str, Any] = {}
    path = RESULTS / "music.json"
    if parts and path.is_file():
        figures = {row["name"]: row for row in json.loads(path.read_text())["figures"]}
    for part in parts or parts_table:
        figures |= {row["name"]: row for row in parts_table[part]()}
    write("music", "python -m benchmarks.music", list(figures.values()))


def _speed() -> list[dict[str, Any]]:
    """Time 30 s of music from prompt to WAV, with a loaded model."""
    music("waltz", seconds=5, seed=0)
    prompts = (
        "calm waltz in D minor, 90 bpm, strings",
        "lively jig in G, fiddle",
        "march in C, brass",
        "sad piano piece",
        "hymn in E-flat major, organ",
    )
    wall_times, cpu_times = [], []
    for prompt in prompts:
        started = time.process_time()
        wall_times.append(seconds(lambda prompt=prompt: music(prompt, seconds=30, seed=1)))  # type: ignore[misc]
        cpu_times.append(round(time.process_time() - started, 2))
    load = round(os.getloadavg()[0], 1)
    return [
        figure(
            "wall time of 30 s of music, composed and rendered",
            "s",
            wall_times,
            at_most=6,
            cpu_seconds=cpu_times,
            load=load,
        )
    ]


def _requests(training: list[TokenizedPiece]) -> list[dict[str, Any]]:
    """Measure key, meter, tempo and duration of requests, and similarity to training scores."""
    rng, training_bars = random.Random(0), _bars_of(training)
    keys, meters, tempos, lengths, shared = [], [], [], [], []
    for number in range(REQUESTS):
        english, chinese, meter = FORMS[number % len(FORMS)]
        mood, mood_zh = rng.choice(MOODS)
        instrument, instrument_zh = rng.choice(INSTRUMENTS)
        key = Key(rng.randrange(12), rng.choice(("major", "minor")))
        tempo, length = rng.randrange(60, 150), rng.randrange(10, 41)
        names = MAJOR_NAMES if key.mode == "major" else MINOR_NAMES
        prompt = f"{mood} {english} in {names[key.tonic]} {key.mode}, {tempo} bpm, {instrument}"
        if number % 2:
            mode = "大调" if key.mode == "major" else "小调"
            prompt = (
                f"{mood_zh}{CHINESE_KEYS[key.tonic]}{mode}{chinese}，每分钟{tempo}拍，"
                f"{instrument_zh}"
            )
        artifact = music(prompt, seconds=length, seed=number, format="mid")
        score = midi.read(artifact.data, prompt)
        analyzed = _key_of(score)
        keys.append(float(analyzed == key))
        meters.append(float(score.meter == meter))
        beat = score.tempo * GRID / beat_ticks(score.meter)
        tempos.append(float(abs(beat - tempo) < 0.01))
        lengths.append(float(abs(_midi_seconds(artifact.data) - length) <= 0.5))
        shared.append(float(_most_shared(score, key, training_bars)))
        if analyzed != key:
            print("other key:", prompt, analyzed, flush=True)
        if number % (REQUESTS // RENDERED) == 0:
            samples, rate = decode_audio(music(prompt, seconds=length, seed=number).data)
            lengths.append(float(abs(len(samples) / rate - length) <= 0.5))
    return [
        _rate("key accuracy (music21)", keys, 0.9),
        _rate("meter accuracy", meters, 1),
        _rate("tempo accuracy", tempos, 1),
        _rate("duration within 0.5 s", lengths, 1),
        figure(
            "maximum distinct bars shared with one training score",
            "bars",
            [max(shared)],
            at_most=8,
            mean=round(sum(shared) / len(shared), 2),
        ),
    ]


def _rate(name: str, hits: list[float], target: float) -> dict[str, Any]:
    return figure(name, "ratio", [sum(hits) / len(hits)], at_least=target, of=len(hits))


def _key_of(score: Score) -> Key:
    """Analyze the key of all notes with music21."""
    from music21 import note, stream

    notes = stream.Stream()
    for sound in score.notes:
        notes.insert(sound.start / GRID, note.Note(sound.pitch, quarterLength=sound.length / GRID))
    key = notes.analyze("key")
    return Key(key.tonic.pitchClass, key.mode)


def _midi_seconds(data: bytes) -> float:
    import mido

    return float(mido.MidiFile(file=io.BytesIO(data)).length)


def _bars_of(pieces: list[TokenizedPiece]) -> dict[tuple[str, ...], set[int]]:
    """Index the melody bars, relative to the tonic: bar -> numbers of the pieces with it."""
    index: dict[tuple[str, ...], set[int]] = {}
    for number, piece in enumerate(pieces):
        names = [TOKEN_NAMES[token] for token in piece.tokens[HEAD_LENGTH:]]
        bar: list[str] | None = None
        for name in [*names, "bar:0"]:
            if name.startswith(("bar:", "part:", "<end>")):
                if bar:
                    index.setdefault(tuple(bar), set()).add(number)
                bar = [] if name == "part:melody" else None
            elif bar is not None:
                bar.append(_without_octave(name))
    return index


def _without_octave(name: str) -> str:
    kind, _, value = name.partition(":")
    return f"pitch:{int(value) % 12}" if kind == "pitch" else name


def _most_shared(score: Score, key: Key, index: dict[tuple[str, ...], set[int]]) -> int:
    """Count the distinct bars that a melody shares with one piece, ignoring bars of one note."""
    from miaobi.music.tokens import Control, encode

    melody = replace(
        score, notes=tuple(n for n in score.notes if n.part == 0), key=key, parts=score.parts[:1]
    )
    own = _bars_of([TokenizedPiece(encode(melody, Control(voices=1)), "", "")])
    counts: dict[int, int] = {}
    for bar in own:
        for number in index.get(bar, ()) if len(bar) > 1 else ():
            counts[number] = counts.get(number, 0) + 1
    return max(counts.values(), default=0)


def _chorales(pieces: list[TokenizedPiece]) -> list[dict[str, Any]]:
    """Harmonize held-out melodies; compare with the originals and a three-chord baseline."""
    unchanged: list[float] = []
    agreements: dict[str, list[float]] = {"ours": [], "plain": []}
    errors: dict[str, float] = {"ours": 0, "Bach": 0, "plain": 0}
    bars = 0.0
    for number, piece in enumerate(pieces[:CHORALES]):
        original = decode(piece.tokens)
        melody = replace(
            original,
            notes=tuple(n for n in original.notes if n.part == 0),
            parts=original.parts[:1],
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "melody.musicxml"
            path.write_bytes(musicxml.write(melody))
            artifact = music(melody=path, key=original.key.name, format="musicxml", seed=number)
        score = musicxml.read(artifact.data, "ours")
        unchanged.append(float(_line(score) == _line(melody)))
        versions = {"ours": score, "Bach": original, "plain": _plain(melody)}
        bars += original.ticks / original.bar
        for name, version in versions.items():
            errors[name] += sum(count_errors(voice_lines(version)).values())
            if name in agreements:
                agreements[name] += _agreement(version, original)
    mean = {name: sum(values) / len(values) for name, values in agreements.items()}
    return [
        _rate("held-out chorale melodies unchanged by harmonization", unchanged, 1),
        figure(
            "chord agreement with the originals, per beat",
            "ratio",
            [mean["ours"]],
            baseline=round(mean["plain"], 3),
        ),
        figure(
            "voice-leading errors per bar",
            "",
            [errors["ours"] / bars],
            originals=round(errors["Bach"] / bars, 3),
            baseline=round(errors["plain"] / bars, 3),
        ),
    ]


def _line(score: Score) -> list[tuple[int, int, int]]:
    return [(n.start, n.pitch, n.length) for n in score.notes if n.part == 0]


def _agreement(score: Score, original: Score) -> list[float]:
    """Compute the intersection over union of pitch classes at each beat."""
    ratios = []
    for tick, _ in time_spans(original, original.beat):
        here, there = (_pitch_classes_at(s, tick) for s in (score, original))
        if here | there:
            ratios.append(len(here & there) / len(here | there))
    return ratios


def _pitch_classes_at(score: Score, tick: int) -> set[int]:
    return {note.pitch % 12 for note in score.notes if note.start <= tick < note.end}


def _plain(melody: Score) -> Score:
    """Harmonize with the baseline: tonic, dominant or subdominant in root position."""
    home, notes = melody.key.tonic, list(melody.notes)
    third = 4 if melody.key.mode == "major" else 3
    for note in melody.notes:
        degree = (note.pitch - home) % 12
        root = 0 if degree in (0, third, 7) else 7 if degree in (2, 11, 10) else 5
        middle = 4 if root == 7 else third
        low = 48 + (home + root) % 12
        chord = (note.pitch - 12, low + middle, low - 12)
        notes += [Note(note.start, n + 1, p, note.length) for n, p in enumerate(chord)]
    return replace(melody, notes=tuple(sorted(notes)), parts=(Part(),) * 4)


def _likelihood(pieces: list[TokenizedPiece]) -> list[dict[str, Any]]:
    """Measure nats per event of held-out pieces, also of an LSTM of equal size."""
    import torch

    from miaobi.models import checkpoint
    from miaobi.train.objective_language import MusicObjective

    recipe = RECIPES["scores"]["music"]
    network = checkpoint.load(WEIGHTS / "music").float().eval()
    objective = MusicObjective(network, ScoreData.from_pieces(pieces, recipe.data), recipe.data)
    with torch.inference_mode():
        losses = objective.validate(torch.device("cpu"))
    lstm: dict[str, Any] = json.loads(LSTM.read_text()) if LSTM.is_file() else {}
    figures = [
        figure(
            "negative log-likelihood per event, held-out chorales",
            "nats",
            [losses["chorales"]],
            all=round(losses["loss"], 4),
            tunes=round(losses["tunes"], 4),
        )
    ]
    history = json.loads((WEIGHTS / "music" / "run.json").read_text())["history"]
    for row in history:  # same schedule, batches and step
        if row["step"] == lstm.get("steps") and "validation" in row:
            figures.append(
                figure(
                    "negative log-likelihood per event, at the step count of an LSTM of equal size",
                    "nats",
                    [row["validation"]["chorales"]],
                    lstm=lstm,
                    at_most=round(lstm["loss"]["chorales"], 3),
                )
            )
    return figures


if __name__ == "__main__":
    main(sys.argv[1:])
