"""Translation of user messages: English in the code, Simplified Chinese in `zh.json`.

The English sentence is the key, and a missing entry falls back to English. A test checks that the
catalog is complete and that placeholders agree.
"""

import json
import os
from functools import cache
from pathlib import Path

CATALOG = Path(__file__).with_name("zh.json")


def language() -> str:
    """Return the user's language, "en" or "zh": MIAOBI_LANG, else the locale variables."""
    for name in ("MIAOBI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def tr(sentence: str, /, **values: object) -> str:
    """Translate a sentence to the user's language and fill in its {placeholders}."""
    if language() == "zh":
        sentence = _catalog().get(sentence, sentence)
    return sentence.format(**values) if values else sentence


@cache
def _catalog() -> dict[str, str]:
    text = CATALOG.read_text(encoding="utf-8")
    catalog: dict[str, str] = json.loads(text)
    return catalog
