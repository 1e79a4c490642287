"""Are the pictures what was asked for? `python -m benchmarks.painting [FIGURES.json]`.

The text-to-image network and the composer that needs none paint held-out prompts, and the judge
that comes along looks at them; real scenes stand beside. Given the figures.json of `miaobi evaluate
t2i -m drawings`, those of the network are taken from there.
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.measuring import figure, write
from miaobi.evaluation.image import JUDGE, evaluate_t2i
from miaobi.evaluation.painting import EvaluationConfig
from miaobi.models.zoo import find_model

COUNTS = {"drawings": 32, "collage": 200}  # model -> prompts of each kind
ROWS = (  # group, figure, what it is called, what was asked
    ("one thing, English", "subject", "the subject asked for, one thing, English", 0.8),
    ("one thing, Chinese", "subject", "the subject asked for, one thing, Chinese", 0.75),
    ("one thing, English", "style", "the style asked for, one thing, English", 0.9),
    ("one thing, English", "background", "the place asked for, one thing, English", None),
    ("two things, English", "pair", "both subjects of two, English", 0.6),
    ("two things, English", "relation", "the relation asked for, English", 0.7),
)


def measured(model: str) -> dict[str, Any]:
    """The figures of an evaluation, made now."""
    config = EvaluationConfig(count=COUNTS[model], neighbors=500)
    *_, told = evaluate_t2i(find_model(model, "image"), JUDGE, config)
    return told.document()  # type: ignore[union-attr]


def main() -> None:
    known = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    figures = []
    for model in COUNTS:
        told = measured(model) if known is None or model != "drawings" else _read(known)
        for group, name, said, asked in ROWS:
            values = told["groups"][group]
            figures.append(
                figure(f"{model}: {said}", "ratio", [values["made"][name]], at_least=asked)
            )
            figures.append(
                figure(f"real scenes beside {model}: {said}", "ratio", [values["real"][name]])
            )
    write("painting", "python -m benchmarks.painting", figures)


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


if __name__ == "__main__":
    main()
