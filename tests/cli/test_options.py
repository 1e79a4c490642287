"""Former names of options: accepted with a warning, hidden from help, passed on as the new ones."""

from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from miaobi.cli.main import COMMANDS
from miaobi.cli.options import FORMER_NAMES, FormerOption

WARNING = "{} is deprecated and will be removed in the next release: use {}.\n"


def command_of(load: str) -> click.Command:
    module, _, function = load.partition(":")
    return getattr(import_module(module), function)


def former_options() -> Iterator[tuple[str, FormerOption]]:
    for row in COMMANDS:
        for parameter in command_of(row.load).params:
            if isinstance(parameter, FormerOption):
                yield row.name, parameter


FORMER = list(former_options())
LOAD = {row.name: row.load for row in COMMANDS}


def parsed(command: str, arguments: list[str]) -> dict[str, object]:
    with command_of(LOAD[command]).make_context(command, arguments) as context:
        return dict(context.params)


def test_every_former_name_belongs_to_a_command() -> None:
    declared = {"/".join((*option.opts, *option.secondary_opts)) for _, option in FORMER}
    assert declared == set(FORMER_NAMES.values())


@pytest.mark.parametrize(
    ("command", "option"), FORMER, ids=[f"{name} {option.opts[0]}" for name, option in FORMER]
)
def test_a_former_name_does_what_the_new_one_does(
    command: str, option: FormerOption, capsys: pytest.CaptureFixture[str]
) -> None:
    value = [] if option.is_flag else ["2"]  # as text, a number or a file name
    pairs = [(option.opts[0], option.successor.opts[0])]
    pairs += zip(option.secondary_opts, option.successor.secondary_opts, strict=True)
    for old, new in pairs:
        expected = parsed(command, [new, *value])
        assert capsys.readouterr().err == ""
        assert parsed(command, [old, *value]) == expected != parsed(command, [])
        assert capsys.readouterr().err == WARNING.format(old, new)


@pytest.mark.parametrize("command", sorted({name for name, _ in FORMER}))
def test_former_names_are_hidden_from_help(command: str) -> None:
    program = command_of(LOAD[command])
    page = program.get_help(click.Context(program, info_name=command))
    words = set(page.replace("/", " ").split())
    for name, option in FORMER:
        if name == command:
            assert option.successor.opts[0] in words
            assert not words & {*option.opts, *option.secondary_opts}


def test_both_names_together(capsys: pytest.CaptureFixture[str]) -> None:
    both = ["--name", "a.org", "--allowed-host", "b.org", "--name", "c.org"]
    assert set(parsed("serve", both)["allowed_hosts"]) == {"a.org", "b.org", "c.org"}
    assert parsed("text", ["--best", "2", "--num-return-sequences", "3"])["best"] == 3
    assert capsys.readouterr().err.count("deprecated") == 2


def test_a_wrong_value_is_reported_by_the_new_name() -> None:
    with pytest.raises(click.BadParameter, match="'x' is not a valid integer") as error:
        parsed("text", ["--best", "x"])
    assert "--num-return-sequences" in error.value.format_message()
