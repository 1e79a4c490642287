"""Prompt fidelity of text-to-image models: `python -m benchmarks.text_to_image_quality [FILE]`.

The text-to-image network and the rule-based composer draw held-out prompts, which the built-in
judge scores; real scenes are the upper bound. FILE is the figures.json of
`miaobi evaluate t2i -m drawings`, whose metrics are used for the network.
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.measuring import figure, write
from miaobi.evaluation.image import JUDGE, evaluate_t2i
from miaobi.evaluation.image_sampler import EvaluationConfig
from miaobi.models.zoo import find_model

COUNTS = {"drawings": 32, "collage": 200}  # model -> prompts of each group
ROWS = (  # group, metric, label, target
    ("one thing, English", "subject", "subject accuracy, English", 0.8),
    ("one thing, Chinese", "subject", "subject accuracy, Chinese", 0.75),
    ("one thing, English", "style", "style accuracy, English", 0.9),
    ("one thing, English", "background", "background accuracy, English", None),
    ("two things, English", "pair", "two-subject accuracy, English", 0.6),
    ("two things, English", "relation", "relation accuracy, English", 0.7),
)


def measure(model: str) -> dict[str, Any]:
    """Evaluate a model and return its metrics."""
    config = EvaluationConfig(count=COUNTS[model], neighbors=500)
    *_, evaluation = evaluate_t2i(find_model(model, "image"), JUDGE, config)
    return evaluation.as_dict()  # type: ignore[union-attr]


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    figures = []
    for model in COUNTS:
        metrics = measure(model) if file is None or model != "drawings" else _read(file)
        for group, name, label, target in ROWS:
            values = metrics["groups"][group]
            made, real = [values["made"][name]], [values["real"][name]]
            figures.append(figure(f"{model}: {label}", "ratio", made, at_least=target))
            figures.append(figure(f"real scenes, compared with {model}: {label}", "ratio", real))
    write("text_to_image_quality", "python -m benchmarks.text_to_image_quality", figures)


def _read(path: Path) -> dict[str, Any]:
    metrics: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return metrics


if __name__ == "__main__":
    main()
