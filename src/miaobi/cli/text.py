"""`miaobi text`, and the sampling options it shares with `miaobi chat`."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import click

from miaobi.cli.console import read_prompt
from miaobi.cli.options import PATH, F, OptionRow, add_options, option
from miaobi.cli.pulling import with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_text
from miaobi.core.errors import OptionError
from miaobi.core.events import Done, Event, Token
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target
from miaobi.core.text_encoding import decode_text

if TYPE_CHECKING:
    from miaobi.tasks.options import TextOptions

# fields and defaults are those of TextRequest
SAMPLING = (
    OptionRow("-m --model", str, "A name from `miaobi models`, ORG/NAME of the Hub, or a file."),
    OptionRow("--max-tokens", int, "Maximum length of the answer in tokens [512]."),
    OptionRow("--temperature", float, "Sampling temperature; 0 is greedy [0.7]."),
    OptionRow(
        "--top-p", float, "Nucleus sampling: smallest set of tokens with this probability [0.95]."
    ),
    OptionRow("--top-k", int, "Sample from this many of the likeliest tokens; 0: all [40]."),
    OptionRow(
        "--min-p", float, "Minimum probability relative to that of the likeliest token [0.05]."
    ),
    OptionRow(
        "--repeat-penalty", float, "Repetition penalty above 1 [1.1; 1 with --raw and beams]."
    ),
    OptionRow(
        "--presence-penalty", float, "-2 to 2: above 0, penalize tokens that occurred before [0]."
    ),
    OptionRow(
        "--frequency-penalty",
        float,
        "-2 to 2: above 0, penalize tokens by how often they occurred [0].",
    ),
    OptionRow("--typical-p typical", float, "Locally typical sampling, below 1 [1]."),
    OptionRow(
        "--no-repeat-ngram", int, "Length of n-grams that must not repeat, in tokens; 0: off [0]."
    ),
    OptionRow("--seed", int, "The same seed gives the same answer."),
)
# beam search instead of sampling
SEARCH = (
    OptionRow("--beams", int, "Number of beams; above 1: beam search [1]."),
    OptionRow("--beam-groups", int, "Number of groups of diverse beam search [1]."),
    OptionRow("--diversity", float, "Diversity penalty between the groups [0.5]."),
    OptionRow("--length-penalty", float, "Above 0, favor longer beams [1]."),
    OptionRow("--num-return-sequences best", int, "Number of beams to print [1]."),
    OptionRow("--precision", str, "Precision of the weights: float32, bfloat16 or int8."),
)


def sampling_options(function: F) -> F:
    """Declare the options of SAMPLING, and --stop."""
    stop = option("--stop", multiple=True, help=tr("Stop before this text; may be repeated."))
    return add_options(SAMPLING)(stop(function))


def search_options(function: F) -> F:
    """Declare the options of SEARCH, --early-stopping and --prompt-lookup."""
    early_stopping = option(
        "--early-stopping",
        is_flag=True,
        default=None,
        help=tr("End the beam search once as many texts as beams are finished."),
    )
    prompt_lookup = option(
        "--prompt-lookup",
        "lookup",
        is_flag=True,
        default=None,
        help=tr("Prompt lookup decoding: copy repeated n-grams; faster, same tokens."),
    )
    return add_options(SEARCH)(early_stopping(prompt_lookup(function)))


@click.command(help=tr("Answer PROMPT; without PROMPT, read standard input."))
@click.argument("argument", metavar="[PROMPT]", required=False)
@option("-p", "--prompt", help=tr("Same as PROMPT."))
@sampling_options
@search_options
@option("-f", "--file", type=PATH, help=tr("Read the prompt from a file."))
@option("-o", "--output", type=PATH, help=tr("Write a labeled file."))
@option("--system", help=tr("System prompt: instructions to follow throughout."))
@option("--raw", is_flag=True, help=tr("Continue the text as it stands, without a chat template."))
@option(
    "--json-schema", "schema", help=tr("Answer only JSON of this schema (JSON text or a file).")
)
@option("--json", "as_json", is_flag=True, help=tr("Print the answer and its record as JSON."))
def text(
    argument: str | None,
    prompt: str | None,
    file: Path | None,
    output: Path | None,
    system: str | None,
    schema: str | None,
    model: str | None,
    as_json: bool,
    **options: Unpack["TextOptions"],
) -> None:
    from miaobi.core.requests import Message
    from miaobi.tasks.text import stream_chat

    if output:
        check_target(output)
    question = read_prompt(argument if prompt is None else prompt, file)
    check_text("prompt", question)
    messages = [Message("system", system)] if system else []
    messages.append(Message("user", question))
    if schema:
        options["json_schema"] = _parse_schema(schema)
    stream = partial(stream_chat, messages, model=model, **options)
    is_quiet = as_json or bool(output)
    artifact = with_missing_pulled(lambda: print_tokens(stream, is_quiet))
    if not is_quiet:
        for alternative in artifact.alternatives:
            click.echo(f"---\n{alternative}")
    if output:
        artifact.save(output)
        click.echo(output, err=True)
    if as_json:
        click.echo(json.dumps(_to_json(artifact), ensure_ascii=False))


def print_tokens(stream: Callable[[], Iterator[Event]], is_quiet: bool) -> Artifact:
    """Print tokens as they are generated (unless quiet) and return the artifact."""
    artifact: Artifact | None = None
    for event in stream():
        if isinstance(event, Token) and not is_quiet:
            click.echo(event.text, nl=False)
        elif isinstance(event, Done):
            artifact = event.artifact
    assert artifact is not None
    if not is_quiet:
        click.echo()
    return artifact


def _to_json(artifact: Artifact) -> dict[str, object]:
    return {
        "id": artifact.id,
        "text": artifact.text,
        "model": artifact.model,
        "seed": artifact.seed,
        "alternatives": list(artifact.alternatives),
        "finish_reason": artifact.finish_reason,
        "usage": artifact.usage,
        "timings": artifact.timings,
    }


def _parse_schema(schema: str) -> dict[str, Any]:
    """Parse JSON text, or the file of that name. Raises OptionError."""
    try:
        path = Path(schema)
        if not schema.lstrip().startswith("{") and path.is_file():
            schema = decode_text(path.read_bytes(), path)
        parsed: dict[str, Any] = json.loads(schema)
        return parsed
    except (ValueError, OSError) as error:
        raise OptionError(
            "json_schema cannot be used: {reason}.", "Give a valid JSON Schema.", reason=error
        ) from error
