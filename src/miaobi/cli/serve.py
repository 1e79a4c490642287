"""`miaobi serve`."""

from typing import Any

import click

from miaobi.cli.console import print_message
from miaobi.cli.options import option
from miaobi.core.i18n import tr


@click.command(help=tr("Serve the models of this machine: an OpenAI-compatible API."))
@option("--host", help=tr("Address to listen on [127.0.0.1: this machine only]."))
@option("--port", type=int, help=tr("Port to listen on [8765]."))
@option(
    "--keys/--no-keys",
    default=None,
    help=tr("Require API keys [unless only this machine has access]."),
)
@option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    help=tr("An additional host name of the server."),
)
@option(
    "--cors-origin", "cors_origins", multiple=True, help=tr("A web page that may call the API.")
)
@option(
    "--max-concurrent",
    type=int,
    help=tr("Conversations that a model continues in parallel [16]."),
)
@option("--max-queue", type=int, help=tr("Requests that may wait for a model [512]."))
@option("--workers", type=int, help=tr("Jobs that run in parallel [1]."))
@option("--retention", type=int, help=tr("Days to keep finished jobs [30]."))
@option("--preload", multiple=True, help=tr("A model to load at startup."))
@option(
    "--database",
    envvar="MIAOBI_DATABASE",
    help=tr("Database URL of jobs and keys [a local file]."),
)
@option(
    "--any-model",
    is_flag=True,
    default=None,
    help=tr("Allow clients to use local folders and any Hub model."),
)
def serve(**options: Any) -> None:
    from miaobi.server.app import run
    from miaobi.server.state import ServiceConfig

    config = ServiceConfig(**{name: value for name, value in options.items() if value is not None})
    print_message(
        "Serving at http://{host}:{port}/v1 (Ctrl-C stops it).", host=config.host, port=config.port
    )
    run(config)
