"""Write the measured figures into the docs: `python -m benchmarks.readme`.

docs/figures.md has all of them, and the READMEs those of HEADLINES. A test checks that the tables
match results/*.json, so that no number in the docs is written by hand.
"""

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS

PROJECT = Path(__file__).parent.parent
MARKS = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.S)
# page -> column heads of its table
HEADS = {
    "README.md": ("figure", "measured", "target"),
    "README.zh.md": ("项目", "实测", "目标"),
    "docs/figures.md": ("figure", "measured", "target"),
}
# file and figure of the rows in the READMEs; rows without a measurement are left out
HEADLINES = (
    ("foundation", "miaobi --help, whole process"),
    ("foundation", "time to first token, cold `miaobi text`"),
    ("foundation", "chat: throughput relative to xllamacpp"),
    ("decoding", "GPT-2 size, 5 beams: speedup over transformers, float32"),
    ("decoding", "GPT-2 size, greedy: speedup over CTranslate2, float32"),
    ("decoding", "SmolLM2-135M, greedy: speedup over llama.cpp, int8"),
    ("training", "GPT-2 config of 5.9 M parameters, training: speedup over Trainer"),
    ("foundation", "real-time factor, hibari"),
    ("foundation", "real-time factor, kokoro-82m"),
    ("music", "wall time of 30 s of music, composed and rendered"),
    ("world", "150 held-out prompts, English: with something drawn"),
    ("world", "150 held-out prompts, Chinese: with something drawn"),
    ("world", "150 held-out prompts, English: with nothing left out"),
    ("world", "150 held-out prompts, Chinese: with nothing left out"),
    ("world", "illustration, 1280x720: time per picture"),
    ("text_to_image_quality", "collage: subject accuracy, English"),
    ("text_to_image_quality", "drawings: subject accuracy, English"),
    ("class_conditional", "animals-gan, English: subject accuracy"),
    ("text_to_video_quality", "moving-drawings: motion accuracy"),
    ("text_to_video_quality", "puppets: subject accuracy"),
    ("text_to_video_quality", "puppets: motion accuracy"),
    ("film", "film: wall time"),
    ("film", "film: deviation from -16 LUFS"),
)


def table(name: str) -> str:
    """Format all results, or those of HEADLINES, as Markdown with the column heads of a page."""
    results = {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}
    head = "| {} | {} | {} |\n|---|---|---|".format(*HEADS[name])
    if name.startswith("README"):
        rows = {
            (stem, row["name"]): row for stem, file in results.items() for row in file["figures"]
        }
        return "\n".join([head, *(line(rows[key]) for key in HEADLINES if key in rows)]) + "\n"
    return "\n".join(section(stem, file, head) for stem, file in results.items())


def section(stem: str, file: dict[str, Any], head: str) -> str:
    """Format one file of results: command, date, machine and figures."""
    machine = file["machine"]
    about = f"`{file['command']}`, {file['when']}, {machine['processor']}, {machine['cores']} cores"
    return "\n".join([f"## {stem}\n", f"{about}.\n", head, *map(line, file["figures"])]) + "\n"


def line(row: dict[str, Any]) -> str:
    """Format one row of a table."""
    unit = "" if row["unit"] in ("s/s", "ratio") else row["unit"]
    value = f"{row['median']:.1%}" if "error rate" in unit else f"{row['median']:.3g} {unit}"
    return f"| {row['name']} | {value.strip()} | {row.get('target', '')} |"


def filled(name: str) -> str:
    """Return the text of a page with the current table between its marks."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    return MARKS.sub(lambda match: match.group(1) + table(name) + match.group(2), text)


if __name__ == "__main__":
    for name in HEADS:
        (PROJECT / name).write_text(filled(name), encoding="utf-8")
