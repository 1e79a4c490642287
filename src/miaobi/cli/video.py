"""`miaobi video`: a clip, or a sheet of its frames and each frame."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import read_prompt
from miaobi.cli.image import PREVIEW_STEPS, check_targets, parse_pair
from miaobi.cli.options import MODEL_ROW, PATH, OptionRow, add_options, json_option, option
from miaobi.cli.output import generate, save_and_print, unused_path
from miaobi.core.i18n import tr
from miaobi.core.video import VIDEO_FORMATS

# fields and defaults are those of VideoRequest
OPTIONS = (
    MODEL_ROW,
    OptionRow("--negative", str, "Negative prompt: what to leave out."),
    OptionRow("-s --seconds", float, "Length, 0.1 to 60 seconds [the model's default]."),
    OptionRow("--fps", int, "Frames per second, 1 to 60 [the model's default]."),
    OptionRow("--size", str, "WIDTHxHEIGHT in pixels [the model's default]."),
    OptionRow("--seed", int, "The same seed gives the same clip."),
    OptionRow("--init-image init", PATH, "Picture to use as the first frame."),
    OptionRow("--to", PATH, "Picture to use as the last frame; needs --from."),
    OptionRow("--steps", int, "Sampling steps: more is finer and slower [the model's default]."),
    OptionRow(
        "--guidance",
        float,
        "Guidance scale: how closely to follow the prompt [the model's default].",
    ),
    OptionRow("--precision", str, "Precision of the weights: float32 or bfloat16."),
    OptionRow("--memory", str, "slicing, tiling or offload: less memory, more time."),
    OptionRow(
        "--format", str, "mp4, webm, gif, webp, or png (every frame) [by the file extension]."
    ),
)


@click.command(
    help=tr(
        "Generate a labeled clip from PROMPT. Without PROMPT, --init-image or --from, read "
        "standard input."
    )
)
@click.argument("prompt", metavar="[PROMPT]", required=False)
@add_options(OPTIONS)
@option("--from", "from_", type=PATH, help=tr("Same as --init-image."))
@option("--loop", is_flag=True, default=None, help=tr("Make a seamless loop."))
@option("-f", "--file", type=PATH, help=tr("Read the prompt from a file."))
@option("-o", "--output", type=PATH, help=tr("Output file [video.mp4]."))
@option("--preview", type=PATH, help=tr("Write a preview PNG here while sampling."))
@json_option
def video(
    prompt: str | None,
    file: Path | None,
    output: Path | None,
    preview: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.tasks.video import stream_video

    extension = output.suffix.lstrip(".").lower() if output else ""
    format = options["format"] or extension or VIDEO_FORMATS[0]
    options["size"] = parse_pair("size", options["size"], int, "512x512")
    check_targets(output, preview, format)
    options |= {"format": format, "previews": PREVIEW_STEPS if preview is not None else 0}
    has_first_frame = options["init"] or options["from_"]
    is_promptless = has_first_frame and prompt is None and file is None
    text = "" if is_promptless else read_prompt(prompt, file)
    artifact = generate(partial(stream_video, text, **options), preview)
    save_and_print(artifact, output or unused_path("video", format), as_json)
    if artifact.left_out:
        words = ", ".join(artifact.left_out)
        click.echo(tr("Not drawn: {words}", words=words), err=True)
