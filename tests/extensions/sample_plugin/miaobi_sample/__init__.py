"""A plugin that adds a model with its engine, a command, a kind of film and a policy rule."""

import re

from miaobi.cli.main import Command
from miaobi.engines.registry import EngineRow
from miaobi.film.templates import Template, TemplateText
from miaobi.models.zoo import Model
from miaobi.provenance.manifest import COMPUTED
from miaobi.safety.policy import Rule


def register_engines() -> list[EngineRow]:
    return [EngineRow("echo", "miaobi_sample.engine:EchoEngine", concurrent=True, origin=COMPUTED)]


def register_models() -> list[Model]:
    return [
        Model("echo", "text", "echo", None, ("en", "zh"), "MIT", 1, "repeats the prompt"),
        Model("smollm2-135m", "text", "echo", None, ("en",), "MIT", 1, "a name that is taken"),
    ]


def register_commands() -> list[Command]:
    return [Command("hello", "miaobi_sample.hello:hello", "Greet somebody.")]


def register_kinds() -> list[Template]:
    words = TemplateText(
        "You write haiku.", "Write a haiku about this: {idea}", "a season", ("a turn",), ""
    )
    return [
        Template("haiku", "ink", {"en": "slow flute", "zh": "慢 笛子"}, {"en": words, "zh": words})
    ]


def register_policies() -> list[Rule]:
    return [Rule("no-parrots", "refuse", ("prompt",), ((re.compile("parrot"),),), "no parrots")]
