"""Spoken forms of English and Mandarin sentences: how many are right, by table.

python -m benchmarks.spoken_forms [--failures]

The tables of tests/speech/cases have a sentence and its spoken form on each line, with a tab
between; " | " separates equally right forms. The development tables were used to write the
rules, the held-out tables were not.
"""

import argparse
import re
from functools import cache
from pathlib import Path

from miaobi.speech.normalization import normalize

CASES = Path(__file__).parents[1] / "tests" / "speech" / "cases"
LANGUAGES = {"english": "en", "chinese": "zh"}
SEPARATOR = " | "


@cache
def table(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read the (sentence, right forms) rows of a table, such as "english_held_out"."""
    lines = (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return tuple((written, tuple(spoken.split(SEPARATOR))) for written, spoken in rows)


def tables() -> list[str]:
    """Return the names of the tables."""
    return sorted(path.stem for path in CASES.glob("*.tsv") if path.stem.startswith(_PREFIXES))


_PREFIXES = tuple(f"{language}_" for language in LANGUAGES)


def folded(spoken: str) -> str:
    """Return a spoken form without what is not heard: case, hyphens, commas, spaces at Hanzi."""
    spoken = re.sub(r"[\s,，-]+", " ", spoken.casefold())
    return re.sub(r" ?([\u4e00-\u9fff]) ?", r"\1", spoken).strip()


def failures(name: str) -> list[tuple[str, str, str]]:
    """Return (sentence, spoken form, right form) of the wrong sentences of a table."""
    language = LANGUAGES[name.partition("_")[0]]
    wrong = []
    for written, right in table(name):
        spoken = normalize(written, language)
        if folded(spoken) not in map(folded, right):
            wrong.append((written, spoken, right[0]))
    return wrong


def main() -> None:
    """Print the share of right sentences of each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", nargs="*", default=[], metavar="TABLE")
    options = parser.parse_args()
    for name in tables():
        wrong, count = failures(name), len(table(name))
        print(f"{name:28} {count - len(wrong):4} of {count:4}  {1 - len(wrong) / count:.1%}")
        if name in options.failures:
            for written, spoken, right in wrong:
                print(f"    {written}\n      {spoken}\n      {right}")


if __name__ == "__main__":
    main()
