"""`miaobi demo`: a story, its narration and their labels from one sentence."""

import json
import time
from pathlib import Path

import click

from miaobi.cli.console import print_message, read_prompt
from miaobi.cli.options import PATH, option
from miaobi.cli.pulling import with_missing_pulled
from miaobi.core.checks import check_text
from miaobi.core.errors import OutputPathError
from miaobi.core.events import Progress, Sound, Token
from miaobi.core.i18n import tr
from miaobi.core.paths import atomic_write
from miaobi.tasks.compose import Story

STAGES = {"story": "Writing the story …", "narration": "Speaking it …"}


@click.command(help=tr("Write a short story from one sentence, and its narration, into a folder."))
@click.argument("prompt")
@option("-o", "--output", type=PATH, default=Path("out"), help=tr("Output folder [out]."))
@option("--seed", type=int, help=tr("The same seed gives the same story."))
@option("-m", "--model", help=tr("Language model for the story."))
@option("-v", "--voice", default="", help=tr("A voice of kokoro-82m."))
def demo(prompt: str, output: Path, seed: int | None, model: str | None, voice: str) -> None:
    started = time.perf_counter()
    prompt = read_prompt(prompt)
    check_text("prompt", prompt)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputPathError(
            "{path} could not be written: {reason}.",
            "Choose another path.",
            path=output,
            reason=error.strerror,
        ) from error
    story = with_missing_pulled(lambda: _write_story(prompt, seed, model, voice))
    story.text.save(output / "story.txt")
    story.narration.save(output / "story.wav")
    label = json.dumps(story.narration.manifest, ensure_ascii=False, indent=2)
    atomic_write(output / "story.label.json", label.encode())
    for name in ("story.txt", "story.wav", "story.label.json"):
        click.echo(output / name)
    print_message("Done in {seconds:.1f} s.", seconds=time.perf_counter() - started)
    print_message("Check the label: {command}", command=f"miaobi verify {output / 'story.wav'}")


def _write_story(prompt: str, seed: int | None, model: str | None, voice: str) -> Story:
    from miaobi.tasks.compose import story as write_story

    seconds = 0.0
    for event in write_story(prompt, seed=seed, model=model, voice=voice):
        if isinstance(event, Progress) and event.stage in STAGES:
            print_message(STAGES[event.stage])
        elif isinstance(event, Token):
            click.echo(event.text, err=True)
        elif isinstance(event, Sound):
            seconds += len(event.samples) / event.rate
            print_message("  {seconds:.0f} s of speech", seconds=seconds)
        elif isinstance(event, Story):
            return event
    raise AssertionError("the last event of a story is a Story")
