"""Base classes of request bodies: omitted, ignored and refused fields.

`null` means that a field is left out, in every body and in every object inside one.
"""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, model_validator

from miaobi.core.errors import OptionError

# field -> neutral values
UNSUPPORTED: dict[str, tuple[object, ...]] = {
    "tools": (None, []),
    "tool_choice": (None, "none", "auto"),
    "functions": (None, []),
    "function_call": (None, "none", "auto"),
    "logit_bias": (None, {}),
    "audio": (None,),
    "modalities": (None, ["text"]),
    "prediction": (None,),
    "reasoning_effort": (None, "none"),
    "web_search_options": (None,),
    "moderation": (None, "auto", "low"),
    "suffix": (None, ""),
    "best_of": (None, 1),
    "echo": (None, False),
    "quality": (None, "auto", "standard", "high", "medium", "low", "hd"),
    "background_fill": (None,),
    "input_fidelity": (None, "low"),
    "instructions": (None, ""),
    "chunking_strategy": (None, "auto"),
    "keywords": (None, []),
    "known_speaker_names": (None, []),
    "known_speaker_references": (None, []),
    "verbosity": (None, "medium"),
    "languages": (None, []),
    "validation_file": (None,),
    "integrations": (None, []),
}
# accepted and ignored: they have no meaning on a server of one's own
IGNORED = (
    "user",
    "safety_identifier",
    "metadata",
    "store",
    "service_tier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "prompt_cache_options",
    "cache_control",
    "parallel_tool_calls",
)


class Options(BaseModel):
    """Base of all objects that clients send; unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)
    unsupported: ClassVar[Mapping[str, tuple[object, ...]]] = {}  # field -> neutral values

    @model_validator(mode="before")
    @classmethod
    def drop_neutral_fields(cls, fields: object) -> object:
        """Drop null, ignored and neutral fields. Raises OptionError for an unsupported option."""
        if not isinstance(fields, dict):
            return fields
        known = {field.alias or name for name, field in cls.model_fields.items()}
        kept = {}
        for name, value in fields.items():
            if value is None:
                continue
            if name in known:
                kept[name] = value
            elif name in cls.unsupported and value not in cls.unsupported[name]:
                raise OptionError("{name} is not supported here.", "Leave it out.", name=name)
            elif name not in cls.unsupported and name not in IGNORED:
                kept[name] = value
        return kept


class RequestBody(Options):
    """Base of all request bodies."""

    unsupported = UNSUPPORTED
