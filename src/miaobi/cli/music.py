"""`miaobi music`: from words or a melody to sound, notes or a piano roll on the disk."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from miaobi.cli.audio import steering_options
from miaobi.cli.console import Bar, F, read_words, unused_name, with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.events import Done, Event, Progress
from miaobi.core.i18n import tr
from miaobi.core.music import MUSIC_FORMATS
from miaobi.core.paths import check_target

ENDINGS = {"midi": "mid", "xml": "musicxml"}  # other endings of the same
# (option, type, help); names and defaults are those of MusicRequest
ROWS: tuple[tuple[str, Any, str], ...] = (
    ("seconds", float, "2 to 600 [as the words say, else 30]."),
    ("key", str, 'Such as "D minor" [as the words say].'),
    ("meter", str, "Such as 3/4 [as the words say]."),
    ("tempo", float, "Beats a minute, 20 to 300 [as the words say]."),
    ("mood", str, "calm, happy, sad, dark or lively [as the words say]."),
    ("instruments", str, 'Such as "flute, piano", the melody first [as the words say].'),
    ("chords", str, 'Such as "Dm Gm A7 Dm", one a bar; | between bars for more.'),
    ("melody", str, "A file to begin from: MIDI, MusicXML, ABC, or a recording of one voice."),
    ("use", str, "What to do with the melody: harmonize, continue, vary or rhythm [harmonize]."),
    ("lyrics", str, "Words to be sung: for some models of the Hub."),
    ("seed", int, "The same seed gives the same music."),
    ("format", str, "wav, flac, mp3, ogg, mid, musicxml or png [by the file's ending]."),
)


def music_options(function: F) -> F:
    """Add a row of ROWS each."""
    for name, kind, line in reversed(ROWS):
        names = ("-s", "--seconds") if name == "seconds" else (f"--{name}",)
        function = click.option(*names, type=kind, help=tr(line))(function)
    return function


@click.command(
    help=tr(
        "Compose music from words, or from a melody. Without PROMPT they come from standard input."
    )
)
@click.argument("words", metavar="[PROMPT]", required=False)
@music_options
@steering_options
@click.option(
    "--loop", is_flag=True, default=None, help=tr("Let its end go over into its beginning.")
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help=tr("File to write [music.wav].")
)
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def music(words: str | None, output: Path | None, as_json: bool, **options: Any) -> None:
    from miaobi.tasks.music import stream_music

    options["format"] = _format(output, options["format"])
    if output is not None:
        check_target(output, options["format"])
    prompt = words or ("" if options["melody"] else read_words(words))
    artifact = with_missing_pulled(lambda: _watch(stream_music(prompt, **options)))
    saved = artifact.save(output or unused_name("music", options["format"]))
    record = {**artifact.manifest, "path": str(saved), "timings": artifact.timings}
    click.echo(json.dumps(record, ensure_ascii=False) if as_json else saved)


def _format(output: Path | None, wanted: str | None) -> str:
    """The format that an option or a file name asks for. Raises OptionError."""
    told = (wanted or (output.suffix.lstrip(".") if output else "") or "wav").lower()
    format = ENDINGS.get(told, told)
    check_choice("format", format, MUSIC_FORMATS)
    return format


def _watch(events: Iterator[Event]) -> Artifact:
    """Show progress until the artifact is there."""
    with Bar() as bar:
        for event in events:
            if isinstance(event, Progress):
                bar.update(tr(event.stage), event.done, event.total)
            elif isinstance(event, Done):
                return event.artifact
    raise AssertionError("the road always ends in Done or an error")
