"""How likely the tokens of an answer were, in the shapes of OpenAI's two routes of text."""

from collections.abc import Sequence
from typing import Any

from miaobi.core.events import Chance


def chat_logprobs(chances: Sequence[Chance]) -> dict[str, Any] | None:
    """As /v1/chat/completions tells them; None where nobody asked."""
    if not chances:
        return None
    content = [
        {**_one(chance), "top_logprobs": [_one(other) for other in chance.others]}
        for chance in chances
    ]
    return {"content": content, "refusal": None}


def text_logprobs(chances: Sequence[Chance], start: int) -> dict[str, Any] | None:
    """As /v1/completions tells them; text_offset counts the characters of the answer."""
    if not chances:
        return None
    offsets = [start]
    for chance in chances[:-1]:
        offsets.append(offsets[-1] + len(chance.text))
    return {
        "tokens": [chance.text for chance in chances],
        "token_logprobs": [chance.logprob for chance in chances],
        "top_logprobs": [
            {other.text: other.logprob for other in chance.others} for chance in chances
        ],
        "text_offset": offsets,
    }


def _one(chance: Chance) -> dict[str, Any]:
    return {"token": chance.text, "logprob": chance.logprob, "bytes": list(chance.data)}
