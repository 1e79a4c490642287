"""Fill the table of heads: faces found by rule, palettes by clusters, corrected by CORRECTIONS.

    python -m scripts.heads [NAMES]

Writes src/miaobi/actors/heads.json. Look at every head before it is committed.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from miaobi.actors.face_parts import find_face
from miaobi.actors.svg_parts import render_parts, take_apart
from miaobi.core.arrays import Pixels
from miaobi.drawing.color import luminance
from miaobi.drawing.icons import drawing_svg

TABLE = Path(__file__).parents[1] / "src" / "miaobi" / "actors" / "heads.json"
BODIES: dict[str, dict[str, object]] = {
    "fox": {
        "tail": "bushy",
        "dark_hands": True,
        "fur": [250, 128, 46],
        "belly": [255, 226, 180],
        "dark": [64, 48, 52],
    },
    "wolf": {"tail": "bushy", "dark_hands": True},
    "cat-face": {"tail": "thin"},
    "dog-face": {"tail": "thin"},
    "rabbit-face": {"tail": "puff"},
    "bear": {"girth": 1.15},
    "panda": {
        "girth": 1.15,
        "dark_limbs": True,
        "fur": [238, 232, 246],
        "belly": [250, 248, 252],
        "dark": [78, 68, 112],
    },
    "polar-bear": {"girth": 1.15, "tail": "puff"},
    "koala": {"girth": 1.1},
    "tiger-face": {"tail": "thin"},
    "lion": {"tail": "tuft", "fur": [236, 166, 62]},
    "mouse-face": {"tail": "thin", "features": []},
    "monkey-face": {"tail": "thin"},
    "pig-face": {"girth": 1.1},
    "cow-face": {"tail": "tuft"},
    "frog": {},
    "raccoon": {"tail": "bushy", "dark_hands": True},
    "hamster": {"girth": 1.1, "tail": "puff"},
    "robot": {"machine": True},
    "ogre": {},
    "smiling-face-with-horns": {},
}


def main() -> None:
    """Analyze every head of BODIES, or those that are named, and write the table."""
    rows = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    for name in sys.argv[1:] or BODIES:
        row = analyze(name)
        if row is None:
            print(f"{name}: no face found")
            rows.pop(name, None)
            continue
        rows[name] = {**row, **BODIES.get(name, {})}
        print(name, row["eyes"])
    lines = (f"{json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(rows.items()))
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def analyze(name: str) -> dict[str, object] | None:
    """Return the row of a head, or None where it has no pair of eyes."""
    try:
        svg = drawing_svg(name)
    except KeyError:
        return None
    face = find_face(svg)
    if face is None:
        return None
    root, elements = take_apart(svg)
    fur, belly, dark = palette(render_parts(root, elements, range(len(elements)), 128))
    row = {key: _rounded(value) for key, value in asdict(face).items()}
    return {**row, "fur": fur, "belly": belly, "dark": dark}


def palette(pixels: Pixels) -> tuple[list[int], list[int], list[int]]:
    """Return the colors of fur, belly and paws: the largest cluster, a lighter and a darker one."""
    from PIL import Image

    opaque = pixels[..., 3] > 200
    colors, rows = pixels[..., :3][opaque].astype(float), np.nonzero(opaque)[0] / len(pixels)
    row = Image.fromarray(colors.astype(np.uint8)[None])
    quantized = row.quantize(6, Image.Quantize.MEDIANCUT, kmeans=6)
    labels = np.asarray(quantized)[0]
    centers = np.array(
        [colors[labels == k].mean(0) if (labels == k).any() else np.zeros(3) for k in range(6)]
    )
    counts = np.bincount(labels, minlength=6) / len(labels)
    lights = np.array([luminance(tuple(center)) for center in centers])
    first = int(counts.argmax())
    low = np.array([rows[labels == k].mean() if counts[k] else 0 for k in range(6)])
    lighter = [k for k in range(6) if lights[k] > lights[first] + 12 and counts[k] > 0.03]
    darker = [k for k in range(6) if lights[k] < 95 and counts[k] > 0.01]
    belly = max(lighter, key=lambda k: counts[k] + low[k], default=first)
    dark = max(darker, key=lambda k: counts[k], default=None)
    fur = centers[first]
    return (
        [round(v) for v in fur],
        [round(v) for v in (centers[belly] if belly != first else fur * 0.6 + 255 * 0.4)],
        [round(v) for v in (centers[dark] if dark is not None else fur * 0.45)],
    )


def _rounded(value: object) -> object:
    if isinstance(value, tuple):
        return [_rounded(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
