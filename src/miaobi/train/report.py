"""A run as a page with curves (report.html), and as a model card (README.md)."""

import json
from html import escape
from textwrap import indent
from typing import Any

WIDTH, HEIGHT, EDGE = 720, 260, 46  # of a chart, in pixels
COLORS = ("#2a6fbb", "#c4452d", "#3a8f4d")
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;
color:#222;background:#fff}h1,h2{line-height:1.2}table{border-collapse:collapse}
td{padding:.15rem 1rem .15rem 0;vertical-align:top}pre{white-space:pre-wrap;background:#f5f5f3;
padding:.8rem;border-radius:6px}svg text{font:12px system-ui,sans-serif;fill:#666}"""


def html(told: dict[str, Any]) -> str:
    """One page without outside files: curves, samples, data, options."""
    history = told["history"]
    checked = [(row["step"], row["validation"]) for row in history if "validation" in row]
    names = [name for name in (checked[-1][1] if checked else {}) if name != "loss"]
    told_losses = sorted({name for row in history for name in row if name.startswith("loss")})
    curves = {
        name.replace("loss", "training", 1): [
            (row["step"], row[name]) for row in history if name in row
        ]
        for name in told_losses
    } | {"held out": [(s, v["loss"]) for s, v in checked if "loss" in v]}
    charts = [chart("Loss", {name: line for name, line in curves.items() if line})]
    charts += [chart(name, {"held out": [(s, v[name]) for s, v in checked]}) for name in names]
    samples = "".join(
        f"<h3>Step {sample['step']:,}</h3>{_shown(sample)}"
        for sample in reversed(told["samples"][-5:])
    )
    recipe = told["recipe"]
    groups = [group for group in ("data", "train", "model", "loss") if recipe.get(group)]
    options = {f"{group}.{k}": v for group in groups for k, v in recipe[group].items()}
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><title>Training report</title>"
        f"<style>{STYLE}</style><h1>Training report</h1>{_table(_facts(told))}"
        f"{''.join(charts)}<h2>What it makes</h2>{samples}"
        f"<h2>Data</h2>{_table(told['data'])}<h2>Options</h2>{_table(options)}</html>\n"
    )


def card(name: str, told: dict[str, Any]) -> str:
    """The model card: what it is, what it learned from, how good it is, how to make it again."""
    data, recipe = told["data"], told["recipe"]
    what, counted, limits = next((row for key, row in CARDS.items() if key in told), DRAWS)
    facts = "\n".join(f"| {key} | {value} |" for key, value in _facts(told).items())
    origins = "\n".join(f"- {place}" for place in recipe["places"])
    notes = "".join(f"{note}\n\n" for note in told.get("notes", ()))
    made_by = "\n".join(told["commands"])
    beginning = f"on from `{told['from']}`" if told["from"] else "from nothing"
    license = json.dumps(data["license"], ensure_ascii=False)  # a colon would end plain YAML
    counts = counted(data)
    return (
        f"---\nlicense: {license}\nlibrary_name: miaobi\n---\n# {name}\n\n"
        f"{what} of the family `{recipe['family']}`, trained {beginning} with "
        f"Miaobi {told['miaobi']}.\n\n| | |\n|---|---|\n{facts}\n\n"
        f"## Data\n\n{origins}\n\n{counts} SHA-256 of it: `{told['data_sha256']}`.\n\n"
        f"## Made by\n\n```sh\n{made_by}\n```\n\n"
        f"{notes}## Use and limits\n\n{limits}\n\n"
        f"## A sample\n\n{_quoted(told['samples'])}\n\nCurves and all options: `report.html`, "
        f"`run.json`.\n"
    )


def _documents(data: dict[str, Any]) -> str:
    personal = ", ".join(f"{count} {kind}" for kind, count in data["personal"].items()) or "none"
    return (
        f"{data['documents']:,} documents, {data['characters']:,} characters, license: "
        f"{data['license']}; {data['duplicates']} duplicates were dropped; personal data found "
        f"by its looks: {personal}."
    )


def _pictures(data: dict[str, Any]) -> str:
    count = f"{data['pictures']:,} pictures" if data["pictures"] else "Pictures without end"
    return (
        f"{count} of {data['classes']} classes, license: {data['license']}; "
        f"{data['duplicates']} duplicates were dropped, {data['unreadable']} files could not be "
        "read."
    )


def _scores(data: dict[str, Any]) -> str:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in data["kinds"].items())
    return f"{kinds}: {data['bars']:,} bars, license: {data['license']}."


# what it is, how its data is told, what it cannot do
WRITES = (
    "A language model",
    _documents,
    "It continues text in the manner of its data. It knows nothing else, means nothing by what it "
    "says, and can repeat its data word for word.",
)
DRAWS = (
    "A model of pictures",
    _pictures,
    "It knows what its data shows and nothing else: a small world of drawings is no world of "
    "photographs. It can repeat a drawing it learned from.",
)

COMPOSES = (
    "A model of music",
    _scores,
    "It writes in the manner of Bach's chorales and of Irish and Scottish fiddle tunes, one note "
    "at a time in up to four parts; it knows no other style and no drums. It can repeat bars of "
    "the pieces it learned from.",
)
CARDS = {"tokens": WRITES, "pictures": DRAWS, "events": COMPOSES}  # by what the run counts


def _shown(sample: dict[str, Any]) -> str:
    if "text" in sample:
        return f"<pre>{escape(sample['text'])}</pre>"
    return f"<img src='{sample['picture']}' alt='a sample' style='max-width:100%'>"


def _quoted(samples: list[dict[str, Any]]) -> str:
    """The last sample, as Markdown has it."""
    if not samples:
        return ""
    last = samples[-1]
    return indent(last["text"], "    ") if "text" in last else f"![a sample]({last['picture']})"


def chart(title: str, lines: dict[str, list[tuple[int, float]]]) -> str:
    """An SVG of named lines of (step, value); "" when there is nothing to draw."""
    points = [point for line in lines.values() for point in line]
    if len(points) < 2:
        return ""
    right = max(step for step, _ in points)
    # the first steps of a loss are so high that they would hide the rest
    values = sorted(value for _, value in points)
    low, high = values[0], values[min(len(values) - 1, int(len(values) * 0.97))]
    span = (high - low) or 1.0

    def place(step: int, value: float) -> str:
        x = EDGE + (WIDTH - EDGE) * step / right
        y = (HEIGHT - 30) * (1 - (min(value, high) - low) / span) + 8
        return f"{x:.1f},{y:.1f}"

    drawn = ""
    for number, (name, line) in enumerate(lines.items()):
        path, color = " ".join(place(*point) for point in line), COLORS[number % len(COLORS)]
        drawn += f"<polyline points='{path}' fill='none' stroke='{color}' stroke-width='1.6'/>"
        label = f"{name} {line[-1][1]:.3f}" if line else name
        drawn += (
            f"<text x='{WIDTH - 160}' y='{20 + 16 * number}' style='fill:{color}'>{label}</text>"
        )
    axis = "".join(
        f"<text x='0' y='{(HEIGHT - 30) * part + 12:.0f}'>{high - span * part:.3g}</text>"
        for part in (0, 0.5, 1)
    )
    return (
        f"<h2>{escape(title)}</h2><svg viewBox='0 0 {WIDTH} {HEIGHT}' width='100%'>{drawn}{axis}"
        f"<text x='{WIDTH - 80}' y='{HEIGHT - 2}'>step {right:,}</text></svg>"
    )


def _facts(told: dict[str, Any]) -> dict[str, str]:
    checks = [row["validation"] for row in told["history"] if "validation" in row]
    steps = told["history"][-1]["step"] if told["history"] else 0
    recipe = told["recipe"]
    seen = steps * recipe["data"]["rows"] * recipe["train"]["accumulate"]
    facts = {"parameters": f"{told['parameters']:,}"}
    if "tokens" in told:
        facts["tokens to learn from"] = f"{told['tokens']['training']:,}"
        facts["tokens seen"] = f"{seen * recipe['data']['length']:,}"
    elif "events" in told:
        facts["events to learn from"] = f"{told['events']['training']:,}"
        facts["events seen"] = f"{seen * recipe['data']['length']:,}"
    elif "clips" in told:
        size, frames = told["clips"]["size"], told["clips"]["frames"]
        facts["clips seen"] = f"{seen:,} of {size}x{size}, {frames} frames"
    elif "layers" in told:
        facts["drawings seen"] = f"{seen:,}, of {told['layers']['drawings']:,}"
    else:
        size = told["pictures"]["size"]
        facts["pictures seen"] = f"{seen:,} of {size}x{size}"
    facts |= {
        "steps": f"{steps:,} of {told['recipe']['train']['steps']:,}",
        "time": f"{told['seconds'] / 60:.0f} minutes",
    }
    if checks:
        whose = "" if "layers" in told else ", held out"  # layers are learned by heart
        facts |= {f"{name}{whose}": f"{value:.3f}" for name, value in checks[-1].items()}
    return facts


def _table(values: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(key))}</td><td>{escape(str(value))}</td></tr>"
        for key, value in values.items()
    )
    return f"<table>{rows}</table>"
