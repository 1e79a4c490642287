"""`miaobi morph`: a strip or an animation on the disk at the end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import Bar, F, unused_name, with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.errors import OptionError
from miaobi.core.events import Done, Event, Progress
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target

# (option, type, help); names and defaults are those of MorphRequest
ROWS: tuple[tuple[str, Any, str], ...] = (
    ("model", str, "drawings, drawings-vae, or a folder."),
    ("frames", int, "So many pictures, both ends included, 2 to 120 [9]."),
    ("more", str, "Instead of END: a subject, a style, a background or a size there is more of."),
    ("by", float, "How much more, -10 to 10; below 0: less [1]."),
    ("seed", int, "The same seed gives the same pictures."),
    ("end-seed", int, "Another seed for END [that of the start]."),
    ("truncation", float, "Of GAN and VAE: smaller is more typical, 0.01 to 5 [1.5]."),
    ("space", str, "Of a GAN: mix in w, after its mapping, or in z, before it [w]."),
    ("steps", int, "More is finer and slower [as the model prefers]."),
    ("guidance", float, "How closely to follow the prompt [as the model prefers]."),
    ("fps", int, "Frames a second of an animation, 1 to 50 [12]."),
    ("format", str, "png (a strip), gif or webp (animations) [by the file's ending]."),
)


def morph_options(function: F) -> F:
    """Add a row of ROWS each."""
    for name, kind, line in reversed(ROWS):
        names = ("-m", "--model") if name == "model" else (f"--{name}",)
        function = click.option(*names, type=kind, help=tr(line))(function)
    return function


@click.command(
    help=tr(
        "Turn START into END, frame by frame, in a labeled file. Each is a prompt or a picture."
    )
)
@click.argument("start", required=False)
@click.argument("end", required=False)
@morph_options
@click.option(
    "--back", is_flag=True, default=None, help=tr("An animation goes there and back again.")
)
@click.option(
    "--reconstruct",
    metavar="PICTURE",
    help=tr("Instead of START: this picture, and beside it what the model makes of it."),
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help=tr("File to write [morph.png].")
)
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def morph(
    start: str | None,
    end: str | None,
    reconstruct: str | None,
    output: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.animation import format_of
    from miaobi.tasks.morph import stream_morph

    options["format"] = format_of(output.suffix if output else "", options["format"])
    if output is not None:
        check_target(output, options["format"])
    given: Any = start
    if reconstruct is not None:
        if start is not None or end is not None or options["more"]:
            raise OptionError("reconstruct takes one picture alone.", "Leave the rest out.")
        given = Path(reconstruct)
    if given is None:
        raise OptionError(
            "There is nothing to start with.", "Give START and END, or --reconstruct."
        )
    artifact = with_missing_pulled(lambda: _watch(stream_morph(given, end, **options)))
    saved = artifact.save(output or unused_name("morph", options["format"]))
    record = {**artifact.manifest, "path": str(saved), "timings": artifact.timings}
    click.echo(json.dumps(record, ensure_ascii=False) if as_json else saved)


def _watch(events: Iterator[Event]) -> Artifact:
    """Show progress until the artifact is there."""
    with Bar() as bar:
        for event in events:
            if isinstance(event, Progress):
                bar.update(tr(event.stage), event.done, event.total)
            elif isinstance(event, Done):
                return event.artifact
    raise AssertionError("the road always ends in Done or an error")
