"""Ten films from ten sentences, and the page that shows their storyboards.

    python -m scripts.ten_films out/films          # stop it and start it again: it goes on
    python -m scripts.ten_films out/films --docs   # docs/films.md and its pictures

Each film is made by one call with nothing but a sentence, a kind and a shape, and then looked at:
its label, its packets, the lengths of what is seen and heard, the pace of its subtitles.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import miaobi as mb
from miaobi.media import audio, video

DOCS = Path(__file__).parent.parent / "docs"
FRAME, GAP = 240, 4  # pixels of a picture of a storyboard, and between two


@dataclass(frozen=True)
class Row:
    """One film: the name of its folder, what is asked."""

    name: str
    idea: str
    template: str = "story"
    aspect: str = "16:9"


FILMS = (
    Row("star", "A fox finds a fallen star"),
    Row("moon", "Why does the moon change its shape?", "lesson"),
    Row("harbor", "A whale swims into the harbor of a small town", "news"),
    Row("lamp", "A lantern that shines for a week on one hour of sun", "product", "1:1"),
    Row("dragon", "A dragon guards the bridge to the castle", "game"),
    Row("boat", "一只纸船漂过大海"),
    Row("rainbow", "彩虹是怎么来的", "lesson"),
    Row("panda", "小镇上来了一只熊猫", "news"),
    Row("flowerpot", "会自己浇水的花盆", "product", "9:16"),
    Row("autumn", "秋天的雨", "poem"),
)


def make(row: Row, folder: Path) -> dict[str, Any]:
    """One film in its folder: what it took, and what is found in it."""
    began = time.perf_counter()
    mb.film(row.idea, folder=folder, template=row.template, aspect=row.aspect)
    took = time.perf_counter() - began
    path = folder / "film.mp4"
    samples, rate = audio.decode(video.sound_of(path))
    seen, heard = video.probe(path).seconds, len(samples) / rate
    told = {
        "idea": row.idea,
        "seconds": round(took, 1),
        "length": round(seen, 1),
        "sound_and_picture_apart": round(abs(seen - heard), 2),
        "label": mb.verify(path).status,
        "complaints": video.complaints(path),
    }
    (folder / "looked_at.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return told


def storyboard(folder: Path, target: Path) -> None:
    """The pictures of a film beside each other."""
    from PIL import Image

    pictures = [
        Image.open(path).convert("RGB") for path in sorted((folder / "pictures").glob("*.png"))
    ]
    for picture in pictures:
        picture.thumbnail((FRAME, FRAME))
    high = max(picture.height for picture in pictures)
    wide = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    sheet = Image.new("RGB", (wide, high), "white")
    at = 0
    for picture in pictures:
        sheet.paste(picture, (at, 0))
        at += picture.width + GAP
    sheet.save(target, quality=80, method=6)


def page(place: Path) -> str:
    """docs/films.md from what lies in the folders."""
    parts = [
        "# Ten films\n",
        "Each from one sentence, by `python -m scripts.ten_films out/films`, on two processor "
        "cores; nothing was chosen or mended. What is heard stands below the pictures.\n",
    ]
    (DOCS / "films").mkdir(exist_ok=True)
    for row in FILMS:
        folder = place / row.name
        if not (folder / "looked_at.json").is_file():
            continue
        told = json.loads((folder / "looked_at.json").read_text())
        script = json.loads((folder / "script.json").read_text())
        storyboard(folder, DOCS / "films" / f"{row.name}.webp")
        options = f" --template {row.template}" if row.template != "story" else ""
        options += f" --aspect {row.aspect}" if row.aspect != "16:9" else ""
        parts += [
            f"## {script['title']}\n",
            f'`miaobi film "{row.idea}"{options}` · {told["length"]:.0f} s of film, '
            f"made in {told['seconds']:.0f} s\n",
            f"![The storyboard of {script['title']}](films/{row.name}.webp)\n",
            *(f"{number}. {scene['say']}" for number, scene in enumerate(script["scenes"], 1)),
            "",
        ]
    return "\n".join(parts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("place", type=Path)
    arguments.add_argument("--docs", action="store_true", help="write docs/films.md")
    given = arguments.parse_args()
    for row in FILMS:
        if given.docs or (given.place / row.name / "looked_at.json").is_file():
            continue
        print(json.dumps(make(row, given.place / row.name), ensure_ascii=False), flush=True)
    if given.docs:
        (DOCS / "films.md").write_text(page(given.place), encoding="utf-8")


if __name__ == "__main__":
    main()
