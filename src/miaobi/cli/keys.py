"""`miaobi keys`: who may use the server."""

import click

from miaobi.core.i18n import tr

# the database of a server that has another one than its own file
DATABASE = click.option(
    "--database",
    default="",
    envvar="MIAOBI_DATABASE",
    help=tr("URL of the database of jobs and keys [a file of its own]."),
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("API keys of the server: make one, list them, take one back."),
)
def keys() -> None:
    pass


@keys.command(help=tr("Make a key for NAME and print it; it is shown this once."))
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help=tr("What it may do: read, text, image, audio, video, train, admin [all but admin]."),
)
@click.option("--limit", type=int, default=0, help=tr("Requests a minute [0: no limit]."))
@DATABASE
def create(name: str, scopes: tuple[str, ...], limit: int, database: str) -> None:
    from miaobi.core.checks import check_whole, check_words
    from miaobi.server.auth import SCOPES, Keys

    check_words("name", name)
    check_whole("limit", limit, 0, 1_000_000)
    click.echo(Keys(database).create(name, scopes or SCOPES[:-1], limit))


@keys.command("list", help=tr("Say which keys there are; the keys themselves are kept nowhere."))
@DATABASE
def list_(database: str) -> None:
    from miaobi.server.auth import Keys

    for row in Keys(database).names():
        click.echo(f"{row['name']}\t{','.join(row['scopes'])}\t{row['rate'] or '-'}")


@keys.command(help=tr("Take the keys of NAME back: they open nothing any more."))
@click.argument("name")
@DATABASE
def revoke(name: str, database: str) -> None:
    from miaobi.server.auth import Keys

    Keys(database).revoke(name)
