"""`miaobi evaluate`: figures that say how good a model is, and a page that shows it."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import Bar, say, with_missing_pulled
from miaobi.core.i18n import language, tr

path_type = click.Path(path_type=Path)
SUMMARY = ("subject", "pair", "relation", "style", "background", "preferred")  # of pictures
MOVING = ("motion", "subject", "flicker")  # of clips


model_option = click.option("-m", "--model", help=tr("A name from `miaobi models`, or a folder."))
judge_option = click.option(
    "--judge",
    type=path_type,
    help=tr("Folder of a judge: miaobi train judge --preset scenes [the one that comes along]."),
)
json_option = click.option("--json", "as_json", is_flag=True, help=tr("Print the figures as JSON."))


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("Say in figures how good a model is."),
)
def evaluate() -> None:
    pass


@evaluate.command(
    help=tr(
        "Let a text-to-image model paint held-out prompts, and a judge look at them: "
        "figures, contact sheets and a page. Real scenes are judged beside it."
    )
)
@model_option
@judge_option
@click.option("--count", type=int, default=64, help=tr("Prompts of each of the four kinds [64]."))
@click.option("--seed", type=int, default=0, help=tr("Other prompts and pictures [0]."))
@click.option("--steps", type=int, help=tr("Steps of each picture [as the model prefers]."))
@click.option(
    "--guidance", type=float, help=tr("How closely to follow the prompt [as the model prefers].")
)
@click.option("--neighbors", type=int, help=tr("Training scenes to look for copies in [2000]."))
@click.option(
    "-o",
    "--output",
    type=path_type,
    default=Path("evaluation"),
    help=tr("Folder of report.html, figures.json and the sheets [evaluation]."),
)
@json_option
def t2i(model: str | None, judge: Path | None, output: Path, as_json: bool, **options: Any) -> None:
    from miaobi.evaluation import report
    from miaobi.evaluation.image import JUDGE, evaluate_t2i
    from miaobi.evaluation.painting import EvaluationConfig
    from miaobi.models.zoo import default_model, find_model

    config = EvaluationConfig(**{k: value for k, value in options.items() if value is not None})
    row = find_model(model, "image") if model else default_model("image", language())
    told = with_missing_pulled(lambda: _followed(evaluate_t2i(row, judge or JUDGE, config)))
    files = report.save(told, output)
    if as_json:
        click.echo(report.document(told), nl=False)
    else:
        _print(told)
    say("Page, figures and sheets: {folder} (report.html)", folder=files[0].parent)


@evaluate.command(
    help=tr(
        "Let a text-to-video model film held-out prompts: is the stated motion seen, is the "
        "subject, does it flicker? Real clips are measured beside it."
    )
)
@model_option
@judge_option
@click.option("--count", type=int, help=tr("Prompts [200]."))
@click.option("--seed", type=int, help=tr("Other prompts and clips [0]."))
@click.option("--steps", type=int, help=tr("Steps of each clip [as the model prefers]."))
@click.option(
    "--guidance", type=float, help=tr("How closely to follow the prompt [as the model prefers].")
)
@json_option
def t2v(model: str | None, judge: Path | None, as_json: bool, **options: Any) -> None:
    from miaobi.evaluation.filming import ClipEvaluationConfig
    from miaobi.evaluation.image import JUDGE
    from miaobi.evaluation.video import evaluate_t2v
    from miaobi.models.zoo import default_model, find_model

    config = ClipEvaluationConfig(**{k: value for k, value in options.items() if value is not None})
    row = find_model(model, "video") if model else default_model("video", language())
    told = with_missing_pulled(lambda: _followed(evaluate_t2v(row, judge or JUDGE, config)))
    if as_json:
        return click.echo(json.dumps(told.document(), indent=1))
    for figure in [name for name in MOVING if name in told.made]:
        made, real = told.made[figure], told.real[figure]
        if figure == "flicker":
            line = tr("{made:.3f} (real clips {real:.3f})", made=made, real=real)
        else:
            line = tr("{made:.0%} (real clips {real:.0%})", made=made, real=real)
        click.echo(f"{tr(figure)}: {line}")


def _followed(events: Iterator[Any]) -> Any:
    """Show progress until the evaluation is there."""
    from miaobi.core.events import Progress

    with closing(events), Bar() as bar:  # type: ignore[type-var]
        for event in events:
            if not isinstance(event, Progress):
                return event
            bar.update(tr(event.stage), event.done, event.total)
    raise AssertionError("an evaluation ends with its figures")


def _print(told: Any) -> None:
    """The figures that matter most, made beside real, on standard output."""
    for name, group in told.groups.items():
        click.echo(tr(name))
        for figure in SUMMARY:
            if figure in group["real"]:
                made, real = group["made"][figure], group["real"][figure]
                line = tr("{made:.0%} (real scenes {real:.0%})", made=made, real=real)
                click.echo(f"  {tr(figure)}: {line}")
    for name, values in told.sets.items():
        line = tr("{made:.3f} (real scenes {real:.3f})", made=values["made"], real=values["real"])
        click.echo(f"{tr(name)}: {line}")
