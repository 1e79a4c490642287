"""Do clips show what was asked for? `python -m benchmarks.moving`.

The video model that comes along, which moves drawings by rule, is given held-out prompts. Motion is
measured by tracking, subjects are told by the judge of pictures from frames; real clips of the same
prompts stand beside.
"""

import time

import miaobi as mb
from benchmarks.measuring import figure, write
from miaobi.evaluation.filming import ClipEvaluationConfig
from miaobi.evaluation.image import JUDGE
from miaobi.evaluation.video import evaluate_t2v
from miaobi.models.zoo import find_model

MODEL, COUNT, ROUNDS = "moving-drawings", 200, 5
ROWS = (  # figure, what it is called, what was asked
    ("subject", "the subject asked for", 0.7),
    ("motion", "the motion asked for", 0.75),
)


def main() -> None:
    config = ClipEvaluationConfig(count=COUNT)
    *_, told = evaluate_t2v(find_model(MODEL, "video"), JUDGE, config)
    figures = []
    for name, said, asked in ROWS:
        made, real = told.made[name], told.real[name]  # type: ignore[union-attr]
        figures.append(figure(f"{MODEL}: {said}", "ratio", [made], at_least=asked))
        figures.append(figure(f"real clips: {said}", "ratio", [real]))
    ratio = told.flicker_ratio  # type: ignore[union-attr]
    figures.append(figure(f"{MODEL}: flicker over that of real clips", "ratio", [ratio],
                          at_most=1.3))  # fmt: skip
    figures.append(figure("a clip of 2 s, 128 px, labeled MP4", "s", clips(), at_most=20))
    write("moving", "python -m benchmarks.moving", figures)


def clips() -> list[float]:
    """Seconds of each of a few calls, the road included."""
    took = []
    for seed in range(ROUNDS):
        began = time.perf_counter()
        mb.video("a red balloon rises over the sea", seconds=2, size=(128, 128), seed=seed)
        took.append(time.perf_counter() - began)
    return took


if __name__ == "__main__":
    main()
