"""`miaobi train` and `miaobi tune`: data report first, then progress, then where the model lies."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import Bar, F, say, with_missing_pulled
from miaobi.core.errors import OptionError
from miaobi.core.i18n import tr

FAMILIES = {
    "gpt": "text",
    "rnn": "text",
    "vae": "image",
    "gan": "image",
    "t2i": "image",
    "t2v": "video",
    "judge": "",  # it makes nothing
    "layers": "",  # it draws what a model of clips moves
    "music": "music",
}  # and their verbs
FREE = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}


def run_options(function: F) -> F:
    """What both commands take: data, a folder, and any --group.key=value."""
    changes = click.argument("changes", nargs=-1, type=click.UNPROCESSED)
    folder = click.option(
        "-o", "--output", type=click.Path(path_type=Path), help=tr("Folder of the trained model.")
    )
    data = click.option(
        "-d",
        "--data",
        multiple=True,
        help=tr(
            "A file or folder (.txt .md .jsonl .parquet, or pictures), or hub:ORG/NAME; "
            "may be repeated."
        ),
    )
    return data(folder(changes(function)))


@click.command(
    context_settings=FREE,
    help=tr(
        "Train a model of FAMILY on your own data, or continue a stopped run: gpt and rnn write, "
        "vae, gan and t2i draw, t2v films, music composes, judge looks at pictures, layers draws "
        "what t2v moves."
    ),
    epilog=tr(
        "Any default can be changed: --size=tiny, --train.steps=500, --data.vocab=1000, "
        "--model.dropout=0.2 … A wrong name lists them all."
    ),
)
@click.argument("family", type=click.Choice(list(FAMILIES)))
@run_options
@click.option(
    "--preset",
    default="",
    help=tr(
        "A named recipe with its own data: shakespeare, tang, scenes, subjects, clips, scores … "
        "A wrong name lists them all."
    ),
)
@click.option("--from", "start_from", help=tr("Begin with the weights of this checkpoint folder."))
def train(
    family: str,
    data: tuple[str, ...],
    output: Path | None,
    changes: tuple[str, ...],
    preset: str,
    start_from: str | None,
) -> None:
    from miaobi.train.plan import plan
    from miaobi.train.run import run

    planned = plan(
        family,
        data,
        preset=preset,
        output=output,
        start_from=start_from,
        options=parse_changes(changes),
    )
    with_missing_pulled(lambda: follow(run(planned), planned.folder, FAMILIES[family]))


@click.command(
    context_settings=FREE,
    help=tr("Teach MODEL your text with few new weights (LoRA); it stays what it was beside them."),
    epilog=tr("Any default can be changed: --model.rank=16, --train.steps=500 …"),
)
@click.argument("model")
@run_options
def tune(model: str, data: tuple[str, ...], output: Path | None, changes: tuple[str, ...]) -> None:
    from miaobi.train.run import run
    from miaobi.train.tune import plan_tune

    planned = plan_tune(model, data, output=output, options=parse_changes(changes))
    follow(run(planned), planned.folder)


@click.command(help=tr("Write a trained GPT as a folder that transformers loads."))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help=tr("The new folder.")
)
def export(folder: Path, output: Path) -> None:
    from miaobi.models.export import export

    click.echo(export(folder, output))


def follow(events: Iterator[Any], folder: Path, verb: str = "text") -> None:
    """Show a run: its data report, its steps, its samples; of several processes one talks."""
    from miaobi.core.events import Progress
    from miaobi.train.loop import Step
    from miaobi.train.plan import is_main

    if not is_main():
        for _ in events:
            pass
        return
    with closing(events), Bar(every=0.05) as bar:  # type: ignore[type-var]
        for event in events:
            if isinstance(event, Progress):
                bar.update(tr(event.stage), event.done, event.total)
                continue
            if not isinstance(event, Step):
                tell_data(event)
                continue
            detail = tr(
                "step {number:,} of {total:,}, loss {loss:.3f}, {minutes:.0f} min left",
                number=event.number,
                total=event.total,
                loss=loss_of(event.terms),
                minutes=event.seconds_left / 60,
            )
            bar.update(tr("training"), event.number, event.total, detail)
            if event.validation:
                figures = ", ".join(f"{tr(k)} {v:.3f}" for k, v in event.validation.items())
                bar.say(
                    tr("Step {number}, held out: {figures}", number=event.number, figures=figures)
                )
            if isinstance(event.sample, str):
                bar.say("  " + event.sample.strip().replace("\n", "\n  "))
    say("Model, curves and card: {folder} (report.html)", folder=folder)
    if is_autoencoder(folder):
        say(
            "Train a text-to-image model on it: "
            "miaobi train t2i --data PICTURES --model.autoencoder={folder}",
            folder=folder,
        )
    elif verb:
        say('Try it: miaobi {verb} --model {folder} "…"', verb=verb, folder=folder)


def is_autoencoder(folder: Path) -> bool:
    """True for what draws nothing by itself: latents of pictures, and back."""
    from miaobi.models.checkpoint import read_config
    from miaobi.models.zoo import architecture_of

    return architecture_of(folder) == "vae" and read_config(folder)[0].bottleneck == "grid"


def loss_of(terms: dict[str, float]) -> float:
    """The loss of a step; where two networks learn, the second's."""
    return [value for name, value in terms.items() if name.startswith("loss")][-1]


def tell_data(report: Any) -> None:
    """The data report, in a few lines."""
    from miaobi.data.image import PictureReport
    from miaobi.data.scores import ScoreReport

    if isinstance(report, PictureReport):
        tell_pictures(report)
        return
    if isinstance(report, ScoreReport):
        say(
            "{pieces:,} pieces ({chorales:,} chorales, {tunes:,} tunes), {bars:,} bars.",
            pieces=report.pieces,
            bars=report.bars,
            **report.kinds,
        )
        say("License: {license}.", license=report.license)
        return
    say(
        "{documents:,} documents, {characters:,} characters ({shortest:,} to {longest:,} each), "
        "{distinct:,} different ones; {duplicates:,} duplicates left out.",
        documents=report.documents,
        characters=report.characters,
        shortest=report.shortest,
        longest=report.longest,
        distinct=report.distinct_characters,
        duplicates=report.duplicates,
    )
    languages = ", ".join(f"{name} {count:,}" for name, count in report.languages.items())
    say("Languages: {languages}. License: {license}.", languages=languages, license=report.license)
    if report.repeated_lines > 0.05:
        say("{share:.0%} of the long lines repeat an earlier one.", share=report.repeated_lines)
    for kind, count in report.personal.items():
        say(
            "Looks like personal data: {count:,} {kind}. The model may repeat them.",
            count=count,
            kind=tr(kind),
        )


def tell_pictures(report: Any) -> None:
    """The same for pictures."""
    if report.pictures:
        say(
            "{pictures:,} pictures of {classes:,} classes, {captions:,} with captions; "
            "{duplicates:,} duplicates left out, {unreadable:,} files could not be read.",
            pictures=report.pictures,
            classes=report.classes,
            captions=report.captions,
            duplicates=report.duplicates,
            unreadable=report.unreadable,
        )
    else:
        say("Pictures without end, of {classes:,} classes.", classes=report.classes)
    say("License: {license}.", license=report.license)


def parse_changes(changes: tuple[str, ...]) -> dict[str, str]:
    """--group.key=value (or --group.key value) -> {"group.key": "value"}. Raises OptionError."""
    found: dict[str, str] = {}
    rest = list(changes)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if not name.startswith("--") or (not equals and not rest):
            raise OptionError("{text!r} is not understood.", "Write --group.key=value.", text=word)
        found[name.removeprefix("--")] = value if equals else rest.pop(0)
    return found
