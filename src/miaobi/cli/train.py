"""`miaobi train`, `miaobi tune` and `miaobi export`."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miaobi.cli.console import print_message
from miaobi.cli.options import PATH, F, option
from miaobi.cli.progress import ProgressBar
from miaobi.cli.pulling import with_missing_pulled
from miaobi.core.errors import OptionError
from miaobi.core.i18n import tr
from miaobi.core.training_rows import list_fields, list_skipped

if TYPE_CHECKING:
    from miaobi.core.events import Progress
    from miaobi.data.image import PictureReport
    from miaobi.data.report import DataReport
    from miaobi.data.scores import ScoreReport
    from miaobi.train.loop import Step
    from miaobi.train.throughput import Throughput

    RunEvent = Progress | DataReport | PictureReport | ScoreReport | Step

# family -> the command that uses its models; "" has none
FAMILIES = {
    "gpt": "text",
    "rnn": "text",
    "vae": "image",
    "gan": "image",
    "t2i": "image",
    "t2v": "video",
    "judge": "",  # scores pictures
    "layers": "",  # draws the sprites of a text-to-video model
    "music": "music",
}
FREE = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}


def run_options(function: F) -> F:
    """Declare the options of a run: data, output folder, and any --group.key=value."""
    changes = click.argument("changes", nargs=-1, type=click.UNPROCESSED)
    folder = option("-o", "--output", type=PATH, help=tr("Folder of the trained model."))
    data = option(
        "-d",
        "--data",
        multiple=True,
        help=tr(
            "File or folder of training data (.txt .md .jsonl .parquet, or pictures), or "
            "hub:ORG/NAME; may be repeated."
        ),
    )
    return data(folder(changes(function)))


@click.command(
    context_settings=FREE,
    help=tr(
        "Train a model of FAMILY on your own data, or resume a stopped run: gpt and rnn (text), "
        "vae, gan and t2i (pictures), t2v (clips), music, judge (scores pictures), layers "
        "(sprites for t2v)."
    ),
    epilog=tr(
        "Every setting is an option: --size=tiny, --train.steps=500, --data.vocab=1000, "
        "--model.dropout=0.2 … An unknown name lists them all."
    ),
)
@click.argument("family", type=click.Choice(list(FAMILIES)))
@run_options
@option(
    "--preset",
    default="",
    help=tr(
        "Recipe with its own data: shakespeare, tang, scenes, subjects, clips, scores … "
        "An unknown name lists them all."
    ),
)
@option("--from", "start_from", help=tr("Start from the weights of this checkpoint folder."))
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
    with_missing_pulled(lambda: watch_run(run(planned), planned.folder, FAMILIES[family]))


@click.command(
    context_settings=FREE,
    help=tr("Fine-tune MODEL on your text with LoRA; its own weights stay unchanged."),
    epilog=tr("Every setting is an option: --model.rank=16, --train.steps=500 …"),
)
@click.argument("model")
@run_options
def tune(model: str, data: tuple[str, ...], output: Path | None, changes: tuple[str, ...]) -> None:
    from miaobi.train.plan import plan_tune
    from miaobi.train.run import run

    planned = plan_tune(model, data, output=output, options=parse_changes(changes))
    watch_run(run(planned), planned.folder)


@click.command(help=tr("Export a trained GPT as a folder for transformers."))
@click.argument("folder", type=PATH)
@option("-o", "--output", type=PATH, required=True, help=tr("Output folder."))
def export(folder: Path, output: Path) -> None:
    from miaobi.models.export import export

    click.echo(export(folder, output))


def watch_run(events: "Iterator[RunEvent]", folder: Path, command: str = "text") -> None:
    """Show the data report, steps and samples of a run, and suggest `command` for its model.

    Only the main process of several prints.
    """
    from miaobi.core.events import Progress
    from miaobi.train.loop import Step
    from miaobi.train.plan import is_main

    if not is_main():
        for _ in events:
            pass
        return
    with closing(events), ProgressBar(interval=0.05) as bar:  # type: ignore[type-var]
        for event in events:
            if isinstance(event, Progress):
                bar.update(tr(event.stage), event.done, event.total)
                continue
            if not isinstance(event, Step):
                print_report(event)
                continue
            detail = tr(
                "step {number:,} of {total:,}, loss {loss:.3f}, {minutes:.0f} min left",
                number=event.number,
                total=event.total,
                loss=_last_loss(event.terms),
                minutes=event.seconds_left / 60,
            )
            detail = ", ".join([detail, *_rates(event.throughput)])
            bar.update(tr("training"), event.number, event.total, detail)
            if event.validation:
                metrics = ", ".join(
                    f"{tr(name)} {value:.3f}" for name, value in event.validation.items()
                )
                bar.print_above(
                    tr("Step {number}, held out: {metrics}", number=event.number, metrics=metrics)
                )
            if isinstance(event.sample, str):
                bar.print_above("  " + event.sample.strip().replace("\n", "\n  "))
    print_message("Model, curves and model card: {folder} (report.html)", folder=folder)
    if is_autoencoder(folder):
        print_message(
            "Train a text-to-image model on it: "
            "miaobi train t2i --data PICTURES --model.autoencoder={folder}",
            folder=folder,
        )
    elif command:
        print_message(
            'Try it: miaobi {command} --model {folder} "…"', command=command, folder=folder
        )


def is_autoencoder(folder: Path) -> bool:
    """Return True for an autoencoder with a latent grid, which cannot generate by itself."""
    from miaobi.models.checkpoint import read_config
    from miaobi.models.zoo import architecture_of

    return architecture_of(folder) == "vae" and read_config(folder)[0].bottleneck == "grid"


def _rates(throughput: "Throughput") -> list[str]:
    """Describe the tokens or samples per second of a run, and its MFU where that is known."""
    rates = []
    if throughput.tokens_per_second:
        rates.append(tr("{rate:,.0f} tokens/s", rate=throughput.tokens_per_second))
    elif throughput.samples_per_second:
        rates.append(tr("{rate:,.1f} samples/s", rate=throughput.samples_per_second))
    if throughput.mfu is not None:
        rates.append(f"MFU {throughput.mfu:.1%}")
    return rates


def _last_loss(terms: dict[str, float]) -> float:
    """Return the loss of a step; of a GAN, that of the second network."""
    return [value for name, value in terms.items() if name.startswith("loss")][-1]


def print_report(report: "DataReport | PictureReport | ScoreReport") -> None:
    """Print the data report in a few lines."""
    from miaobi.data.image import PictureReport
    from miaobi.data.scores import ScoreReport

    if isinstance(report, PictureReport):
        _print_picture_report(report)
        return
    if isinstance(report, ScoreReport):
        print_message(
            "{pieces:,} pieces ({chorales:,} chorales, {tunes:,} tunes), {bars:,} bars.",
            pieces=report.pieces,
            bars=report.bars,
            **report.kinds,
        )
        print_message("License: {license}.", license=report.license)
        return
    print_message(
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
    print_message(
        "Languages: {languages}. License: {license}.", languages=languages, license=report.license
    )
    _print_fields(report)
    if report.repeated_lines > 0.05:
        print_message(
            "{fraction:.0%} of the long lines are duplicates.", fraction=report.repeated_lines
        )
    for kind, count in report.personal.items():
        print_message(
            "Possible personal data: {count:,} {kind}. The model may repeat them.",
            count=count,
            kind=tr(kind),
        )


def _print_fields(report: "DataReport") -> None:
    """Print which fields of the rows are learned, which are not, and the skipped rows."""
    if report.fields:
        print_message("Learned fields of the rows: {fields}.", fields=list_fields(report.fields))
    if report.ignored:
        print_message("Fields that are not learned: {fields}.", fields=list_fields(report.ignored))
    if report.skipped:
        print_message("Skipped: {reasons}.", reasons=list_skipped(report.skipped))


def _print_picture_report(report: "PictureReport") -> None:
    if report.pictures:
        print_message(
            "{pictures:,} pictures of {classes:,} classes, {captions:,} with captions; "
            "{duplicates:,} duplicates left out, {unreadable:,} files could not be read.",
            pictures=report.pictures,
            classes=report.classes,
            captions=report.captions,
            duplicates=report.duplicates,
            unreadable=report.unreadable,
        )
    else:
        print_message("Endless drawn pictures of {classes:,} classes.", classes=report.classes)
    print_message("License: {license}.", license=report.license)


def parse_changes(changes: tuple[str, ...]) -> dict[str, str]:
    """Parse --group.key=value (or a space) to {"group.key": "value"}. Raises OptionError."""
    parsed: dict[str, str] = {}
    arguments = list(changes)
    while arguments:
        argument = arguments.pop(0)
        name, equals, value = argument.partition("=")
        if not name.startswith("--") or (not equals and not arguments):
            raise OptionError(
                "{text!r} is not an option.", "Write --group.key=value.", text=argument
            )
        parsed[name.removeprefix("--")] = value if equals else arguments.pop(0)
    return parsed
