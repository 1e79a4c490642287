"""Quality of class-conditional image models: `python -m benchmarks.class_conditional`.

Each model draws every animal it knows in every style, with English and Chinese prompts, and the
built-in judge predicts subject and style among all there are. Real drawings are the upper bound.
"""

import random
from pathlib import Path
from typing import Any

import torch

import miaobi
from benchmarks.measuring import figure, write
from miaobi.core.arrays import Pixels
from miaobi.evaluation.image import JUDGE
from miaobi.evaluation.judge_metrics import JudgeScorer
from miaobi.media.image import decode
from miaobi.models.judge import presence
from miaobi.models.zoo import find_model
from miaobi.scenes.captions import STYLE_WORDS
from miaobi.scenes.labels import read_classes
from miaobi.scenes.plan import SceneItem, ScenePlan
from miaobi.scenes.rendering import compose
from miaobi.scenes.sprites import STYLES, Subject, subject_index, subjects

MODELS = ("animals-vae", "animals-gan")
SUBJECT_TARGETS = {"English": 0.8, "Chinese": 0.75}
STYLE_TARGET = 0.9

Target = tuple[Subject, str]  # subject and style


def prompts(subject: Subject, style: str) -> dict[str, str]:
    """Return language -> prompt."""
    english, chinese = (words[0] for words in STYLE_WORDS[style])
    return {
        "English": f"a {subject.english}, {english} style",
        "Chinese": f"一{subject.measure}{subject.chinese}，{chinese}风格",
    }


def figures_of(model: str, targets: list[Target], scorer: JudgeScorer) -> list[dict[str, Any]]:
    """Measure a model with one picture per subject, style and language."""
    figures = []
    for language, subject_target in SUBJECT_TARGETS.items():
        pictures = [
            decode(miaobi.image(prompts(*target)[language], model=model, seed=number).data)
            for number, target in enumerate(targets)
        ]
        accuracies = accuracy(pictures, targets, scorer)
        for name, value, at_least in zip(
            ("subject", "style"), accuracies, (subject_target, STYLE_TARGET), strict=True
        ):
            label = f"{model}, {language}: {name} accuracy"
            count = len(pictures)
            figures.append(figure(label, "ratio", [value], at_least=at_least, pictures=count))
    return figures


def accuracy(
    pictures: list[Pixels], targets: list[Target], scorer: JudgeScorer
) -> tuple[float, float]:
    """Compute the fractions of pictures with the correct subject and the correct style."""
    predictions = scorer.predict(pictures)
    names = torch.tensor([subject_index(subject.name) for subject, _ in targets])
    styles = torch.tensor([STYLES.index(style) for _, style in targets])
    correct = presence(predictions.evidence).argmax(1) == names
    return correct.double().mean().item(), (
        (predictions.styles.argmax(1) == styles).double().mean().item()
    )


def real(subject: Subject, style: str, number: int) -> Pixels:
    """Draw a picture (128, 128, 3) as in the training data."""
    plan = ScenePlan(style, "plain", (SceneItem(subject_index(subject.name)),))
    return compose(plan, (128, 128), random.Random(number), portrait=True).picture


def main() -> None:
    scorer, by_name = JudgeScorer(JUDGE, torch.device("cpu")), {s.name: s for s in subjects()}
    names = read_classes(Path(find_model(MODELS[0], "image").place))[0]
    targets = [(by_name[name], style) for name in names for style in STYLES]
    pictures = [real(*target, number) for number, target in enumerate(targets)]
    subject, style = accuracy(pictures, targets, scorer)
    figures = [
        figure("real drawings: subject accuracy", "ratio", [subject], pictures=len(pictures)),
        figure("real drawings: style accuracy", "ratio", [style], pictures=len(pictures)),
    ]
    for model in MODELS:
        figures += figures_of(model, targets, scorer)
    write("class_conditional", "python -m benchmarks.class_conditional", figures)


if __name__ == "__main__":
    main()
