"""Write the measured figures into the docs: `python -m benchmarks.readme`.

All of them stand in docs/figures.md, and those of HEADLINES in the READMEs. A test holds the tables
equal to results/*.json, so that no number in the docs is written by hand.
"""

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS

PROJECT = Path(__file__).parent.parent
MARKS = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.S)
# page -> the heads of its table
HEADS = {
    "README.md": ("figure", "measured", "asked"),
    "README.zh.md": ("项目", "实测", "目标"),
    "docs/figures.md": ("figure", "measured", "asked"),
}
# what the READMEs show: file, figure; one that is not measured yet is left out
HEADLINES = (
    ("foundation", "miaobi --help, whole process"),
    ("foundation", "first token of a cold `miaobi text`"),
    ("foundation", "chat, ours / directly"),
    ("decoding", "GPT-2 size, 5 beams: float32 over transformers float32"),
    ("decoding", "GPT-2 size, greedy: float32 over CTranslate2"),
    ("decoding", "SmolLM2-135M, greedy: int8 over llama.cpp"),
    ("training", "GPT-2 config of 5.9 M parameters, training: Miaobi over Trainer"),
    ("foundation", "real-time factor, hibari"),
    ("foundation", "real-time factor, kokoro-82m"),
    ("music", "30 s of music composed and rendered"),
    ("painting", "collage: the subject asked for, one thing, English"),
    ("painting", "drawings: the subject asked for, one thing, English"),
    ("portraits", "animals-gan, English: the subject asked for"),
    ("moving", "moving-drawings: the motion asked for"),
    ("moving", "puppets: the subject asked for"),
    ("moving", "puppets: the motion asked for"),
    ("film", "film, work"),
    ("film", "film, distance from -16 LUFS"),
)


def table(name: str) -> str:
    """The Markdown of all results, or of HEADLINES, with the heads of one page."""
    results = {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}
    head = "| {} | {} | {} |\n|---|---|---|".format(*HEADS[name])
    if name.startswith("README"):
        known = {
            (stem, row["name"]): row for stem, told in results.items() for row in told["figures"]
        }
        return "\n".join([head, *(line(known[key]) for key in HEADLINES if key in known)]) + "\n"
    return "\n".join(section(stem, told, head) for stem, told in results.items())


def section(stem: str, told: dict[str, Any], head: str) -> str:
    """One file of results: its command, when and where it ran, and its figures."""
    machine = told["machine"]
    about = f"`{told['command']}`, {told['when']}, {machine['processor']}, {machine['cores']} cores"
    return "\n".join([f"## {stem}\n", f"{about}.\n", head, *map(line, told["figures"])]) + "\n"


def line(row: dict[str, Any]) -> str:
    """A row of a table."""
    unit = "" if row["unit"] in ("s/s", "ratio") else row["unit"]
    value = f"{row['median']:.1%}" if "error rate" in unit else f"{row['median']:.3g} {unit}"
    return f"| {row['name']} | {value.strip()} | {row.get('target', '')} |"


def filled(name: str) -> str:
    """The text of a page with the table between its marks."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    return MARKS.sub(lambda match: match.group(1) + table(name) + match.group(2), text)


if __name__ == "__main__":
    for name in HEADS:
        (PROJECT / name).write_text(filled(name), encoding="utf-8")
