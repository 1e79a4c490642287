"""Prompt fidelity of text-to-video models: `python -m benchmarks.text_to_video_quality`.

The built-in video models make clips of held-out prompts: puppets, drawn and posed by networks, and
rule-based animation of drawings. Motion is measured by tracking, subjects are predicted by the
judge; real clips of the same prompts are the upper bound.
"""

import time
from typing import Any

import miaobi as mb
from benchmarks.measuring import figure, write
from miaobi.evaluation.clip_sampler import ClipEvaluationConfig
from miaobi.evaluation.image import JUDGE
from miaobi.evaluation.video import ClipEvaluation, evaluate_t2v
from miaobi.models.zoo import find_model

MODELS, COUNT, ROUNDS = ("puppets", "moving-drawings"), 200, 5
ROWS = (  # metric, label, target
    ("subject", "subject accuracy", 0.7),
    ("motion", "motion accuracy", 0.75),
)


def main() -> None:
    figures = [figure for model in MODELS for figure in figures_of(model)]
    write("text_to_video_quality", "python -m benchmarks.text_to_video_quality", figures)


def figures_of(model: str) -> list[dict[str, Any]]:
    """Measure one model; with the first model also the real clips."""
    config = ClipEvaluationConfig(count=COUNT)
    *_, evaluation = evaluate_t2v(find_model(model, "video"), JUDGE, config)
    assert isinstance(evaluation, ClipEvaluation)
    figures = []
    for name, label, target in ROWS:
        made, real = [evaluation.made[name]], [evaluation.real[name]]
        figures.append(figure(f"{model}: {label}", "ratio", made, at_least=target))
        if model == MODELS[0]:
            figures.append(figure(f"real clips: {label}", "ratio", real))
    label = f"{model}: flicker relative to real clips"
    figures.append(figure(label, "ratio", [evaluation.flicker_ratio], at_most=1.3))
    label = f"{model}: wall time of a 2 s clip, 128 px, labeled MP4"
    figures.append(figure(label, "s", wall_times(model), at_most=20))
    return figures


def wall_times(model: str) -> list[float]:
    """Time calls of the whole pipeline, in seconds."""
    times = []
    for seed in range(ROUNDS):
        started = time.perf_counter()
        mb.video(
            "a red balloon rises over the sea", model=model, seconds=2, size=(128, 128), seed=seed
        )
        times.append(time.perf_counter() - started)
    return times


if __name__ == "__main__":
    main()
