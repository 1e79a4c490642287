"""A command of a plugin."""

import click


@click.command(help="Greet somebody.")
@click.argument("name")
def hello(name: str) -> None:
    click.echo(f"Hello, {name}!")
