"""What a user reads, in their language: English in the code, Simplified Chinese in `zh.json`.

The English sentence is the key, so code reads as prose and a missing entry falls back to English;
a test holds the catalog complete and its placeholders equal.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

CATALOG = Path(__file__).with_name("zh.json")


def language() -> str:
    """The user's language, "en" or "zh": MIAOBI_LANG first, then the locale's variables."""
    for name in ("MIAOBI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def tr(sentence: str, /, **values: Any) -> str:
    """The sentence in the user's language, with {placeholders} filled in."""
    if language() == "zh":
        sentence = _catalog().get(sentence, sentence)
    return sentence.format(**values) if values else sentence


@cache
def _catalog() -> dict[str, str]:
    text = CATALOG.read_text(encoding="utf-8")
    catalog: dict[str, str] = json.loads(text)
    return catalog
