"""`miaobi models` and `miaobi pull`."""

import json
from pathlib import Path

import click

from miaobi.assets import store
from miaobi.assets.asset import Asset
from miaobi.assets.table import find_asset
from miaobi.cli.console import print_message
from miaobi.cli.options import option
from miaobi.cli.pulling import pull_asset
from miaobi.core.i18n import tr
from miaobi.models.zoo import Model, all_models

# assets of `miaobi pull` without a name: the best model of each kind, and a soundfont
DEFAULTS = ("qwen2.5-coder-1.5b", "kokoro-82m", "whisper-base", "fluidr3-mono")
KINDS = {
    "text": "text",
    "image": "picture",
    "speech": "speech",
    "transcript": "transcription",
    "autoencoder": "autoencoder",
    "sound": "sound effects",
    "music": "music",
    "film": "film",
    "video": "video",
    "embedding": "search",
}


@click.group(
    invoke_without_command=True, help=tr("List models: purpose, size, memory, languages, license.")
)
@option("--json", "as_json", is_flag=True, help=tr("Print the table as JSON."))
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    if ctx.invoked_subcommand is not None:
        return
    if as_json:
        click.echo(json.dumps([_row(model) for model in all_models()], ensure_ascii=False))
        return
    heads = [
        tr(head) for head in ("name", "for", "installed", "size", "memory", "languages", "license")
    ]
    rows = [heads] + [_cells(model) for model in all_models()]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(heads))]
    for number, row in enumerate(rows):
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        click.echo("  ".join(cells).rstrip())
        if number:
            click.echo(f"    {tr(all_models()[number - 1].summary)}")
    click.echo()
    click.echo(tr("Download one: miaobi pull NAME. Any model of the Hub: --model ORG/NAME."))


@models.command(help=tr("Delete a model's files from the cache."))
@click.argument("names", nargs=-1, required=True)
def rm(names: tuple[str, ...]) -> None:
    for name in names:
        freed = store.remove(name)
        print_message("{name}: {size:.0f} MB freed.", name=name, size=freed / 1e6)


@click.command(help=tr("Download models by NAME [the default models]; verified and resumable."))
@click.argument("names", nargs=-1)
@option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=tr("Take files from this folder before the network."),
)
def pull(names: tuple[str, ...], source: Path | None) -> None:
    assets = [find_asset(name) for name in names or DEFAULTS]
    for asset in assets:
        if store.is_installed(asset):
            print_message("{name} is already installed.", name=asset.name)
        else:
            pull_asset(asset.name, source)


def _asset(model: Model) -> Asset | None:
    return find_asset(model.asset) if model.asset else None


def _row(model: Model) -> dict[str, object]:
    asset = _asset(model)
    return {
        "name": model.name,
        "for": model.kind,
        "here": model.is_installed,
        "bytes": asset.size if asset else 0,
        "memory_mb": model.memory,
        "languages": list(model.languages),
        "license": model.license,
        "summary": model.summary,
        "origin": asset.origin if asset else "",
        "engine": model.engine,
    }


def _cells(model: Model) -> list[str]:
    asset = _asset(model)
    size = f"{asset.size / 1e6:,.0f} MB" if asset else tr("built in")
    return [
        model.name,
        tr(KINDS[model.kind]),
        tr("yes") if model.is_installed else tr("no"),
        size,
        f"{model.memory:,} MB",
        ", ".join(model.languages),
        model.license,
    ]


def _width(text: str) -> int:
    """Count terminal columns; a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
