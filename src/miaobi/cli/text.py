"""`miaobi text`, and the sampling options it shares with `miaobi chat`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from miaobi.cli.console import F, read_words, with_missing_pulled
from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_words
from miaobi.core.errors import OptionError
from miaobi.core.events import Done, Event, Token
from miaobi.core.i18n import tr
from miaobi.core.paths import check_target

# option, type, help; names and defaults are those of TextRequest
SAMPLING: tuple[tuple[str, Any, str], ...] = (
    ("max-tokens", int, "Longest answer, in tokens [512]."),
    ("temperature", float, "0 always takes the likeliest word; higher is wilder [0.7]."),
    ("top-p", float, "Keep the likeliest words that make up this share [0.95]."),
    ("top-k", int, "Keep this many of the likeliest words; 0: all [40]."),
    ("min-p", float, "Drop words this much less likely than the likeliest [0.05]."),
    ("repeat-penalty", float, "Above 1: say the same less often [1.1; 1 with --raw and beams]."),
    ("presence-penalty", float, "-2 to 2: above 0, prefer words not used yet [0]."),
    ("frequency-penalty", float, "-2 to 2: above 0, the more used the less likely [0]."),
    ("typical", float, "Below 1: keep words about as surprising as expected [1]."),
    ("no-repeat-ngram", int, "No run of so many tokens comes twice; 0: any may [0]."),
    ("seed", int, "The same seed gives the same answer."),
)
# the same for searching instead of drawing
SEARCH: tuple[tuple[str, Any, str], ...] = (
    ("beams", int, "Above 1: search the likeliest text with so many at once [1]."),
    ("beam-groups", int, "Let so many groups of beams avoid each other's words [1]."),
    ("diversity", float, "How much the groups avoid them [0.5]."),
    ("length-penalty", float, "Above 0 longer beams win [1]."),
    ("best", int, "Print so many of the best beams [1]."),
    ("precision", str, "Of the weights: float32, bfloat16 or int8."),
)


def sampling_options(function: F) -> F:
    """Add --model, --stop and a row of SAMPLING each."""
    for name, kind, line in reversed(SAMPLING):
        function = click.option(f"--{name}", type=kind, help=tr(line))(function)
    stop = click.option("--stop", multiple=True, help=tr("Stop before this text; may be repeated."))
    model = click.option(
        "-m", "--model", help=tr("A name from `miaobi models`, ORG/NAME of the Hub, or a file.")
    )
    return model(stop(function))


def search_options(function: F) -> F:
    """Add a row of SEARCH each, --early-stopping and --lookup."""
    for name, kind, line in reversed(SEARCH):
        function = click.option(f"--{name}", type=kind, help=tr(line))(function)
    early = click.option(
        "--early-stopping",
        is_flag=True,
        default=None,
        help=tr("End the search once there are as many texts as beams."),
    )
    lookup = click.option(
        "--lookup",
        is_flag=True,
        default=None,
        help=tr("Guess what repeats the text before: faster, and the same words."),
    )
    return early(lookup(function))


@click.command(help=tr("Answer a prompt. Without PROMPT the words come from standard input."))
@click.argument("words", metavar="[PROMPT]", required=False)
@click.option("-p", "--prompt", help=tr("The same as PROMPT."))
@sampling_options
@search_options
@click.option(
    "-f", "--file", type=click.Path(path_type=Path), help=tr("Read the prompt from a file.")
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help=tr("Write a labeled file."))
@click.option("--system", help=tr("Instructions the model should follow throughout."))
@click.option(
    "--raw", is_flag=True, help=tr("Continue the text as it stands, without a chat template.")
)
@click.option("--json-schema", help=tr("Answer only JSON of this schema (JSON text or a file)."))
@click.option(
    "--json", "as_json", is_flag=True, help=tr("Print the answer and its record as JSON.")
)
def text(
    words: str | None,
    prompt: str | None,
    file: Path | None,
    output: Path | None,
    system: str | None,
    json_schema: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    from miaobi.core.requests import Message
    from miaobi.tasks.text import stream_chat

    if output:
        check_target(output)
    question = read_words(words if prompt is None else prompt, file)
    check_words("prompt", question)
    messages = [Message("system", system)] if system else []
    messages.append(Message("user", question))
    if json_schema:
        options["json_schema"] = _schema(json_schema)

    def work() -> Artifact:
        return show(lambda: stream_chat(messages, **options), quiet=as_json or bool(output))

    artifact = with_missing_pulled(work)
    if not as_json and not output:
        for other in artifact.alternatives:
            click.echo(f"---\n{other}")
    if output:
        artifact.save(output)
        click.echo(output, err=True)
    if as_json:
        click.echo(json.dumps(_as_json(artifact), ensure_ascii=False))


def show(events: Callable[[], Any], quiet: bool) -> Artifact:
    """Print tokens as they come (unless quiet) and return the artifact."""
    artifact: Artifact | None = None
    event: Event
    for event in events():
        if isinstance(event, Token) and not quiet:
            click.echo(event.text, nl=False)
        elif isinstance(event, Done):
            artifact = event.artifact
    assert artifact is not None
    if not quiet:
        click.echo()
    return artifact


def _as_json(artifact: Artifact) -> dict[str, Any]:
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


def _schema(given: str) -> Any:
    """JSON text, or a file that holds it. Raises OptionError."""
    try:
        path = Path(given)
        if not given.lstrip().startswith("{") and path.is_file():
            given = path.read_text(encoding="utf-8")
        return json.loads(given)
    except (ValueError, OSError) as error:
        raise OptionError(
            "json_schema cannot be used: {reason}.", "Give a valid JSON Schema.", reason=error
        ) from error
