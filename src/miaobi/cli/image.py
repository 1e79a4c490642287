"""`miaobi image`: its options in groups, and a picture on the disk at the end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import Bar, F, read_words, unused_name, with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.errors import OptionError
from miaobi.core.events import Done, Event, Preview, Progress
from miaobi.core.i18n import tr
from miaobi.core.paths import atomic_write, check_target

path_type = click.Path(path_type=Path)

# group -> (option, type, help); names and defaults are those of ImageRequest
GROUPS: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "Picture": (
        ("model", str, "A name from `miaobi models`, ORG/NAME of the Hub, or a folder."),
        ("negative", str, "What should not be in it."),
        ("style", str, "A style of the model, such as 3d or flat."),
        ("size", str, "WIDTHxHEIGHT in pixels [the model's own]."),
        ("n", int, "So many pictures, and a sheet with all of them [1]."),
        ("seed", int, "The same seed gives the same picture."),
    ),
    "Sampling": (
        ("steps", int, "More is finer and slower [as the model prefers]."),
        ("guidance", float, "How closely to follow the prompt [as the model prefers]."),
        ("truncation", float, "Of GAN and VAE: smaller is more typical, 0.01 to 5 [1.5]."),
        ("guided", str, "FROM:TO, shares of the way on which to guide, such as 0.1:0.8 [0:1]."),
        ("sampler", str, "dpm++2m, dpm++2m-karras, euler, euler-a, heun, ddim, unipc, lcm …"),
        ("reuse", int, "Compute the deep layers every so many steps: faster, coarser [1]."),
        ("precision", str, "Of the weights: float32 or bfloat16."),
        ("memory", str, "slicing, tiling or offload: less memory, more time."),
    ),
    "Painting over": (
        ("init", path_type, "A picture to begin with."),
        ("strength", float, "How much of it is painted anew, 0.01 to 1 [0.6]."),
        ("mask", path_type, "A picture of its size, white where it is painted anew."),
    ),
    "Finishing": (
        ("upscale", int, "Enlarge 2 or 4 times by Lanczos resampling [0]."),
        ("format", str, "png, jpeg, webp, or svg (traced) [by the file's ending]."),
    ),
}


class Grouped(click.Command):
    """A command whose help shows its options under the names of GROUPS."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        group_of = {option: group for group, rows in GROUPS.items() for option, _, _ in rows}
        group_of |= {"loras": "Sampling", "transparent": "Finishing"}
        sections: dict[str, list[tuple[str, str]]] = {group: [] for group in (*GROUPS, "Output")}
        for parameter in self.get_params(ctx):
            if (line := parameter.get_help_record(ctx)) is not None:
                sections[group_of.get(parameter.name or "", "Output")].append(line)
        for group, lines in sections.items():
            with formatter.section(tr(group)):
                formatter.write_dl(lines)


def grouped_options(function: F) -> F:
    """Add a row of GROUPS each."""
    for rows in reversed(GROUPS.values()):
        for name, kind, line in reversed(rows):
            names = ("-m", "--model") if name == "model" else (f"--{name}",)
            function = click.option(*names, type=kind, help=tr(line))(function)
    return function


@click.command(
    cls=Grouped,
    help=tr("Paint a prompt into a labeled file. Without PROMPT it comes from standard input."),
)
@click.argument("words", metavar="[PROMPT]", required=False)
@grouped_options
@click.option(
    "--lora",
    "loras",
    type=path_type,
    multiple=True,
    help=tr("A LoRA file (safetensors); may be repeated."),
)
@click.option(
    "--transparent",
    is_flag=True,
    default=None,
    help=tr("Take out a plain background: what has the color of a corner and touches it."),
)
@click.option("-f", "--file", type=path_type, help=tr("Read the prompt from a file."))
@click.option("-o", "--output", type=path_type, help=tr("File to write [image.png]."))
@click.option("--preview", type=path_type, help=tr("Keep a PNG here that shows how far it is."))
@click.option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
def image(
    words: str | None,
    file: Path | None,
    output: Path | None,
    preview: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.media.image import format_of
    from miaobi.tasks.image import stream_image

    options["format"] = format_of(output, options["format"])
    options["size"] = pair(options["size"], "x", int, "size", "512x512")
    options["guided"] = pair(options["guided"], ":", float, "guided", "0.1:0.8")
    for target, format in ((output, options["format"]), (preview, "")):
        if target is not None:
            check_target(target, format)
    options["previews"] = 2 if preview is not None else 0
    prompt = read_words(words, file)

    def work() -> Artifact:
        return watch(stream_image(prompt, **options), preview)

    artifact = with_missing_pulled(work)
    path = output or unused_name(
        "image", "jpg" if options["format"] == "jpeg" else options["format"]
    )
    saved = save(artifact, path)
    if as_json:
        record = {**artifact.manifest, "path": str(path), "timings": artifact.timings}
        if artifact.parts:
            record["parts"] = [str(one) for one in saved[1:]]
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        click.echo("\n".join(map(str, saved)))


def save(artifact: Artifact, path: Path) -> list[Path]:
    """Write the picture; of several, the sheet and beside it name-1, name-2 …"""
    beside = [
        path.with_name(f"{path.stem}-{number}{path.suffix}")
        for number in range(1, len(artifact.parts) + 1)
    ]
    for target in beside:
        check_target(target)
    saved = [artifact.save(path)]
    return [*saved, *(part.save(to) for part, to in zip(artifact.parts, beside, strict=True))]


def watch(events: Iterator[Event], preview: Path | None) -> Artifact:
    """Show progress until the artifact is there; previews go to a file."""
    from miaobi.media.image import encode

    with Bar() as bar:
        for event in events:
            if isinstance(event, Progress):
                bar.update(tr(event.stage), event.done, event.total)
            elif isinstance(event, Preview) and preview is not None:
                atomic_write(preview, encode(event.pixels, "png"))
            elif isinstance(event, Done):
                return event.artifact
    raise AssertionError("the road always ends in Done or an error")


def pair(given: str | None, sign: str, kind: Any, name: str, example: str) -> Any:
    """ "512x512" -> (512, 512). Raises OptionError."""
    if given is None:
        return None
    try:
        first, second = (kind(part) for part in given.lower().replace("×", "x").split(sign))
    except ValueError as error:
        raise OptionError(
            "{name} is {value!r}.",
            "Write it like {example}.",
            name=name,
            value=given,
            example=example,
        ) from error
    return first, second
