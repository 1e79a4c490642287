"""`miaobi catalog`: what pictures can show, by name in English or Chinese."""

import json
from collections import Counter
from dataclasses import asdict

import click

from miaobi.cli.console import print_message
from miaobi.cli.options import json_option
from miaobi.core.i18n import tr

KINDS = {"thing": "thing", "place": "place", "action": "action", "missing": "not drawn"}
MOST_NAMES = 8  # of a row, in each language


@click.command(help=tr("List what pictures can show: things, places and actions named WORDS."))
@click.argument("words", nargs=-1)
@json_option
def catalog(words: tuple[str, ...], as_json: bool) -> None:
    from miaobi.catalog.search import search

    found = search(" ".join(words), 10_000 if not words else 20)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False))
        return
    if not words:
        counts = Counter(row.kind for row in found)
        for kind, count in counts.items():
            click.echo(f"{count:6,}  {tr(KINDS[kind])}")
        click.echo(tr("Search it: miaobi catalog lighthouse"))
        return
    if not found:
        print_message("Nothing in the catalog is called {words}.", words=" ".join(words))
        return
    for row in found:
        near = "" if row.match != "near" else f" ({tr('near')})"
        click.echo(f"{row.drawing}  {tr(KINDS[row.kind])}{near}  [{row.source}]")
        for names in (row.english, row.chinese):
            if names:
                more = " …" if len(names) > MOST_NAMES else ""
                click.echo("    " + ", ".join(names[:MOST_NAMES]) + more)
