"""Do clips show what was asked for? `python -m benchmarks.moving`.

The video models that come along are given held-out prompts: puppets, which networks draw and move,
and drawings that are moved by rule. Motion is measured by tracking, subjects are told by the judge
of pictures from frames; real clips of the same prompts stand beside.
"""

import time
from typing import Any

import miaobi as mb
from benchmarks.measuring import figure, write
from miaobi.evaluation.filming import ClipEvaluationConfig
from miaobi.evaluation.image import JUDGE
from miaobi.evaluation.video import ClipFigures, evaluate_t2v
from miaobi.models.zoo import find_model

MODELS, COUNT, ROUNDS = ("puppets", "moving-drawings"), 200, 5
ROWS = (  # figure, what it is called, what was asked
    ("subject", "the subject asked for", 0.7),
    ("motion", "the motion asked for", 0.75),
)


def main() -> None:
    figures = [figure for model in MODELS for figure in figures_of(model)]
    write("moving", "python -m benchmarks.moving", figures)


def figures_of(model: str) -> list[dict[str, Any]]:
    """The figures of one model; those of real clips with the first."""
    *_, told = evaluate_t2v(find_model(model, "video"), JUDGE, ClipEvaluationConfig(count=COUNT))
    assert isinstance(told, ClipFigures)
    figures = []
    for name, said, asked in ROWS:
        figures.append(figure(f"{model}: {said}", "ratio", [told.made[name]], at_least=asked))
        if model == MODELS[0]:
            figures.append(figure(f"real clips: {said}", "ratio", [told.real[name]]))
    ratio = told.flicker_ratio
    figures.append(
        figure(f"{model}: flicker over that of real clips", "ratio", [ratio], at_most=1.3)
    )
    took = clips(model)
    figures.append(figure(f"{model}: a clip of 2 s, 128 px, labeled MP4", "s", took, at_most=20))
    return figures


def clips(model: str) -> list[float]:
    """Seconds of each of a few calls, the road included."""
    took = []
    for seed in range(ROUNDS):
        began = time.perf_counter()
        mb.video(
            "a red balloon rises over the sea", model=model, seconds=2, size=(128, 128), seed=seed
        )
        took.append(time.perf_counter() - began)
    return took


if __name__ == "__main__":
    main()
