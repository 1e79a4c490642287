"""Are the animals what was asked for? `python -m benchmarks.portraits`.

The models that draw one subject by its name draw each of theirs in each style, asked in English and
in Chinese, and the judge that comes along says what it sees: of all the subjects there are, and of
all styles. Real drawings stand beside: the most that this judge grants.
"""

import random
from pathlib import Path
from typing import Any

import torch

import miaobi
from benchmarks.measuring import figure, write
from miaobi.evaluation.image import JUDGE
from miaobi.evaluation.looking import Examiner
from miaobi.media.image import decode
from miaobi.models.judge import presence
from miaobi.models.zoo import find_model
from miaobi.scenes.captions import STYLE_WORDS
from miaobi.scenes.labels import read_classes
from miaobi.scenes.plan import Item, Plan
from miaobi.scenes.rendering import compose
from miaobi.scenes.sprites import STYLES, Subject, subject_index, subjects

MODELS = ("animals-vae", "animals-gan")
ASKED = {"English": 0.8, "Chinese": 0.75}  # of all subjects, the one that was asked for
STYLE = 0.9


def prompts(subject: Subject, style: str) -> dict[str, str]:
    """What is asked for, by language."""
    english, chinese = (words[0] for words in STYLE_WORDS[style])
    return {
        "English": f"a {subject.english}, {english} style",
        "Chinese": f"一{subject.measure}{subject.chinese}，{chinese}风格",
    }


def rows(model: str, wanted: list[tuple[Subject, str]], examiner: Examiner) -> list[dict[str, Any]]:
    """The figures of a model, one picture for each subject, style and language."""
    found = []
    for language, asked in ASKED.items():
        pictures = [
            decode(miaobi.image(prompts(*what)[language], model=model, seed=number).data)
            for number, what in enumerate(wanted)
        ]
        subject, style = judged(pictures, wanted, examiner)
        found.append(
            figure(
                f"{model}, {language}: the subject asked for",
                "ratio",
                [subject],
                at_least=asked,
                pictures=len(pictures),
            )
        )
        found.append(
            figure(
                f"{model}, {language}: the style asked for",
                "ratio",
                [style],
                at_least=STYLE,
                pictures=len(pictures),
            )
        )
    return found


def judged(
    pictures: list[Any], wanted: list[tuple[Subject, str]], examiner: Examiner
) -> tuple[float, float]:
    """How often the judge sees the subject, and the style, that was wanted."""
    seen = examiner.see(pictures)
    names = torch.tensor([subject_index(subject.name) for subject, _ in wanted])
    styles = torch.tensor([STYLES.index(style) for _, style in wanted])
    right = (presence(seen.evidence).argmax(1) == names).double().mean().item()
    return right, (seen.styles.argmax(1) == styles).double().mean().item()


def real(subject: Subject, style: str, number: int) -> Any:
    """A drawing as the models have seen it."""
    plan = Plan(style, "plain", (Item(subject_index(subject.name)),))
    return compose(plan, (128, 128), random.Random(number), portrait=True).picture


def main() -> None:
    examiner, known = Examiner(JUDGE, torch.device("cpu")), {s.name: s for s in subjects()}
    names = read_classes(Path(find_model(MODELS[0], "image").place))[0]
    wanted = [(known[name], style) for name in names for style in STYLES]
    pictures = [real(*what, number) for number, what in enumerate(wanted)]
    subject, style = judged(pictures, wanted, examiner)
    figures = [
        figure("real drawings: the subject", "ratio", [subject], pictures=len(pictures)),
        figure("real drawings: the style", "ratio", [style], pictures=len(pictures)),
    ]
    for model in MODELS:
        figures += rows(model, wanted, examiner)
    write("portraits", "python -m benchmarks.portraits", figures)


if __name__ == "__main__":
    main()
