"""Report of a run as a page with curves (report.html), and as a model card (README.md)."""

import json
from html import escape
from textwrap import indent
from typing import Any

WIDTH, HEIGHT, MARGIN = 720, 260, 46  # of a chart, in pixels
COLORS = ("#2a6fbb", "#c4452d", "#3a8f4d")
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;
color:#222;background:#fff}h1,h2{line-height:1.2}table{border-collapse:collapse}
td{padding:.15rem 1rem .15rem 0;vertical-align:top}pre{white-space:pre-wrap;background:#f5f5f3;
padding:.8rem;border-radius:6px}svg text{font:12px system-ui,sans-serif;fill:#666}"""


def html(record: dict[str, Any]) -> str:
    """Render a self-contained page: facts, curves, samples, data, options."""
    history = record["history"]
    checked = [(row["step"], row["validation"]) for row in history if "validation" in row]
    names = [name for name in (checked[-1][1] if checked else {}) if name != "loss"]
    losses = sorted({name for row in history for name in row if name.startswith("loss")})
    curves = {
        name.replace("loss", "training", 1): [
            (row["step"], row[name]) for row in history if name in row
        ]
        for name in losses
    } | {"held out": [(s, v["loss"]) for s, v in checked if "loss" in v]}
    charts = [chart("Loss", {name: line for name, line in curves.items() if line})]
    charts += [chart(name, {"held out": [(s, v[name]) for s, v in checked]}) for name in names]
    samples = "".join(
        f"<h3>Step {sample['step']:,}</h3>{_sample_html(sample)}"
        for sample in reversed(record["samples"][-5:])
    )
    recipe = record["recipe"]
    groups = [group for group in ("data", "train", "model", "loss") if recipe.get(group)]
    options = {f"{group}.{k}": v for group in groups for k, v in recipe[group].items()}
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><title>Training report</title>"
        f"<style>{STYLE}</style><h1>Training report</h1>{_table(_facts(record))}"
        f"{''.join(charts)}<h2>Samples</h2>{samples}"
        f"<h2>Data</h2>{_table(record['data'])}<h2>Options</h2>{_table(options)}</html>\n"
    )


def card(name: str, record: dict[str, Any]) -> str:
    """Render the model card: facts, data, commands, limits and a sample, as Markdown."""
    data, recipe = record["data"], record["recipe"]
    title, describe, limits = next((row for key, row in CARDS.items() if key in record), IMAGE_CARD)
    facts = "\n".join(f"| {key} | {value} |" for key, value in _facts(record).items())
    origins = "\n".join(f"- {location}" for location in recipe["places"])
    notes = "".join(f"{note}\n\n" for note in record.get("notes", ()))
    commands = "\n".join(record["commands"])
    origin = f"on from `{record['from']}`" if record["from"] else "from nothing"
    license = json.dumps(data["license"], ensure_ascii=False)  # a colon would end plain YAML
    return (
        f"---\nlicense: {license}\nlibrary_name: miaobi\n---\n# {name}\n\n"
        f"{title} of the family `{recipe['family']}`, trained {origin} with "
        f"Miaobi {record['miaobi']}.\n\n| | |\n|---|---|\n{facts}\n\n"
        f"## Data\n\n{origins}\n\n{describe(data)} SHA-256 of it: `{record['data_sha256']}`.\n\n"
        f"## Commands\n\n```sh\n{commands}\n```\n\n"
        f"{notes}## Use and limits\n\n{limits}\n\n"
        f"## Sample\n\n{_quote_last(record['samples'])}\n\nCurves and all options: `report.html`, "
        f"`run.json`.\n"
    )


def _documents(data: dict[str, Any]) -> str:
    fields = ", ".join(data.get("fields", {}))
    skipped = ", ".join(f"{count} {reason}" for reason, count in data.get("skipped", {}).items())
    personal = ", ".join(f"{count} {kind}" for kind, count in data["personal"].items()) or "none"
    return (
        f"{data['documents']:,} documents, {data['characters']:,} characters, license: "
        f"{data['license']}; {data['duplicates']} duplicates were dropped; possible "
        f"personal data: {personal}."
        + (f" Learned of its rows: {fields}." if fields else "")
        + (f" Skipped: {skipped}." if skipped else "")
    )


def _pictures(data: dict[str, Any]) -> str:
    count = (
        f"{data['pictures']:,} pictures" if data["pictures"] else "An unlimited number of pictures"
    )
    return (
        f"{count} of {data['classes']} classes, license: {data['license']}; "
        f"{data['duplicates']} duplicates were dropped, {data['unreadable']} files could not be "
        "read."
    )


def _scores(data: dict[str, Any]) -> str:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in data["kinds"].items())
    return f"{kinds}: {data['bars']:,} bars, license: {data['license']}."


# kind of model, description of its data, limits
TEXT_CARD = (
    "A language model",
    _documents,
    "It continues text in the style of its data. It has no other knowledge, its statements are not "
    "reliable, and it can repeat its data word for word.",
)
IMAGE_CARD = (
    "A model of pictures",
    _pictures,
    "It can only generate what its data shows: trained on drawings, it makes no photographs. It "
    "can repeat pictures of its data.",
)

MUSIC_CARD = (
    "A model of music",
    _scores,
    "It writes in the style of Bach's chorales and of Irish and Scottish fiddle tunes, one note at "
    "a time in up to four parts; it knows no other style and no drums. It can repeat bars of its "
    "data.",
)
CARDS = {"tokens": TEXT_CARD, "pictures": IMAGE_CARD, "events": MUSIC_CARD}  # by key of run.json


def _sample_html(sample: dict[str, Any]) -> str:
    if "text" in sample:
        return f"<pre>{escape(sample['text'])}</pre>"
    return f"<img src='{sample['picture']}' alt='a sample' style='max-width:100%'>"


def _quote_last(samples: list[dict[str, Any]]) -> str:
    """Quote the last sample in Markdown."""
    if not samples:
        return ""
    sample = samples[-1]
    if "text" in sample:
        return indent(sample["text"], "    ")
    return f"![a sample]({sample['picture']})"


def chart(title: str, lines: dict[str, list[tuple[int, float]]]) -> str:
    """Draw named lines of (step, value) as an SVG; "" for fewer than two points."""
    points = [pair for line in lines.values() for pair in line]
    if len(points) < 2:
        return ""
    right = max(step for step, _ in points)
    # the first losses are so high that they would flatten the rest: clip the upper 3 %
    values = sorted(value for _, value in points)
    low, high = values[0], values[min(len(values) - 1, int(len(values) * 0.97))]
    span = (high - low) or 1.0

    def point(step: int, value: float) -> str:
        x = MARGIN + (WIDTH - MARGIN) * step / right
        y = (HEIGHT - 30) * (1 - (min(value, high) - low) / span) + 8
        return f"{x:.1f},{y:.1f}"

    polylines = ""
    for number, (name, line) in enumerate(lines.items()):
        path, color = " ".join(point(*pair) for pair in line), COLORS[number % len(COLORS)]
        polylines += f"<polyline points='{path}' fill='none' stroke='{color}' stroke-width='1.6'/>"
        label = f"{name} {line[-1][1]:.3f}" if line else name
        polylines += (
            f"<text x='{WIDTH - 160}' y='{20 + 16 * number}' style='fill:{color}'>{label}</text>"
        )
    axis = "".join(
        f"<text x='0' y='{(HEIGHT - 30) * part + 12:.0f}'>{high - span * part:.3g}</text>"
        for part in (0, 0.5, 1)
    )
    return (
        f"<h2>{escape(title)}</h2>"
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' width='100%'>{polylines}{axis}"
        f"<text x='{WIDTH - 80}' y='{HEIGHT - 2}'>step {right:,}</text></svg>"
    )


def _facts(record: dict[str, Any]) -> dict[str, str]:
    checks = [row["validation"] for row in record["history"] if "validation" in row]
    steps = record["history"][-1]["step"] if record["history"] else 0
    recipe = record["recipe"]
    seen = steps * recipe["data"]["rows"] * recipe["train"]["accumulate"]
    facts = {"parameters": f"{record['parameters']:,}"}
    if "tokens" in record:
        facts["tokens to learn from"] = f"{record['tokens']['training']:,}"
        facts["tokens seen"] = f"{seen * recipe['data']['length']:,}"
    elif "events" in record:
        facts["events to learn from"] = f"{record['events']['training']:,}"
        facts["events seen"] = f"{seen * recipe['data']['length']:,}"
    elif "clips" in record:
        size, frames = record["clips"]["size"], record["clips"]["frames"]
        facts["clips seen"] = f"{seen:,} of {size}x{size}, {frames} frames"
    elif "layers" in record:
        facts["drawings seen"] = f"{seen:,}, of {record['layers']['drawings']:,}"
    else:
        size = record["pictures"]["size"]
        facts["pictures seen"] = f"{seen:,} of {size}x{size}"
    facts |= {
        "steps": f"{steps:,} of {record['recipe']['train']['steps']:,}",
        "time": f"{record['seconds'] / 60:.0f} minutes",
        **_throughput(record.get("throughput", {})),
    }
    if checks:
        suffix = "" if "layers" in record else ", held out"  # all layers are training data
        facts |= {f"{name}{suffix}": f"{value:.3f}" for name, value in checks[-1].items()}
    return facts


def _throughput(rates: dict[str, float | None]) -> dict[str, str]:
    facts = {}
    for unit in ("tokens", "samples"):
        if rate := rates.get(f"{unit}_per_second"):
            facts = {f"{unit} per second": f"{rate:,.1f}"}
            break
    if mfu := rates.get("mfu"):
        facts["model FLOPs utilization"] = f"{mfu:.1%}"
    return facts


def _table(values: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(key))}</td><td>{escape(str(value))}</td></tr>"
        for key, value in values.items()
    )
    return f"<table>{rows}</table>"
