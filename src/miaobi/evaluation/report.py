"""An evaluation as a page of its own, its figures as JSON, its sheets as PNG."""

import base64
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.paths import atomic_write, write_error

if TYPE_CHECKING:
    from miaobi.evaluation.image import Evaluation

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:1120px;margin:2rem auto;padding:0 1rem;
color:#222;background:#fff}h1,h2{line-height:1.2}table{border-collapse:collapse}
td,th{padding:.15rem 1rem .15rem 0;text-align:left;vertical-align:top}td.n{text-align:right;
font-variant-numeric:tabular-nums}img{max-width:100%}p,li{max-width:46rem}"""
# kind of pictures -> what it is
KINDS = {
    "made": "painted by the model",
    "decoded": "real scenes after its autoencoder",
    "real": "real held-out scenes",
}
# figure -> what it says
FIGURES = {
    "subject": "the one thing asked for is the likeliest of all the judge knows",
    "pair": "both things asked for are there",
    "relation": "they stand as asked for",
    "style": "drawn in the style, where the prompt names one",
    "background": "in the place, where the prompt names one",
    "preferred": "fits its own prompt better than another's",
    "prompt": "similarity to its own prompt",
    "other prompt": "similarity to another's prompt",
}
SHARES = ("subject", "pair", "relation", "style", "background", "preferred")
SETS = {
    "frechet": "Fréchet distance to other held-out scenes, in the judge's features: the lower the "
    "better; that of real scenes is the floor.",
    "diversity": "Mean distance of the pictures of one prompt: much lower than that of real scenes "
    "means that the model paints one picture again and again.",
    "nearest": "Median distance to the nearest of the training scenes: much lower than that of "
    "held-out scenes means copying.",
    "close to training": "Share of pictures nearer to a training scene than 19 of 20 held-out "
    "scenes are.",
}


def save(told: "Evaluation", folder: Path) -> list[Path]:
    """Write report.html, figures.json and a PNG for each sheet; returns them, the page first.

    Raises OutputPathError or DiskFull.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    files = {"report.html": html(told).encode(), "figures.json": document(told).encode()}
    for name, data in told.sheets.items():
        files[f"{name.replace(',', '').replace(' ', '-')}.png"] = data
    for name, data in files.items():
        atomic_write(folder / name, data)
    return [folder / name for name in files]


def document(told: "Evaluation") -> str:
    """The figures as JSON."""
    return json.dumps(told.document(), ensure_ascii=False, indent=1) + "\n"


def html(told: "Evaluation") -> str:
    """One page without outside files."""
    options = ", ".join(f"{name} {value}" for name, value in told.about["options"].items())
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'><title>Evaluation</title>"
        f"<style>{STYLE}</style><h1>How good is {escape(told.about['model'])}?</h1>",
        "<p>Prompts are captions of held-out scenes, whose composition no training shows. A judge, "
        "a network of another kind, looks at what was painted, and at real scenes: what it says of "
        "those is the most it grants.</p>",
        f"<p>{escape(options)}; {told.about.get('seconds', 0):.0f} s.</p>",
    ]
    for name, group in told.groups.items():
        parts += [f"<h2>{escape(name.capitalize())}</h2>", _group(group, told.counted[name])]
        parts.append(_sheet(told, name))
    parts += ["<h2>All pictures together</h2>", *(_set(name, told) for name in SETS)]
    parts += ["<h2>The same prompts again</h2>", _sheet(told, "again"), "</html>\n"]
    return "".join(parts)


def _group(group: dict[str, dict[str, float]], counted: dict[str, int]) -> str:
    kinds = [kind for kind in KINDS if kind in group]
    head = "".join(f"<th>{KINDS[kind]}</th>" for kind in kinds)
    rows = ""
    for name, about in FIGURES.items():
        if name in group["real"]:
            cells = "".join(
                f"<td class='n'>{shown(name, group[kind][name])}</td>" for kind in kinds
            )
            rows += f"<tr><td>{about}</td>{cells}<td class='n'>{counted[name]}</td></tr>"
    return f"<table><tr><th></th>{head}<th>of</th></tr>{rows}</table>"


def shown(name: str, value: float) -> str:
    """A figure as people read it."""
    return f"{value:.1%}" if name in SHARES or name == "close to training" else f"{value:.3f}"


def _set(name: str, told: "Evaluation") -> str:
    if name not in told.sets:
        return ""
    rows = "".join(
        f"<tr><td>{escape(KINDS.get(kind, kind))}</td><td class='n'>{shown(name, value)}</td></tr>"
        for kind, value in told.sets[name].items()
    )
    return f"<p>{SETS[name]}</p><table>{rows}</table>"


def _sheet(told: "Evaluation", name: str) -> str:
    if name not in told.sheets:
        return ""
    data = base64.b64encode(told.sheets[name]).decode()
    prompts = "".join(f"<li>{escape(words)}</li>" for words in told.prompts.get(name, ()))
    return f"<img src='data:image/png;base64,{data}' alt='contact sheet'><ol>{prompts}</ol>"
