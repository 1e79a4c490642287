"""`miaobi morph`: a strip or an animation from one picture to another."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from miaobi.cli.options import PATH, OptionRow, add_options, json_option, option
from miaobi.cli.output import generate, save_and_print, unused_path
from miaobi.core.errors import OptionError
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target

# fields and defaults are those of MorphRequest
OPTIONS = (
    OptionRow("-m --model", str, "drawings, drawings-vae, or a folder."),
    OptionRow("--frames", int, "Number of frames including both ends, 2 to 120 [9]."),
    OptionRow(
        "--attribute more", str, "Instead of END: a subject, style, background or size to add."
    ),
    OptionRow("--scale by", float, "How much of the attribute to add, -10 to 10 [1]."),
    OptionRow("--seed", int, "The same seed gives the same pictures."),
    OptionRow("--end-seed", int, "Seed of END [the seed of START]."),
    OptionRow(
        "--truncation", float, "Truncation of GAN and VAE latents, 0.01 (typical) to 5 [1.5]."
    ),
    OptionRow(
        "--latent-space space",
        str,
        "Latent space of a GAN: w (mapped) or z (before the mapping) [w].",
    ),
    OptionRow("--steps", int, "Sampling steps: more is finer and slower [the model's default]."),
    OptionRow(
        "--guidance",
        float,
        "Guidance scale: how closely to follow the prompt [the model's default].",
    ),
    OptionRow("--fps", int, "Frames per second of an animation, 1 to 50 [12]."),
    OptionRow("--format", str, "png (a strip), gif or webp (animations) [by the file extension]."),
)


@click.command(
    help=tr(
        "Morph START into END, frame by frame, in a labeled file. Each is a prompt or a picture."
    )
)
@click.argument("start", required=False)
@click.argument("end", required=False)
@add_options(OPTIONS)
@option(
    "--ping-pong",
    "back",
    is_flag=True,
    default=None,
    help=tr("Play an animation forward and back."),
)
@option(
    "--reconstruct",
    metavar="PICTURE",
    help=tr("Instead of START: this picture next to its reconstruction by the model."),
)
@option("-o", "--output", type=PATH, help=tr("Output file [morph.png]."))
@json_option
def morph(
    start: str | None,
    end: str | None,
    reconstruct: str | None,
    output: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.animation import resolve_format
    from miaobi.tasks.morph import stream_morph

    format = resolve_format(output.suffix if output else "", options.pop("format"))
    if output is not None:
        check_target(output, format)
    source: str | Path | None = start
    if reconstruct is not None:
        if start is not None or end is not None or options["more"]:
            raise OptionError("reconstruct takes one picture alone.", "Leave the rest out.")
        source = Path(reconstruct)
    if source is None:
        raise OptionError(
            "There is nothing to start with.", "Give START and END, or --reconstruct."
        )
    artifact = generate(partial(stream_morph, source, end, format=format, **options))
    save_and_print(artifact, output or unused_path("morph", format), as_json)
