"""`miaobi keys`: API keys of the server."""

import click

from miaobi.cli.options import option
from miaobi.core.i18n import tr

database_option = option(
    "--database",
    default="",
    envvar="MIAOBI_DATABASE",
    help=tr("Database URL of jobs and keys [a local file]."),
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("Create, list and revoke the API keys of the server."),
)
def keys() -> None:
    pass


@keys.command(help=tr("Create a key for NAME and print it; it is shown only once."))
@click.argument("name")
@option(
    "--scope",
    "scopes",
    multiple=True,
    help=tr(
        "Scope: read, text, image, audio, video, train or admin; may be repeated [all but admin]."
    ),
)
@option("--limit", type=int, default=0, help=tr("Requests per minute [0: no limit]."))
@database_option
def create(name: str, scopes: tuple[str, ...], limit: int, database: str) -> None:
    from miaobi.core.checks import check_integer, check_text
    from miaobi.server.auth import SCOPES, Keys

    check_text("name", name)
    check_integer("limit", limit, 0, 1_000_000)
    click.echo(Keys(database).create(name, scopes or SCOPES[:-1], limit))


@keys.command("list", help=tr("List names, scopes and limits; the keys themselves are not stored."))
@database_option
def list_(database: str) -> None:
    from miaobi.server.auth import Keys

    for row in Keys(database).names():
        click.echo(f"{row['name']}\t{','.join(row['scopes'])}\t{row['rate'] or '-'}")


@keys.command(help=tr("Revoke the keys of NAME."))
@click.argument("name")
@database_option
def revoke(name: str, database: str) -> None:
    from miaobi.server.auth import Keys

    Keys(database).revoke(name)
