"""`miaobi evaluate`: metrics of a model on held-out prompts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from miaobi.cli.console import print_message
from miaobi.cli.options import PATH, option
from miaobi.cli.progress import show_progress
from miaobi.cli.pulling import with_missing_pulled
from miaobi.core.events import Progress
from miaobi.core.i18n import language, tr

if TYPE_CHECKING:
    from miaobi.evaluation.image import Evaluation

T = TypeVar("T")
IMAGE_METRICS = ("subject", "pair", "relation", "style", "background", "preferred")
CLIP_METRICS = ("motion", "subject", "flicker")

model_option = option("-m", "--model", help=tr("A name from `miaobi models`, or a folder."))
judge_option = option(
    "--judge",
    type=PATH,
    help=tr("Judge folder: miaobi train judge --preset scenes [the built-in judge]."),
)
metrics_json_option = option(
    "--json", "as_json", is_flag=True, help=tr("Print the metrics as JSON.")
)
guidance_option = option(
    "--guidance",
    type=float,
    help=tr("Guidance scale: how closely to follow the prompt [the model's default]."),
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("Measure how good a model is."),
)
def evaluate() -> None:
    pass


@evaluate.command(
    help=tr(
        "Evaluate a text-to-image model: pictures of held-out prompts, scored by a judge, with "
        "metrics, contact sheets and a report. Real scenes are scored for comparison."
    )
)
@model_option
@judge_option
@option("--count", type=int, default=64, help=tr("Prompts of each of the four kinds [64]."))
@option("--seed", type=int, default=0, help=tr("Seed of the prompts and pictures [0]."))
@option("--steps", type=int, help=tr("Sampling steps per picture [the model's default]."))
@guidance_option
@option("--neighbors", type=int, help=tr("Training scenes to compare with for copies [2000]."))
@option(
    "-o",
    "--output",
    type=PATH,
    default=Path("evaluation"),
    help=tr("Folder of report.html, figures.json and the sheets [evaluation]."),
)
@metrics_json_option
def t2i(
    model: str | None, judge: Path | None, output: Path, as_json: bool, **options: float | None
) -> None:
    from miaobi.evaluation import report
    from miaobi.evaluation.image import JUDGE, evaluate_t2i
    from miaobi.evaluation.image_sampler import EvaluationConfig
    from miaobi.models.zoo import default_model, find_model

    config = EvaluationConfig(**_given(options))
    row = find_model(model, "image") if model else default_model("image", language())
    evaluation = with_missing_pulled(lambda: _result_of(evaluate_t2i(row, judge or JUDGE, config)))
    files = report.save(evaluation, output)
    if as_json:
        click.echo(report.to_json(evaluation), nl=False)
    else:
        _print(evaluation)
    print_message("Report, metrics and sheets: {folder} (report.html)", folder=files[0].parent)


@evaluate.command(
    help=tr(
        "Evaluate a text-to-video model on held-out prompts: stated motion, subject and flicker. "
        "Real clips are measured for comparison."
    )
)
@model_option
@judge_option
@option("--count", type=int, help=tr("Number of prompts [200]."))
@option("--seed", type=int, help=tr("Seed of the prompts and clips [0]."))
@option("--steps", type=int, help=tr("Sampling steps per clip [the model's default]."))
@guidance_option
@metrics_json_option
def t2v(model: str | None, judge: Path | None, as_json: bool, **options: float | None) -> None:
    from miaobi.evaluation.clip_sampler import ClipEvaluationConfig
    from miaobi.evaluation.image import JUDGE
    from miaobi.evaluation.video import evaluate_t2v
    from miaobi.models.zoo import default_model, find_model

    config = ClipEvaluationConfig(**_given(options))
    row = find_model(model, "video") if model else default_model("video", language())
    evaluation = with_missing_pulled(lambda: _result_of(evaluate_t2v(row, judge or JUDGE, config)))
    if as_json:
        return click.echo(json.dumps(evaluation.as_dict(), indent=1))
    for metric in [name for name in CLIP_METRICS if name in evaluation.made]:
        made, real = evaluation.made[metric], evaluation.real[metric]
        if metric == "flicker":
            line = tr("{made:.3f} (real clips {real:.3f})", made=made, real=real)
        else:
            line = tr("{made:.0%} (real clips {real:.0%})", made=made, real=real)
        click.echo(f"{tr(metric)}: {line}")


def _given(options: dict[str, float | None]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _result_of(events: Iterator[Progress | T]) -> T:
    """Show progress until the evaluation is done, and return its result."""
    for result in show_progress(events):
        return result
    raise AssertionError("an evaluation ends with its result")


def _print(evaluation: "Evaluation") -> None:
    """Print the main metrics of generated pictures next to those of real scenes."""
    for name, group in evaluation.groups.items():
        click.echo(tr(name))
        for metric in IMAGE_METRICS:
            if metric in group["real"]:
                made, real = group["made"][metric], group["real"][metric]
                line = tr("{made:.0%} (real scenes {real:.0%})", made=made, real=real)
                click.echo(f"  {tr(metric)}: {line}")
    for name, values in evaluation.sets.items():
        line = tr("{made:.3f} (real scenes {real:.3f})", made=values["made"], real=values["real"])
        click.echo(f"{tr(name)}: {line}")
