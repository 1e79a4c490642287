"""`miaobi demo`: one sentence in; a story, its narration and their labels out."""

import json
import time
from pathlib import Path

import click

from miaobi.cli.console import read_words, say, with_missing_pulled
from miaobi.core.checks import check_words
from miaobi.core.errors import OutputPathError
from miaobi.core.events import Progress, Sound, Token
from miaobi.core.i18n import tr
from miaobi.core.paths import atomic_write
from miaobi.tasks.compose import Story

STAGES = {"story": "Writing the story …", "narration": "Speaking it …"}


@click.command(
    help=tr("One sentence in: a short story, its narration, and their labels, in a folder.")
)
@click.argument("prompt")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("out"), help=tr("Folder [out].")
)
@click.option("--seed", type=int, help=tr("The same seed gives the same story."))
@click.option("-m", "--model", help=tr("The model that writes."))
@click.option("-v", "--voice", default="", help=tr("A voice of kokoro-82m."))
def demo(prompt: str, output: Path, seed: int | None, model: str | None, voice: str) -> None:
    started = time.perf_counter()
    prompt = read_words(prompt)
    check_words("prompt", prompt)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputPathError(
            "{path} could not be written: {reason}.",
            "Choose another place.",
            path=output,
            reason=error.strerror,
        ) from error
    made = with_missing_pulled(lambda: _make(prompt, seed, model, voice))
    made.text.save(output / "story.txt")
    made.narration.save(output / "story.wav")
    label = json.dumps(made.narration.manifest, ensure_ascii=False, indent=2)
    atomic_write(output / "story.label.json", label.encode())
    for name in ("story.txt", "story.wav", "story.label.json"):
        click.echo(output / name)
    say("Done in {seconds:.1f} s.", seconds=time.perf_counter() - started)
    say("Check the label: {command}", command=f"miaobi verify {output / 'story.wav'}")


def _make(prompt: str, seed: int | None, model: str | None, voice: str) -> Story:
    from miaobi.tasks.compose import story

    seconds = 0.0
    for event in story(prompt, seed=seed, model=model, voice=voice):
        if isinstance(event, Progress) and event.stage in STAGES:
            say(STAGES[event.stage])
        elif isinstance(event, Token):
            click.echo(event.text, err=True)
        elif isinstance(event, Sound):
            seconds += len(event.samples) / event.rate
            say("  {seconds:.0f} s of speech", seconds=seconds)
        elif isinstance(event, Story):
            return event
    raise AssertionError("a story always ends in a Story or an error")
