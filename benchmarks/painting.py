"""Are the pictures what was asked for? `python -m benchmarks.painting [FIGURES.json]`.

The default text-to-image network paints held-out prompts, and the judge that comes along looks at
them; real scenes stand beside. Given the figures.json of `miaobi evaluate t2i`, they are taken from
there.
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.measuring import figure, write
from miaobi.evaluation.image import JUDGE, evaluate_t2i
from miaobi.evaluation.painting import EvaluationConfig
from miaobi.models.zoo import find_model

COUNT = 32  # prompts of each kind
MODEL = "drawings"
ROWS = (  # group, figure, what it is called, what was asked
    ("one thing, English", "subject", "the subject asked for, one thing, English", 0.8),
    ("one thing, Chinese", "subject", "the subject asked for, one thing, Chinese", 0.75),
    ("one thing, English", "style", "the style asked for, one thing, English", 0.9),
    ("one thing, English", "background", "the place asked for, one thing, English", None),
    ("two things, English", "pair", "both subjects of two, English", 0.6),
    ("two things, English", "relation", "the relation asked for, English", 0.7),
)


def measured() -> dict[str, Any]:
    """The figures of an evaluation, made now."""
    config = EvaluationConfig(count=COUNT)
    *_, told = evaluate_t2i(find_model(MODEL, "image"), JUDGE, config)
    return told.document()  # type: ignore[union-attr]


def main() -> None:
    known = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    told = json.loads(known.read_text(encoding="utf-8")) if known else measured()
    figures = []
    for group, name, said, asked in ROWS:
        for kind, least in (("made", asked), ("real", None)):
            label = f"{MODEL}: {said}" if kind == "made" else f"real scenes: {said}"
            share = told["groups"][group][kind][name]
            figures.append(figure(label, "ratio", [share], at_least=least))
    write("painting", "python -m benchmarks.painting", figures)


if __name__ == "__main__":
    main()
