"""The figures of music: `python -m benchmarks.music`, of a part `python -m benchmarks.music speed`.

Needs music21 for its key analysis, which the package itself does not:
    pip install --no-deps music21 chardet joblib jsonpickle more-itertools webcolors
The LSTM that is compared with is trained by `python -m benchmarks.music_lstm`.
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
from miaobi.core.events import Progress
from miaobi.data.scores import Piece, ScoreData, read_pieces, split
from miaobi.media.audio import decode as decode_audio
from miaobi.models.zoo import WEIGHTS
from miaobi.music import midi, musicxml
from miaobi.music.harmonization import beats, lines_of, sounding
from miaobi.music.keys import MAJOR_NAMES, MINOR_NAMES, Key
from miaobi.music.score import GRID, Note, Part, Score, beat_ticks
from miaobi.music.tokens import HEAD, NAMES, decode
from miaobi.music.voice_leading import faults
from miaobi.tasks.music import music
from miaobi.train.recipes import RECIPES

REQUESTS, CHORALES, HEARD = 100, 50, 10
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
PLAYED = (
    ("piano", "钢琴"),
    ("strings", "弦乐"),
    ("flute and harp", "长笛和竖琴"),
    ("organ", "管风琴"),
    ("string quartet", "弦乐四重奏"),
    ("guitar", "吉他"),
)
CHINESE = ("C", "降D", "D", "降E", "E", "F", "升F", "G", "降A", "A", "降B", "B")


def main(parts: list[str]) -> None:
    """All figures, or those of some parts anew."""
    pieces = _pieces()
    training, held_out = split(pieces, 0.16, 0)
    chorales = [piece for piece in held_out if piece.kind == "chorales"]
    measured = {
        "speed": _speed,
        "requests": lambda: _requests(training),
        "chorales": lambda: _chorales(chorales),
        "likelihood": lambda: _likelihood(pieces),
    }
    figures: dict[str, Any] = {}
    path = RESULTS / "music.json"
    if parts and path.is_file():
        figures = {row["name"]: row for row in json.loads(path.read_text())["figures"]}
    for part in parts or measured:
        figures |= {row["name"]: row for row in measured[part]()}
    write("music", "python -m benchmarks.music", list(figures.values()))


def _pieces() -> list[Piece]:
    found: list[Piece] = []
    for event in read_pieces():
        found = found if isinstance(event, Progress) else event
    return found


def _speed() -> list[dict[str, Any]]:
    """30 s from words to a WAV, the model loaded."""
    music("waltz", seconds=5, seed=0)
    prompts = (
        "calm waltz in D minor, 90 bpm, strings",
        "lively jig in G, fiddle",
        "march in C, brass",
        "sad piano piece",
        "hymn in E-flat major, organ",
    )
    runs, work = [], []
    for prompt in prompts:
        started = time.process_time()
        runs.append(seconds(lambda prompt=prompt: music(prompt, seconds=30, seed=1)))  # type: ignore[misc]
        work.append(round(time.process_time() - started, 2))
    load = round(os.getloadavg()[0], 1)
    return [
        figure(
            "30 s of music composed and rendered",
            "s",
            runs,
            at_most=6,
            processor_seconds=work,
            load_of_the_machine=load,
        )
    ]


def _requests(training: list[Piece]) -> list[dict[str, Any]]:
    """Are key, meter, tempo and length what was asked for, and is it anybody else's music?"""
    random_, known = random.Random(0), _bars_of(training)
    keys, meters, tempos, lengths, shared = [], [], [], [], []
    for number in range(REQUESTS):
        english, chinese, meter = FORMS[number % len(FORMS)]
        mood, 心情 = random_.choice(MOODS)
        played, 乐器 = random_.choice(PLAYED)
        key = Key(random_.randrange(12), random_.choice(("major", "minor")))
        tempo, length = random_.randrange(60, 150), random_.randrange(10, 41)
        names = MAJOR_NAMES if key.mode == "major" else MINOR_NAMES
        words = f"{mood} {english} in {names[key.tonic]} {key.mode}, {tempo} bpm, {played}"
        if number % 2:
            mode = "大调" if key.mode == "major" else "小调"
            words = f"{心情}{CHINESE[key.tonic]}{mode}{chinese}，每分钟{tempo}拍，{乐器}"
        made = music(words, seconds=length, seed=number, format="mid")
        score = midi.read(made.data, words)
        heard = _key_of(score)
        keys.append(float(heard == key))
        meters.append(float(score.meter == meter))
        beat = score.tempo * GRID / beat_ticks(score.meter)
        tempos.append(float(abs(beat - tempo) < 0.01))
        lengths.append(float(abs(_midi_seconds(made.data) - length) <= 0.5))
        shared.append(float(_most_shared(score, key, known)))
        if heard != key:
            print("another key:", words, heard, flush=True)
        if number % (REQUESTS // HEARD) == 0:
            samples, rate = decode_audio(music(words, seconds=length, seed=number).data)
            lengths.append(float(abs(len(samples) / rate - length) <= 0.5))
    return [
        _share("key right, by music21's analysis", keys, 0.9),
        _share("meter exact", meters, 1),
        _share("tempo exact", tempos, 1),
        _share("length within 0.5 s", lengths, 1),
        figure(
            "most different bars that a sample shares with one score it learned from",
            "bars",
            [max(shared)],
            at_most=8,
            mean=round(sum(shared) / len(shared), 2),
        ),
    ]


def _share(name: str, hits: list[float], target: float) -> dict[str, Any]:
    return figure(name, "ratio", [sum(hits) / len(hits)], at_least=target, of=len(hits))


def _key_of(score: Score) -> Key:
    """What music21 hears, told all notes of all parts."""
    from music21 import note, stream

    told = stream.Stream()
    for sound in score.notes:
        told.insert(sound.start / GRID, note.Note(sound.pitch, quarterLength=sound.length / GRID))
    heard = told.analyze("key")
    return Key(heard.tonic.pitchClass, heard.mode)


def _midi_seconds(data: bytes) -> float:
    import mido

    return float(mido.MidiFile(file=io.BytesIO(data)).length)


def _bars_of(pieces: list[Piece]) -> dict[tuple[str, ...], set[int]]:
    """Every bar of a melody, above its tonic, and the numbers of the pieces that have it."""
    found: dict[tuple[str, ...], set[int]] = {}
    for number, piece in enumerate(pieces):
        names = [NAMES[token] for token in piece.tokens[HEAD:]]
        bar: list[str] | None = None
        for name in [*names, "bar:0"]:
            if name.startswith(("bar:", "part:", "<end>")):
                if bar:
                    found.setdefault(tuple(bar), set()).add(number)
                bar = [] if name == "part:melody" else None
            elif bar is not None:
                bar.append(_octaveless(name))
    return found


def _octaveless(name: str) -> str:
    kind, _, value = name.partition(":")
    return f"pitch:{int(value) % 12}" if kind == "pitch" else name


def _most_shared(score: Score, key: Key, known: dict[tuple[str, ...], set[int]]) -> int:
    """How many different bars of a melody one piece has too; bars of one note count for none."""
    from miaobi.music.tokens import Control, encode

    melody = replace(
        score, notes=tuple(n for n in score.notes if n.part == 0), key=key, parts=score.parts[:1]
    )
    own = _bars_of([Piece(encode(melody, Control(voices=1)), "", "")])
    counts: dict[int, int] = {}
    for bar in own:
        for number in known.get(bar, ()) if len(bar) > 1 else ():
            counts[number] = counts.get(number, 0) + 1
    return max(counts.values(), default=0)


def _chorales(pieces: list[Piece]) -> list[dict[str, Any]]:
    """Held-out melodies harmonized, beside the originals and three chords in root position."""
    kept: list[float] = []
    agreed: dict[str, list[float]] = {"ours": [], "plain": []}
    wrong: dict[str, float] = {"ours": 0, "Bach": 0, "plain": 0}
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
            made = music(melody=path, key=original.key.name, format="musicxml", seed=number)
        score = musicxml.read(made.data, "ours")
        kept.append(float(_line(score) == _line(melody)))
        versions = {"ours": score, "Bach": original, "plain": _plain(melody)}
        bars += original.ticks / original.bar
        for name, version in versions.items():
            wrong[name] += sum(faults(lines_of(version)).values())
            if name in agreed:
                agreed[name] += _agreement(version, original)
    mean = {name: sum(values) / len(values) for name, values in agreed.items()}
    return [
        _share("held-out chorale melodies harmonized and kept exactly", kept, 1),
        figure(
            "chord agreement with the originals on beats",
            "ratio",
            [mean["ours"]],
            baseline=round(mean["plain"], 3),
        ),
        figure(
            "voice-leading errors a bar",
            "",
            [wrong["ours"] / bars],
            originals=round(wrong["Bach"] / bars, 3),
            baseline=round(wrong["plain"] / bars, 3),
        ),
    ]


def _line(score: Score) -> list[tuple[int, int, int]]:
    return [(n.start, n.pitch, n.length) for n in score.notes if n.part == 0]


def _agreement(score: Score, original: Score) -> list[float]:
    """On each beat: pitch classes that both have, of those that either has."""
    told = []
    for tick, _ in beats(original, beat_ticks(original.meter)):
        here, there = ({n.pitch % 12 for n in sounding(s.notes, tick)} for s in (score, original))
        if here | there:
            told.append(len(here & there) / len(here | there))
    return told


def _plain(melody: Score) -> Score:
    """The trivial baseline: tonic, dominant or subdominant under each note, in root position."""
    home, notes = melody.key.tonic, list(melody.notes)
    third = 4 if melody.key.mode == "major" else 3
    for note in melody.notes:
        degree = (note.pitch - home) % 12
        root = 0 if degree in (0, third, 7) else 7 if degree in (2, 11, 10) else 5
        middle = 4 if root == 7 else third
        low = 48 + (home + root) % 12
        under = (note.pitch - 12, low + middle, low - 12)
        notes += [Note(note.start, n + 1, p, note.length) for n, p in enumerate(under)]
    return replace(melody, notes=tuple(sorted(notes)), parts=(Part(),) * 4)


def _likelihood(pieces: list[Piece]) -> list[dict[str, Any]]:
    """Nats an event of held-out pieces, and what an LSTM of the same size has."""
    import torch

    from miaobi.models import checkpoint
    from miaobi.train.music import MusicModel

    recipe = RECIPES["scores"]["music"]
    network = checkpoint.load(WEIGHTS / "music").float().eval()
    objective = MusicModel(network, ScoreData.of(pieces, recipe.data), recipe.data)
    with torch.inference_mode():
        told = objective.validate(torch.device("cpu"))
    lstm: dict[str, Any] = json.loads(LSTM.read_text()) if LSTM.is_file() else {}
    figures = [
        figure(
            "negative log-likelihood an event, held-out chorales",
            "nats",
            [told["chorales"]],
            all=round(told["loss"], 4),
            tunes=round(told["tunes"], 4),
        )
    ]
    history = json.loads((WEIGHTS / "music" / "run.json").read_text())["history"]
    for row in history:  # the same schedule, the same batches, at the same step
        if row["step"] == lstm.get("steps") and "validation" in row:
            figures.append(
                figure(
                    "the same after as many steps as an LSTM of the same size took",
                    "nats",
                    [row["validation"]["chorales"]],
                    lstm=lstm,
                    at_most=round(lstm["loss"]["chorales"], 3),
                )
            )
    return figures


if __name__ == "__main__":
    main(sys.argv[1:])
