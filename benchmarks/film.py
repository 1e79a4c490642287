"""`python -m benchmarks.film`: one film from one sentence, and what can be measured of it.

The first run is a process of its own, so that its memory is its own; the film is then looked at.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measuring
from benchmarks.hearing import Nearness, compared, shares
from benchmarks.measuring import figure

IDEA = "A fox finds a fallen star"
SEED = 1


def shoot(folder: Path) -> tuple[float, float, float]:
    """(seconds, seconds of processors, GB at the peak) of `miaobi film` in a folder."""
    command = [
        sys.executable,
        "-m",
        "miaobi.cli.main",
        "film",
        IDEA,
        "-o",
        str(folder),
        "--seed",
        str(SEED),
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, check=True, env={**os.environ, "MIAOBI_OFFLINE": "1"})
    took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, worked, after.ru_maxrss * 1024 / 1e9


def heard_in_time(folder: Path) -> Nearness:
    """The words of the narration against Whisper's."""
    found = Nearness()
    for path in sorted((folder / "narration").glob("*.wav")):
        said = json.loads((folder / "words" / f"{path.stem}.json").read_text())
        found += compared([(word["word"], word["start"]) for word in said], path, "en")
    return found


def looked_at(folder: Path) -> list[dict[str, Any]]:
    """Subtitles, cuts, loudness, ducking and the file itself."""
    from miaobi.core.film import FilmPlan
    from miaobi.engines.film import starts
    from miaobi.engines.soundtrack import RATE, stems
    from miaobi.film import shots
    from miaobi.film import timeline as editing
    from miaobi.film.project import Parts
    from miaobi.film.storyboard import read_board
    from miaobi.media import audio, mixing, video

    parts = Parts(folder)
    board = read_board(json.loads((folder / "storyboard.json").read_text()), "storyboard")
    voices = shots.spoken(board, parts)
    plan = FilmPlan(IDEA, seed=SEED)
    request = editing.request(board, voices, plan, parts)
    when = editing.timeline(board, voices)
    begins = starts(request)
    over = 0.0
    for number, voice in enumerate(voices):
        if voice is not None:
            cut = begins[number + 1] + editing.FADE / 2  # the middle of the fade
            over = max(over, when.voices[number] + voice.seconds - cut)
    cues = request.cues
    samples, rate = audio.decode(video.sound_of(folder / "film.mp4"), mono=False)
    lanes = stems(request)
    voiced = np.abs(lanes.voice).max(axis=1) > 0.02
    inner = voiced.copy()
    inner[: RATE // 2] = False
    music = [
        10 * np.log10((lane[inner] ** 2).mean() + 1e-12) for lane in (lanes.unducked, lanes.music)
    ]
    data = (folder / "film.mp4").read_bytes()
    return [
        figure("film, length", "s", [video.probe(folder / "film.mp4").seconds]),
        figure(
            "film, lines of a subtitle", "", [max(c.text.count("\n") + 1 for c in cues)], at_most=2
        ),
        figure(
            "film, reading speed of the fastest subtitle",
            "characters/s",
            [max(len(c.text) / (c.end - c.start) for c in cues)],
            at_most=20,
        ),
        figure("film, narration over a cut", "s", [float(max(0.0, over))], at_most=0.3),
        figure(
            "film, distance from -16 LUFS",
            "LU",
            [abs(float(mixing.loudness(samples, rate)) + 16)],
            at_most=1,
        ),
        figure("film, music ducked under speech", "dB", [float(music[0] - music[1])], at_least=9),
        figure(
            "film, warnings when every packet is decoded",
            "",
            [len(video.complaints(folder / "film.mp4").splitlines())],
            at_most=0,
        ),
        figure("film, bytes before what starts it", "kB", [data.index(b"moov") / 1000], at_most=64),
    ]


def main() -> None:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "film"
        took, worked, memory = shoot(folder)
        figures = [
            figure("film, work", "s", [took], at_most=120, load=round(load, 1)),
            figure("film, seconds of processors", "s", [worked], load=round(load, 1)),
            figure("film, memory", "GB", [memory], at_most=3.5),
        ]
        figures += looked_at(folder)
        figures += shares("film, words", heard_in_time(folder))
        script = json.loads((folder / "script.json").read_text())
        script["scenes"][2]["say"] = "Then a small wind came and carried it over the hill."
        (folder / "script.json").write_text(json.dumps(script))
        again, worked_again, _ = shoot(folder)
        figures += [
            figure(
                "film, one line changed, share of the first run",
                "",
                [again / took],
                at_most=0.25,
                seconds=round(again, 1),
                processors=round(worked_again, 1),
            ),
        ]
    measuring.write("film", "python -m benchmarks.film", figures)


if __name__ == "__main__":
    main()
