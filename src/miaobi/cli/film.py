"""`miaobi film`: a film and all its parts in a folder, from one sentence."""

import time
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import print_message, read_prompt
from miaobi.cli.options import PATH, json_option, option
from miaobi.cli.output import print_artifact
from miaobi.cli.progress import watch
from miaobi.cli.pulling import with_missing_pulled
from miaobi.core.film import ASPECTS
from miaobi.core.i18n import tr
from miaobi.media.glyphs import MISSING_GLYPHS

# stage -> its label while it runs
STAGES = {
    "script": "Writing the script",
    "pictures": "Generating pictures",
    "narration": "Speaking",
    "sounds": "Making sounds",
    "music": "Composing",
    "cutting": "Editing the film",
}


@click.command(
    help=tr("Make a narrated film with pictures, sounds and subtitles from one sentence.")
)
@click.argument("prompt", metavar="[PROMPT]", required=False)
@option("-o", "--output", type=PATH, default=Path("film"), help=tr("Output folder [film]."))
@option("--script", type=PATH, help=tr("Your script: .json, .md or .txt."))
@option("--pictures", type=PATH, help=tr("Folder of your pictures, one per scene."))
@option("--narration", type=PATH, help=tr("Your recorded narration."))
@option("--soundtrack", "song", type=PATH, help=tr("Your music."))
@option("--animate", is_flag=True, help=tr("Cut your pictures to the beat of the music instead."))
@option("--format", "format", help=tr("mp4, webm, gif or webp [mp4]."))
@option("--scenes", type=int, help=tr("Number of scenes [5]."))
@option("-s", "--seconds", type=float, help=tr("Approximate length in seconds [30]."))
@option("-l", "--language", help=tr("en or zh [the language of the prompt]."))
@option("-t", "--template", help=tr("story, news, product, lesson, game or poem [story]."))
@option("--style", help=tr("Style of the pictures, such as 3d, flat, ink [by template]."))
@option("-v", "--voice", help=tr("A voice of kokoro-82m."))
@option("--music", help=tr("Prompt for the music, or none [by template]."))
@option("--aspect", help=tr("One of {choices} [16:9].", choices=", ".join(ASPECTS)))
@option("--height", type=int, help=tr("Pixels of the shorter side, 144 to 2160 [720]."))
@option("--seed", type=int, help=tr("The same seed gives the same film."))
@option("--text-model", help=tr("Language model for the script."))
@option("--image-model", help=tr("Model for the pictures."))
@option(
    "--burn-subtitles/--no-burn-subtitles",
    "burned",
    default=None,
    help=tr("Render subtitles into the picture [yes]."),
)
@option("--sounds/--no-sounds", default=None, help=tr("Sound effects [yes]."))
@json_option
def film(prompt: str | None, output: Path, as_json: bool, **options: Any) -> None:
    from miaobi.film.pipeline import stream_film

    started = time.perf_counter()
    has_files = any(options[name] for name in ("script", "pictures", "narration", "song"))
    text = "" if has_files and prompt is None else read_prompt(prompt)
    try:
        artifact = with_missing_pulled(
            lambda: watch(stream_film(text, folder=output, **options), labels=STAGES)
        )
    except KeyboardInterrupt:
        print_message(
            "Finished parts are kept in {folder}: run the same command to resume.", folder=output
        )
        raise
    for name in artifact.usage:
        if name.startswith(MISSING_GLYPHS):
            print_message(
                "Left out of the picture, since no font has them: {characters}",
                characters=name.removeprefix(MISSING_GLYPHS),
            )
    path = output / f"film.{options['format'] or 'mp4'}"
    print_artifact(artifact, [path, output / "index.html"], as_json)
    if not as_json:
        print_message("Done in {seconds:.1f} s.", seconds=time.perf_counter() - started)
        print_message("Check the label: {command}", command=f"miaobi verify {path}")
