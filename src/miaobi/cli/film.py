"""`miaobi film`: one sentence in; a film and all its parts out, in a folder."""

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import Bar, read_words, say, with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.events import Done, Event, Progress
from miaobi.core.film import ASPECTS
from miaobi.core.i18n import tr

path_type = click.Path(path_type=Path)
MODELS = 4  # that a film needs: what writes, speaks, paints, and the letters
# what a stage is called while it runs
STAGES = {
    "script": "Writing the script",
    "pictures": "Painting pictures",
    "narration": "Speaking",
    "sounds": "Making sounds",
    "music": "Composing",
    "cutting": "Cutting the film",
}


@click.command(
    help=tr("One sentence in: a narrated film with pictures, sounds and subtitles, in a folder.")
)
@click.argument("words", metavar="[PROMPT]", required=False)
@click.option("-o", "--output", type=path_type, default=Path("film"), help=tr("Folder [film]."))
@click.option("--script", type=path_type, help=tr("Your script: .json, .md or .txt."))
@click.option("--pictures", type=path_type, help=tr("A folder of your pictures, one a scene."))
@click.option("--narration", type=path_type, help=tr("Your recorded voice: it tells the film."))
@click.option("--song", type=path_type, help=tr("Your music."))
@click.option("--animate", is_flag=True, help=tr("Cut pictures to the beats of music instead."))
@click.option("--format", "format", help=tr("mp4, webm, gif or webp [mp4]."))
@click.option("--scenes", type=int, help=tr("How many scenes [5]."))
@click.option("-s", "--seconds", type=float, help=tr("About how long the film is [30]."))
@click.option("-l", "--language", help=tr("en or zh [that of the prompt]."))
@click.option("-t", "--template", help=tr("story, news, product, lesson, game or poem [story]."))
@click.option("--style", help=tr("How the pictures look, such as 3d, flat, ink [by template]."))
@click.option("-v", "--voice", help=tr("A voice of kokoro-82m."))
@click.option("--music", help=tr("Words for the music, or none [by template]."))
@click.option("--aspect", help=tr("One of {choices} [16:9].", choices=", ".join(ASPECTS)))
@click.option("--height", type=int, help=tr("Pixels of the shorter side, 144 to 2160 [720]."))
@click.option("--seed", type=int, help=tr("The same seed gives the same film."))
@click.option("--text-model", help=tr("The model that writes."))
@click.option("--image-model", help=tr("The model that paints."))
@click.option("--burned/--not-burned", default=None, help=tr("Subtitles in the picture [yes]."))
@click.option("--sounds/--no-sounds", default=None, help=tr("Sound effects [yes]."))
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def film(words: str | None, output: Path, as_json: bool, **options: Any) -> None:
    from miaobi.film.pipeline import stream_film

    started = time.perf_counter()
    given = any(options[name] for name in ("script", "pictures", "narration", "song"))
    prompt = "" if given and words is None else read_words(words)

    def work() -> Artifact:
        return watch(stream_film(prompt, folder=output, **options))

    for _ in range(MODELS):  # each may be missing
        work = partial(with_missing_pulled, work)
    try:
        artifact = work()
    except KeyboardInterrupt:
        say("What is finished lies in {folder}: the same command goes on there.", folder=output)
        raise
    path = output / f"film.{options['format'] or 'mp4'}"
    if as_json:
        record = {**artifact.manifest, "path": str(path), "timings": artifact.timings}
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    click.echo(path)
    click.echo(output / "index.html")
    say("Done in {seconds:.1f} s.", seconds=time.perf_counter() - started)
    say("Check the label: {command}", command=f"miaobi verify {path}")


def watch(events: Iterator[Event]) -> Artifact:
    """Show the stage and the time left until the film is there."""
    with Bar() as bar:
        for event in events:
            if isinstance(event, Progress):
                left = tr("{seconds:.0f} s left", seconds=event.left) if event.left >= 0 else ""
                stage = tr(STAGES.get(event.stage, event.stage))
                bar.update(stage, event.done, event.total, left)
            elif isinstance(event, Done):
                return event.artifact
    raise AssertionError("the road always ends in Done or an error")
