"""`miaobi sound` and `miaobi transcribe`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import Bar, F, read_words, unused_name, with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.events import Done, Event, Progress
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target

path_type = click.Path(path_type=Path)


# options of sound and music that networks of the Hub follow: (option, type, help)
STEERING_ROWS: tuple[tuple[str, Any, str], ...] = (
    ("steps", int, "Steps of a model of the Hub [as it prefers]."),
    ("guidance", float, "How closely a model of the Hub follows the words [as it prefers]."),
    ("negative", str, "What should not be heard: for some models of the Hub."),
)


def steering_options(function: F) -> F:
    """Add a row of STEERING_ROWS each, and the model."""
    for name, kind, line in reversed(STEERING_ROWS):
        function = click.option(f"--{name}", type=kind, help=tr(line))(function)
    named = tr("A name from `miaobi models`, ORG/NAME of the Hub, or a folder.")
    return click.option("-m", "--model", help=named)(function)


@click.command(
    help=tr("Make a sound effect from words. Without PROMPT they come from standard input.")
)
@click.argument("words", metavar="[PROMPT]", required=False)
@click.option("-o", "--output", type=path_type, help=tr("File to write [sound.wav]."))
@click.option("--format", "format", help=tr("wav, flac, mp3 or ogg [by the file's ending]."))
@click.option("-s", "--seconds", type=float, help=tr("0.1 to 300 [as long as such sounds last]."))
@click.option("--seed", type=int, help=tr("The same seed gives the same sound."))
@steering_options
@click.option("--loop", is_flag=True, help=tr("Let its end go over into its beginning."))
@click.option("--list", "as_list", is_flag=True, help=tr("List all sounds and stop."))
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def sound(
    words: str | None,
    output: Path | None,
    format: str | None,
    as_list: bool,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.audio import format_of
    from miaobi.tasks.audio import stream_sound

    if as_list:
        return _list_sounds()
    format = format_of(output, format)
    if output is not None:
        check_target(output, format)
    prompt = read_words(words)
    artifact = watch(stream_sound(prompt, format=format, **options))
    path = artifact.save(output or unused_name("sound", format))
    if as_json:
        record = {**artifact.manifest, "path": str(path), "timings": artifact.timings}
        click.echo(json.dumps({**record, "sounds": list(artifact.usage)}, ensure_ascii=False))
    else:
        click.echo(path)


@click.command(help=tr("Transcribe a recording: plain text, SRT, WebVTT, or JSON with word times."))
@click.argument("recording", type=path_type)
@click.option("-o", "--output", type=path_type, help=tr("File to write [standard output]."))
@click.option("--format", "format", help=tr("txt, srt, vtt or json [by the file's ending]."))
@click.option(
    "-m", "--model", help=tr("base, small, large-v3 …, ORG/NAME of the Hub, or a folder.")
)
@click.option("-l", "--language", default="", help=tr("en, zh … [heard from the recording]."))
def transcribe(
    recording: Path, output: Path | None, format: str | None, model: str | None, language: str
) -> None:
    from miaobi.tasks.audio import stream_transcript

    if output is not None:
        check_target(output)
    ending = output.suffix.lstrip(".").lower() if output else ""
    format = format or ending or "txt"

    def work() -> Artifact:
        return watch(stream_transcript(recording, model=model, language=language, format=format))

    artifact = with_missing_pulled(work)
    if output is None:
        click.echo(artifact.text.rstrip("\n"))
    else:
        click.echo(artifact.save(output))


def watch(events: Iterator[Event]) -> Artifact:
    """Show progress until the artifact is there."""
    with Bar() as bar:
        for event in events:
            if isinstance(event, Progress):
                bar.update(tr(event.stage), event.done, event.total)
            elif isinstance(event, Done):
                return event.artifact
    raise AssertionError("the road always ends in Done or an error")


def _list_sounds() -> None:
    from miaobi.synthesis.prompt import sounds

    for row in sounds().values():
        words = ", ".join(row.en[:3]) + " · " + "、".join(row.zh[:3])
        click.echo(f"{row.name:16} {row.seconds:4.1f} s  {words}")
