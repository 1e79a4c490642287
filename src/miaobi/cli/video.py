"""`miaobi video`: a clip on the disk at the end, or a sheet of frames and each of them."""

import json
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import F, read_words, unused_name, with_missing_pulled
from miaobi.cli.image import pair, save, watch
from miaobi.core.artifact import Artifact
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target
from miaobi.core.video import VIDEO_FORMATS

path_type = click.Path(path_type=Path)

# (option, type, help); names and defaults are those of VideoRequest
ROWS: tuple[tuple[str, Any, str], ...] = (
    ("model", str, "A name from `miaobi models`, ORG/NAME of the Hub, or a folder."),
    ("negative", str, "What should not be in it."),
    ("seconds", float, "How long it is, 0.1 to 60 [as the model prefers]."),
    ("fps", int, "Frames a second, 1 to 60 [as the model prefers]."),
    ("size", str, "WIDTHxHEIGHT in pixels [the model's own]."),
    ("seed", int, "The same seed gives the same clip."),
    ("init", path_type, "A picture it begins with."),
    ("to", path_type, "A picture it ends with; needs --from."),
    ("steps", int, "More is finer and slower [as the model prefers]."),
    ("guidance", float, "How closely to follow the prompt [as the model prefers]."),
    ("precision", str, "Of the weights: float32 or bfloat16."),
    ("memory", str, "slicing, tiling or offload: less memory, more time."),
    ("format", str, "mp4, webm, gif, webp, or png (every frame) [by the file's ending]."),
)


def video_options(function: F) -> F:
    """Add a row of ROWS each."""
    for name, kind, line in reversed(ROWS):
        names = {"model": ("-m", "--model"), "seconds": ("-s", "--seconds")}.get(
            name, (f"--{name}",)
        )
        function = click.option(*names, type=kind, help=tr(line))(function)
    return function


@click.command(
    help=tr(
        "Make a clip from a prompt into a labeled file. Without PROMPT, --init or --from it comes "
        "from standard input."
    )
)
@click.argument("words", metavar="[PROMPT]", required=False)
@video_options
@click.option("--from", "from_", type=path_type, help=tr("The same as --init."))
@click.option("--loop", is_flag=True, default=None, help=tr("Its end goes over into its start."))
@click.option("-f", "--file", type=path_type, help=tr("Read the prompt from a file."))
@click.option("-o", "--output", type=path_type, help=tr("File to write [video.mp4]."))
@click.option("--preview", type=path_type, help=tr("Keep a PNG here that shows how far it is."))
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def video(
    words: str | None,
    file: Path | None,
    output: Path | None,
    preview: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.tasks.video import stream_video

    options["format"] = options["format"] or (output.suffix.lstrip(".").lower() if output else "")
    options["format"] = options["format"] or VIDEO_FORMATS[0]
    options["size"] = pair(options["size"], "x", int, "size", "512x512")
    for target, format in ((output, options["format"]), (preview, "")):
        if target is not None:
            check_target(target, format)
    options["previews"] = 2 if preview is not None else 0
    begins = options["init"] or options["from_"]
    prompt = "" if begins and words is None and file is None else read_words(words, file)

    def work() -> Artifact:
        return watch(stream_video(prompt, **options), preview)

    artifact = with_missing_pulled(work)
    path = output or unused_name("video", options["format"])
    saved = save(artifact, path)
    if as_json:
        record = {**artifact.manifest, "path": str(path), "timings": artifact.timings}
        if artifact.parts:
            record["parts"] = [str(one) for one in saved[1:]]
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        click.echo("\n".join(map(str, saved)))
