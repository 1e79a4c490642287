"""Checks of what a user gives: each refuses with the value and the way out."""

from typing import Any

from miaobi.core.errors import OptionError, PromptError

MAX_PROMPT = 200_000  # characters; about 50,000 tokens, more than any default model holds
# ways out where a model lacks an option
OWN = "Models of the GPT-2, Llama and Qwen families can, and those trained here."
OTHER = "Leave it out, or use another model."
STEERING = ("steps", "guidance")  # numbers that steer a network of the Hub that makes sound


def check_words(name: str, words: str) -> None:
    """Refuse words no model can use. Raises PromptError."""
    if not words.strip():
        raise PromptError("The {name} is empty.", "Give it some words.", name=name)
    if "\0" in words or not _is_unicode(words):
        raise PromptError(
            "The {name} is not text: it holds binary bytes.", "Give plain UTF-8 text.", name=name
        )
    if len(words) > MAX_PROMPT:
        raise PromptError(
            "The {name} has {length:,} characters; the limit is {limit:,}.",
            "Split it into parts.",
            name=name,
            length=len(words),
            limit=MAX_PROMPT,
        )


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Refuse a number out of range (and NaN). Raises OptionError."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise OptionError(
            "{name} is {value}.",
            "It has to lie between {low} and {high}.",
            name=name,
            value=value,
            low=f"{low:,}",
            high=f"{high:,}",
        )


def check_whole(name: str, value: int, low: int, high: int) -> None:
    """Refuse what is no whole number, or one out of range. Raises OptionError."""
    if isinstance(value, float):
        raise OptionError("{name} is {value}.", "Give a whole number.", name=name, value=value)
    check_range(name, value, low, high)


def check_choice(name: str, value: object, choices: tuple[object, ...]) -> None:
    """Refuse what is not one of the choices, naming them. Raises OptionError."""
    if value not in choices or isinstance(value, bool):
        raise OptionError(
            "{name} is {value!r}.",
            "Choose one of: {choices}.",
            name=name,
            value=value,
            choices=", ".join(str(choice) for choice in choices if choice != ""),
        )


def check_able(model: str, used: dict[str, bool], way_out: str = OWN) -> None:
    """Refuse an option that is used and that this model's engine lacks. Raises OptionError."""
    for option, is_used in used.items():
        if is_used:
            raise OptionError(
                "{model} cannot be used with {option}.", way_out, model=model, option=option
            )


def check_steering(negative: str, steps: int | None, guidance: float | None) -> None:
    """Refuse what steers no network. Raises PromptError or OptionError."""
    if negative:
        check_words("negative", negative)
    if steps is not None:
        check_whole("steps", steps, 1, 1000)
    if guidance is not None:
        check_range("guidance", guidance, 0, 50)


def steered(request: Any) -> dict[str, bool]:
    """Which options that only networks of the Hub follow a request for sound or music uses."""
    used = {name: bool(getattr(request, name, "")) for name in ("lyrics", "negative")}
    return used | {name: getattr(request, name) is not None for name in STEERING}


def _is_unicode(words: str) -> bool:
    """False for the surrogates by which Python carries bytes that are not UTF-8."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True
