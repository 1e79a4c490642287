"""Illustrations: what of a prompt is drawn, and how long it takes: `python -m benchmarks.world`.

Prompts are those of the tests and of world_prompts.tsv, which were written without a look at the
catalog. `--prompts FILE` measures the prompts of another file instead, a TSV with a column Prompt,
and prints its figures without writing them.
"""

import argparse
import csv
import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import figure
from miaobi.illustration.account import unaccounted_words
from miaobi.illustration.animation import Direction, prepare
from miaobi.illustration.scene import SHOTS
from miaobi.illustration.understanding import understand

PROJECT = Path(__file__).parent.parent
LISTS = {
    "test prompts": PROJECT / "tests" / "illustration" / "cases.tsv",
    "held-out prompts": Path(__file__).parent / "world_prompts.tsv",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MODEL, SIZE = "illustration", (1280, 720)
PICTURES = 30  # whose time is taken, every tenth held-out prompt
COLD_RUNS, FRAMES, ROUNDS = 5, 24, 5
COLD = "a fox in a red scarf and a bear walk in the forest at dusk"
FIGURES = {  # prompts by the number of figures they show, with the most ms of a frame by shot
    "one figure": ("a girl dances in the meadow", {}),
    "two figures": (
        "a girl and a boy dance in the meadow",
        {"wide": 25, "medium": 40, "close-up": 60},
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure illustrations.")
    parser.add_argument("--prompts", type=Path, help="a TSV with a column Prompt, instead")
    path = parser.parse_args().prompts
    if path is not None:
        coverage(path.stem, read_prompts(path))
        return
    figures = [row for name, file in LISTS.items() for row in coverage(name, read_prompts(file))]
    figures += [*picture_times(), *cold_command(), *figure_times()]
    measuring.write("world", "python -m benchmarks.world", figures)


def read_prompts(path: Path) -> list[str]:
    """Read the column of prompts of a TSV."""
    text = path.read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [row.get("Prompt") or row["prompt"] for row in rows]


def coverage(name: str, prompts: list[str]) -> list[dict[str, Any]]:
    """Measure, by language, how much of the prompts is drawn, left out and unaccounted for."""
    languages = {
        "English": [prompt for prompt in prompts if not CHINESE.search(prompt)],
        "Chinese": [prompt for prompt in prompts if CHINESE.search(prompt)],
    }
    rows = []
    for language, group in languages.items():
        if group:
            rows += language_coverage(f"{len(group)} {name}, {language}", group)
    return rows


def language_coverage(label: str, prompts: list[str]) -> list[dict[str, Any]]:
    """Measure the prompts of one language; words are counted in English, phrases in Chinese."""
    scenes = [understand(prompt) for prompt in prompts]
    drawn = 100 * sum(bool(scene.things) for scene in scenes) / len(scenes)
    whole = 100 * sum(not scene.left_out for scene in scenes) / len(scenes)
    chinese = bool(CHINESE.search(prompts[0]))
    unit = "phrases" if chinese else "words"
    left_out = [
        len(scene.left_out) if chinese else len(" ".join(scene.left_out).split())
        for scene in scenes
    ]
    rows = [
        figure(f"{label}: with something drawn", "%", [drawn]),
        figure(f"{label}: with nothing left out", "%", [whole]),
        figure(f"{label}: {unit} left out per prompt", unit, [sum(left_out) / len(scenes)]),
    ]
    if not chinese:
        pairs = zip(prompts, scenes, strict=True)
        missing = sum(len(unaccounted_words(prompt, scene)) for prompt, scene in pairs)
        rows.append(figure(f"{label}: words unaccounted for", "words", [missing], at_most=0))
    return rows


def picture_times() -> list[dict[str, Any]]:
    """Measure the time of labeled pictures of varied prompts in one process."""
    from miaobi.tasks.image import image

    prompts = read_prompts(LISTS["held-out prompts"])
    image(COLD, model=MODEL, seed=0, size=SIZE)  # loads libraries
    wall, processor = [], []
    for seed, prompt in enumerate(prompts[:: len(prompts) // PICTURES]):
        started = time.process_time()
        wall.append(
            measuring.seconds(lambda p=prompt, s=seed: image(p, model=MODEL, seed=s, size=SIZE))
        )
        processor.append(time.process_time() - started)
    return [
        figure("illustration, 1280x720: time per picture", "s", wall, at_most=0.6, load=load()),
        figure("illustration, 1280x720: processor time per picture", "s", processor),
    ]


def cold_command() -> list[dict[str, Any]]:
    """Measure the wall time and the peak memory of `miaobi image`, whole process."""
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "picture.png")
        command = [sys.executable, "-m", "miaobi.cli.main", "image", COLD, "-o", target]
        command += ["--size", "x".join(map(str, SIZE))]
        times, processor = [], []
        for _ in range(COLD_RUNS):
            started = children_seconds()
            times.append(measuring.process_seconds(command))
            processor.append(children_seconds() - started)
        peak = measuring.process_peak_mb(command)
    return [
        figure("illustration: cold `miaobi image`", "s", times, at_most=2.5, load=load()),
        figure("illustration: processor time of cold `miaobi image`", "s", processor),
        figure("illustration: peak memory of `miaobi image`", "MB", [peak], at_most=900),
    ]


def load() -> float:
    """Return the load average of the last minute: above the number of cores, others had to wait."""
    return round(os.getloadavg()[0], 1)


def children_seconds() -> float:
    """Return the processor time of all processes that this one has waited for, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def figure_times() -> Iterator[dict[str, Any]]:
    """Measure the processor time of the lit figures of a frame, the median of several rounds."""
    for label, (prompt, limits) in FIGURES.items():
        for shot in SHOTS:
            draw = figures_of_a_frame(prompt, shot)
            draw(0.0)
            times = []
            for _ in range(ROUNDS):
                started = time.process_time()
                for number in range(FRAMES):
                    draw(number / FRAMES)
                times.append((time.process_time() - started) / FRAMES * 1000)
            name = f"processor time of a frame's figures: {label}, {shot}"
            yield figure(name, "ms", times, at_most=limits.get(shot))


def figures_of_a_frame(prompt: str, shot: str) -> Callable[[float], None]:
    """Return a function that draws the figures of a prompt, lit, at a time in seconds."""
    from miaobi.drawing.canvas import Canvas

    scene = replace(understand(prompt), shot=shot)
    animation = prepare(scene, Direction(), SIZE, 2.0, 0)

    def draw(t: float) -> None:
        canvas, camera = Canvas(), animation.camera(t)
        for track in animation.tracks:
            animation.cast.draw(canvas, track, track.moment(t), camera, animation.place)

    return draw


if __name__ == "__main__":
    main()
