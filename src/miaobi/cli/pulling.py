"""Downloads of missing models, before or in the middle of a command."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from miaobi.cli.console import print_error, print_message
from miaobi.cli.progress import ProgressBar
from miaobi.core.errors import MissingAsset
from miaobi.core.i18n import tr

T = TypeVar("T")


def with_missing_pulled(work: Callable[[], T]) -> T:
    """Run `work`; whenever a model is missing, offer on a terminal to download it and run again.

    Raises MissingAsset without a terminal, or if the user declines.
    """
    pulled: set[str] = set()
    while True:
        try:
            return work()
        except MissingAsset as error:
            name = str(error.values["name"])
            if name in pulled or not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            print_error(str(error))
            if not click.confirm(tr("Get it now?"), default=True, err=True):
                raise
            pull_asset(name)
            pulled.add(name)


def pull_asset(name: str, source: Path | None = None) -> None:
    """Print summary, size, license and author of an asset, and download it.

    Files in the folder `source` are taken from there. Raises AssetError or NotFoundError.
    """
    from miaobi.assets import store
    from miaobi.assets.table import find_asset

    asset = find_asset(name)
    print_message(
        "{name}: {summary}, {size:.0f} MB, {license}, by {origin}.",
        name=name,
        summary=asset.summary,
        size=asset.size / 1e6,
        license=asset.license,
        origin=asset.origin,
    )
    with ProgressBar("bytes") as bar:
        for event in store.pull(name, source):
            bar.update(event.stage, event.done, event.total)
    print_message("{name} is ready: {folder}", name=name, folder=store.asset_folder(name))
