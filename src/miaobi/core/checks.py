"""Validation of user input; every error names the value and suggests a fix."""

from miaobi.core.errors import OptionError, PromptError

MAX_PROMPT = 200_000  # characters, about 50,000 tokens; beyond the context of default models
# hints for options that a model does not support
USE_LOCAL_MODEL = "Models of the GPT-2, Llama and Qwen families can, and those trained here."
TRY_ANOTHER_MODEL = "Leave it out, or use another model."
HUB_NUMBERS = ("steps", "guidance")  # numeric options of sound models from the Hub


def check_text(name: str, text: str) -> None:
    """Reject empty, binary or overlong text. Raises PromptError."""
    if not text.strip():
        raise PromptError("The {name} is empty.", "Give it some text.", name=name)
    if "\0" in text or not _is_unicode(text):
        raise PromptError(
            "The {name} is not text: it holds binary bytes.", "Give plain UTF-8 text.", name=name
        )
    if len(text) > MAX_PROMPT:
        raise PromptError(
            "The {name} has {length:,} characters; the limit is {limit:,}.",
            "Split it into parts.",
            name=name,
            length=len(text),
            limit=MAX_PROMPT,
        )


def check_range(name: str, value: object, low: float, high: float) -> None:
    """Reject a number outside [low, high], and NaN. Raises OptionError."""
    if isinstance(value, bool) or not (isinstance(value, int | float) and low <= value <= high):
        raise OptionError(
            "{name} is {value}.",
            "It has to lie between {low} and {high}.",
            name=name,
            value=value,
            low=f"{low:,}",
            high=f"{high:,}",
        )


def check_integer(name: str, value: object, low: int, high: int) -> None:
    """Reject a value that is not an integer in [low, high]. Raises OptionError."""
    if isinstance(value, float):
        raise OptionError("{name} is {value}.", "Give a whole number.", name=name, value=value)
    check_range(name, value, low, high)


def check_choice(name: str, value: object, choices: tuple[object, ...]) -> None:
    """Reject a value that is not one of the choices. Raises OptionError, which lists them."""
    if value not in choices or isinstance(value, bool):
        raise OptionError(
            "{name} is {value!r}.",
            "Choose one of: {choices}.",
            name=name,
            value=value,
            choices=", ".join(str(choice) for choice in choices if choice != ""),
        )


def check_size(size: object, max_side: int) -> None:
    """Reject a size that is not (width, height) of 16 to `max_side` pixels. Raises OptionError."""
    if not isinstance(size, tuple) or len(size) != 2:
        raise OptionError(
            "size is {value}.",
            "Give width and height in pixels, such as (512, 512).",
            value=repr(size),
        )
    for name, value in zip(("width", "height"), size, strict=True):
        check_integer(name, value, 16, max_side)


def check_supported(model: str, used: dict[str, bool], hint: str = USE_LOCAL_MODEL) -> None:
    """Reject options in use (name -> True) that the engine does not support. Raises OptionError."""
    for option, is_used in used.items():
        if is_used:
            raise OptionError(
                "{model} cannot be used with {option}.", hint, model=model, option=option
            )


def check_hub_options(negative: str, steps: int | None, guidance: float | None) -> None:
    """Validate the options that only Hub models follow. Raises PromptError or OptionError."""
    if negative:
        check_text("negative", negative)
    if steps is not None:
        check_integer("steps", steps, 1, 1000)
    if guidance is not None:
        check_range("guidance", guidance, 0, 50)


def used_hub_options(request: object) -> dict[str, bool]:
    """Return option name -> True for every Hub-only option that the request sets."""
    used = {name: bool(getattr(request, name, "")) for name in ("lyrics", "negative")}
    return used | {name: getattr(request, name) is not None for name in HUB_NUMBERS}


def _is_unicode(text: str) -> bool:
    """Return False for lone surrogates, which stand for bytes that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
