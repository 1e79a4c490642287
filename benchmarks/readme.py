"""Write the measured figures into the READMEs: `python -m benchmarks.readme`.

A test holds the tables equal to results/*.json, so that no number in the docs is written by hand.
"""

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS

PROJECT = Path(__file__).parent.parent
MARKS = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.S)
HEADS = {
    "README.md": ("figure", "measured", "asked", "On {processor}, {cores} cores; medians."),
    "README.zh.md": ("项目", "实测", "目标", "{processor}，{cores} 核；均为中位数。"),
}


def table(name: str) -> str:
    """The Markdown table of all results, with the heads of one README."""
    figure, measured, asked, machine = HEADS[name]
    lines = []
    for path in sorted(RESULTS.glob("*.json")):
        results: dict[str, Any] = json.loads(path.read_text())
        if not lines:
            lines = [machine.format(**results["machine"]), ""]
            lines += [f"| {figure} | {measured} | {asked} |", "|---|---|---|"]
        for row in results["figures"]:
            unit = "" if row["unit"] in ("s/s", "ratio") else row["unit"]
            value = (
                f"{row['median']:.1%}" if "error rate" in unit else f"{row['median']:.3g} {unit}"
            )
            lines.append(f"| {row['name']} | {value.strip()} | {row.get('target', '')} |")
    return "\n".join(lines) + "\n"


def filled(name: str) -> str:
    """The text of a README with the table between its marks."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    return MARKS.sub(lambda match: match.group(1) + table(name) + match.group(2), text)


if __name__ == "__main__":
    for name in HEADS:
        (PROJECT / name).write_text(filled(name), encoding="utf-8")
