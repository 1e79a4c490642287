"""Options that several commands share, and the names they had in the previous release."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from miaobi.cli.console import print_message
from miaobi.core.i18n import tr

F = TypeVar("F", bound=Callable[..., object])
PATH = click.Path(path_type=Path)

# option -> its name in release 0.1, which is accepted for one more release
FORMER_NAMES = {
    "--num-return-sequences": "--best",
    "--prompt-lookup": "--lookup",
    "--typical-p": "--typical",
    "--cache-interval": "--reuse",
    "--guidance-interval": "--guided",
    "--init-image": "--init",
    "--attribute": "--more",
    "--scale": "--by",
    "--latent-space": "--space",
    "--ping-pong": "--back",
    "--mode": "--use",
    "--soundtrack": "--song",
    "--burn-subtitles/--no-burn-subtitles": "--burned/--not-burned",
    "--max-concurrent": "--slots",
    "--max-queue": "--waiting",
    "--preload": "--load",
    "--allowed-host": "--name",
    "--cors-origin": "--origin",
}


class OptionRow(NamedTuple):
    """One option of a table: its declarations, type and help."""

    declarations: str  # as click takes them: "-m --model", or "--typical-p typical" with the field
    type: type[str] | type[int] | type[float] | click.Path
    help: str  # English; the key of its translation


MODEL_ROW = OptionRow(
    "-m --model", str, "A name from `miaobi models`, ORG/NAME of the Hub, or a folder."
)


class FormerOption(click.Option):
    """Hidden option with a former name: warns, and passes its value on to the successor."""

    def __init__(
        self,
        declarations: Sequence[str],
        *,
        successor: Sequence[str],
        is_flag: bool | None = None,
        multiple: bool = False,
    ) -> None:
        self.successor = click.Option(successor, is_flag=is_flag, multiple=multiple)
        super().__init__(
            [*declarations, f"former_{self.successor.name}"],
            is_flag=is_flag,
            multiple=multiple,
            hidden=True,
            expose_value=False,
            is_eager=True,  # before the successor reads its value
        )

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[None, list[str]]:
        assert isinstance(opts, dict)
        if self.name in opts:
            value, name = opts.pop(self.name), self.successor.name
            is_off = self.is_flag and value is False
            print_message(
                "{old} is deprecated and will be removed in the next release: use {new}.",
                old=(self.secondary_opts if is_off else self.opts)[0],
                new=(self.successor.secondary_opts if is_off else self.successor.opts)[0],
            )
            if self.multiple:
                opts[name] = [*opts.get(name, ()), *value]
            else:
                opts.setdefault(name, value)
        return None, args


def option(*declarations: str, **attributes: Any) -> Callable[[F], F]:
    """Declare a click option that also accepts its name of FORMER_NAMES, if it has one."""
    declare = click.option(*declarations, **attributes)
    former = [FORMER_NAMES[name] for name in declarations if name in FORMER_NAMES]
    if not former:
        return declare
    shape = {key: attributes[key] for key in ("is_flag", "multiple") if key in attributes}
    declare_former = click.option(*former, cls=FormerOption, successor=declarations, **shape)
    return lambda function: declare(declare_former(function))


def add_options(rows: Sequence[OptionRow]) -> Callable[[F], F]:
    """Declare every option of a table, in its order."""

    def decorate(function: F) -> F:
        for row in reversed(rows):
            declare = option(*row.declarations.split(), type=row.type, help=tr(row.help))
            function = declare(function)
        return function

    return decorate


json_option = option("--json", "as_json", is_flag=True, help=tr("Print the record as JSON."))
