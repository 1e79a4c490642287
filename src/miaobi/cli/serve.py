"""`miaobi serve`."""

from typing import Any

import click

from miaobi.cli.console import say
from miaobi.core.i18n import tr


@click.command(help=tr("Serve the models of this machine: an OpenAI-compatible API."))
@click.option("--host", help=tr("Where to listen [127.0.0.1: this machine alone]."))
@click.option("--port", type=int, help=tr("At which port [8765]."))
@click.option(
    "--keys/--no-keys", default=None, help=tr("Ask for API keys [where others can reach it].")
)
@click.option("--name", "hosts", multiple=True, help=tr("A host name it goes by as well."))
@click.option("--origin", "origins", multiple=True, help=tr("A web page that may use it."))
@click.option("--slots", type=int, help=tr("Conversations a model continues at a time [16]."))
@click.option("--waiting", type=int, help=tr("Requests that may wait for a model [512]."))
@click.option("--workers", type=int, help=tr("Jobs at work at a time [1]."))
@click.option("--retention", type=int, help=tr("Days that jobs which ended are kept [30]."))
@click.option("--load", multiple=True, help=tr("A model to load before it answers."))
@click.option(
    "--database",
    envvar="MIAOBI_DATABASE",
    help=tr("URL of the database of jobs and keys [a file of its own]."),
)
@click.option(
    "--any-model", is_flag=True, default=None, help=tr("Let clients name folders and Hub models.")
)
def serve(**given: Any) -> None:
    from miaobi.server.config import ServiceConfig
    from miaobi.server.run import run

    config = ServiceConfig(**{name: value for name, value in given.items() if value is not None})
    say("Serving at http://{host}:{port}/v1 (Ctrl-C stops it).", host=config.host, port=config.port)
    run(config)
