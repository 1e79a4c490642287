"""Time, memory and technical quality of one film: `python -m benchmarks.film`.

The film is made in a separate process, to measure its memory, and then analyzed.
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
from benchmarks.measuring import figure
from benchmarks.word_timing import TimingMatches, compare, timing_figures

IDEA = "A fox finds a fallen star"
SEED = 1


def make_film(folder: Path) -> tuple[float, float, float]:
    """Run `miaobi film` and return wall time and CPU time in seconds, and peak memory in GB."""
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
    wall_time = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_time = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall_time, cpu_time, after.ru_maxrss * 1024 / 1e9


def narration_timing(folder: Path) -> TimingMatches:
    """Compare the word times of the narration with Whisper's."""
    total = TimingMatches()
    for path in sorted((folder / "narration").glob("*.wav")):
        words = json.loads((folder / "words" / f"{path.stem}.json").read_text())
        total += compare([(word["word"], word["start"]) for word in words], path, "en")
    return total


def quality(folder: Path) -> list[dict[str, Any]]:
    """Measure subtitles, cuts, loudness, ducking and the file format."""
    from miaobi.core.film import FilmPlan
    from miaobi.engines.film import shot_starts
    from miaobi.engines.soundtrack import RATE, mix_stems
    from miaobi.film.project import Project
    from miaobi.film.shots import read_narration
    from miaobi.film.storyboard import read_storyboard
    from miaobi.film.timeline import FADE, film_request, plan_timeline
    from miaobi.media import audio, video
    from miaobi.media.loudness import loudness

    project = Project(folder)
    board = read_storyboard(json.loads((folder / "storyboard.json").read_text()), "storyboard")
    voices = read_narration(board, project)
    plan = FilmPlan(IDEA, seed=SEED)
    request = film_request(board, voices, plan, project)
    when = plan_timeline(board, voices)
    begins = shot_starts(request)
    overlap = 0.0
    for number, voice in enumerate(voices):
        if voice is not None:
            cut = begins[number + 1] + FADE / 2  # the middle of the fade
            overlap = max(overlap, when.voices[number] + voice.seconds - cut)
    cues = request.cues
    samples, rate = audio.decode(folder / "film.mp4", mono=False)
    lanes = mix_stems(request)
    voiced = np.abs(lanes.voice).max(axis=1) > 0.02
    inner = voiced.copy()
    inner[: RATE // 2] = False
    music = [
        10 * np.log10((lane[inner] ** 2).mean() + 1e-12) for lane in (lanes.unducked, lanes.music)
    ]
    data = (folder / "film.mp4").read_bytes()
    return [
        figure("film: duration", "s", [video.probe(folder / "film.mp4").seconds]),
        figure(
            "film: lines per subtitle", "", [max(c.text.count("\n") + 1 for c in cues)], at_most=2
        ),
        figure(
            "film: reading speed of the fastest subtitle",
            "characters/s",
            [max(len(c.text) / (c.end - c.start) for c in cues)],
            at_most=20,
        ),
        figure("film: narration beyond a cut", "s", [float(max(0.0, overlap))], at_most=0.3),
        figure(
            "film: deviation from -16 LUFS",
            "LU",
            [abs(float(loudness(samples, rate)) + 16)],
            at_most=1,
        ),
        figure(
            "film: ducking of the music under speech",
            "dB",
            [float(music[0] - music[1])],
            at_least=9,
        ),
        figure(
            "film: decoder warnings",
            "",
            [len(video.decode_warnings(folder / "film.mp4").splitlines())],
            at_most=0,
        ),
        figure("film: offset of the moov atom", "kB", [data.index(b"moov") / 1000], at_most=64),
    ]


def main() -> None:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "film"
        wall_time, cpu_time, memory = make_film(folder)
        figures = [
            figure("film: wall time", "s", [wall_time], at_most=120, load=round(load, 1)),
            figure("film: CPU time", "s", [cpu_time], load=round(load, 1)),
            figure("film: peak memory", "GB", [memory], at_most=3.5),
        ]
        figures += quality(folder)
        figures += timing_figures("film", narration_timing(folder))
        script = json.loads((folder / "script.json").read_text())
        script["scenes"][2]["say"] = "Then a small wind came and carried it over the hill."
        (folder / "script.json").write_text(json.dumps(script))
        second_wall_time, second_cpu_time, _ = make_film(folder)
        figures += [
            figure(
                "film: wall time after changing one line, fraction of the first run",
                "",
                [second_wall_time / wall_time],
                at_most=0.25,
                seconds=round(second_wall_time, 1),
                cpu_seconds=round(second_cpu_time, 1),
            ),
        ]
    measuring.write("film", "python -m benchmarks.film", figures)


if __name__ == "__main__":
    main()
