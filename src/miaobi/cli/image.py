"""`miaobi image`: a picture from a prompt, its options shown in groups."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from miaobi.cli.console import read_prompt
from miaobi.cli.options import MODEL_ROW, PATH, OptionRow, add_options, json_option, option
from miaobi.cli.output import generate, save_and_print, unused_path
from miaobi.core.errors import OptionError
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target

N = TypeVar("N", int, float)
PREVIEW_STEPS = 2  # sampling steps between two previews

# group -> its options; fields and defaults are those of ImageRequest
GROUPS: dict[str, tuple[OptionRow, ...]] = {
    "Picture": (
        MODEL_ROW,
        OptionRow("--negative", str, "Negative prompt: what to leave out."),
        OptionRow(
            "--style --look style", str, "A look: watercolor, ink-wash, oil, paper-cut, pixel-art …"
        ),
        OptionRow(
            "--hour", str, "Time of day, whatever the prompt says: day, dawn, dusk or night."
        ),
        OptionRow("--weather", str, "clear, cloudy, rain, storm, snow, fog, wind or rainbow."),
        OptionRow("--season", str, "spring, summer, autumn or winter."),
        OptionRow("--place", str, "A place of the catalog, such as forest; see: miaobi catalog."),
        OptionRow("--size", str, "WIDTHxHEIGHT in pixels [the model's default]."),
        OptionRow("--n", int, "Number of pictures; above 1 also a contact sheet [1]."),
        OptionRow("--seed", int, "The same seed gives the same picture."),
    ),
    "Sampling": (
        OptionRow(
            "--steps", int, "Sampling steps: more is finer and slower [the model's default]."
        ),
        OptionRow(
            "--guidance",
            float,
            "Guidance scale: how closely to follow the prompt [the model's default].",
        ),
        OptionRow(
            "--truncation", float, "Truncation of GAN and VAE latents, 0.01 (typical) to 5 [1.5]."
        ),
        OptionRow(
            "--guidance-interval guided",
            str,
            "START:END, fractions of the sampling between which to guide, such as 0.1:0.8 [0:1].",
        ),
        OptionRow(
            "--sampler", str, "dpm++2m, dpm++2m-karras, euler, euler-a, heun, ddim, unipc, lcm …"
        ),
        OptionRow(
            "--cache-interval reuse",
            int,
            "Steps between updates of the deep UNet layers (DeepCache); more: faster, coarser [1].",
        ),
        OptionRow("--precision", str, "Precision of the weights: float32 or bfloat16."),
        OptionRow("--memory", str, "slicing, tiling or offload: less memory, more time."),
    ),
    "Inpainting": (
        OptionRow("--init-image init", PATH, "Picture to start from."),
        OptionRow("--strength", float, "How much of it to repaint, 0.01 to 1 [0.6]."),
        OptionRow("--mask", PATH, "Mask of the same size, white where to repaint."),
    ),
    "Postprocessing": (
        OptionRow("--upscale", int, "Upscale by 2 or 4 (Lanczos) [0]."),
        OptionRow("--format", str, "png, jpeg, webp, or svg (traced) [by the file extension]."),
    ),
}


class GroupedCommand(click.Command):
    """Command whose help shows its options under the names of GROUPS."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        group_of = {
            name: group
            for group, rows in GROUPS.items()
            for row in rows
            for name in row.declarations.split()
        }
        group_of |= {"--lora": "Sampling", "--transparent": "Postprocessing"}
        sections: dict[str, list[tuple[str, str]]] = {group: [] for group in (*GROUPS, "Output")}
        for parameter in self.get_params(ctx):
            if (line := parameter.get_help_record(ctx)) is not None:
                sections[group_of.get(parameter.opts[-1], "Output")].append(line)
        for group, lines in sections.items():
            with formatter.section(tr(group)):
                formatter.write_dl(lines)


@click.command(
    cls=GroupedCommand,
    help=tr("Generate a labeled picture from PROMPT; without PROMPT, read standard input."),
)
@click.argument("prompt", metavar="[PROMPT]", required=False)
@add_options([row for rows in GROUPS.values() for row in rows])
@option(
    "--lora",
    "loras",
    type=PATH,
    multiple=True,
    help=tr("LoRA file (safetensors); may be repeated."),
)
@option(
    "--transparent",
    is_flag=True,
    default=None,
    help=tr("Make a plain background transparent: the area connected to a corner."),
)
@option("-f", "--file", type=PATH, help=tr("Read the prompt from a file."))
@option("-o", "--output", type=PATH, help=tr("Output file [image.png]."))
@option("--preview", type=PATH, help=tr("Write a preview PNG here while sampling."))
@json_option
def image(
    prompt: str | None,
    file: Path | None,
    output: Path | None,
    preview: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.image import resolve_format
    from miaobi.tasks.image import stream_image

    format = resolve_format(output, options["format"])
    options["size"] = parse_pair("size", options["size"], int, "512x512")
    options["guided"] = parse_pair("guidance-interval", options["guided"], float, "0.1:0.8")
    check_targets(output, preview, format)
    options |= {"format": format, "previews": PREVIEW_STEPS if preview is not None else 0}
    stream = partial(stream_image, read_prompt(prompt, file), **options)
    artifact = generate(stream, preview)
    extension = "jpg" if format == "jpeg" else format
    save_and_print(artifact, output or unused_path("image", extension), as_json)
    if artifact.left_out:
        words = ", ".join(artifact.left_out)
        click.echo(tr("Not drawn: {words}", words=words), err=True)


def check_targets(output: Path | None, preview: Path | None, format: str) -> None:
    """Reject unwritable output files before any work. Raises OutputPathError or DiskFull."""
    for target, target_format in ((output, format), (preview, "")):
        if target is not None:
            check_target(target, target_format)


def parse_pair(
    name: str, text: str | None, number: Callable[[str], N], example: str
) -> tuple[N, N] | None:
    """Parse two numbers, such as "512x512" -> (512, 512). Raises OptionError."""
    if text is None:
        return None
    separator = ":" if ":" in example else "x"
    try:
        first, second = map(number, text.lower().replace("×", "x").split(separator))
    except ValueError as error:
        raise OptionError(
            "{name} is {value!r}.",
            "Write it like {example}.",
            name=name,
            value=text,
            example=example,
        ) from error
    return first, second
