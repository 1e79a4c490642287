"""Ten films from ten sentences, and a page with their storyboards.

    python -m scripts.ten_films out/films          # can be stopped and resumed
    python -m scripts.ten_films out/films --docs   # writes docs/films.md and its pictures

Each film is made by one call with a sentence, a template and an aspect ratio, and then checked:
label, decoder warnings, lengths of video and audio.
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
FRAME, GAP = 240, 4  # pixels: maximum side of a storyboard picture, space between two


@dataclass(frozen=True)
class Row:
    """One film: the name of its folder and its options."""

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
    """Make one film in its folder, check it, and return the results."""
    started = time.perf_counter()
    mb.film(row.idea, folder=folder, template=row.template, aspect=row.aspect)
    elapsed = time.perf_counter() - started
    path = folder / "film.mp4"
    samples, rate = audio.decode(video.extract_audio(path))
    video_length, audio_length = video.probe(path).seconds, len(samples) / rate
    checks = {
        "idea": row.idea,
        "seconds": round(elapsed, 1),
        "length": round(video_length, 1),
        "sound_and_picture_apart": round(abs(video_length - audio_length), 2),
        "label": mb.verify(path).status,
        "complaints": video.decode_warnings(path),
    }
    (folder / "looked_at.json").write_text(json.dumps(checks, ensure_ascii=False, indent=1) + "\n")
    return checks


def storyboard(folder: Path, target: Path) -> None:
    """Write the pictures of a film side by side."""
    from PIL import Image

    pictures = [
        Image.open(path).convert("RGB") for path in sorted((folder / "pictures").glob("*.png"))
    ]
    for picture in pictures:
        picture.thumbnail((FRAME, FRAME))
    height = max(picture.height for picture in pictures)
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, height), "white")
    x = 0
    for picture in pictures:
        sheet.paste(picture, (x, 0))
        x += picture.width + GAP
    sheet.save(target, quality=80, method=6)


def page(films: Path) -> str:
    """Format docs/films.md from the finished films."""
    parts = [
        "# Ten films\n",
        "Each from one sentence, by `python -m scripts.ten_films out/films`, on two processor "
        "cores; nothing was selected or corrected. The narration is below the pictures.\n",
    ]
    (DOCS / "films").mkdir(exist_ok=True)
    for row in FILMS:
        folder = films / row.name
        if not (folder / "looked_at.json").is_file():
            continue
        checks = json.loads((folder / "looked_at.json").read_text())
        script = json.loads((folder / "script.json").read_text())
        storyboard(folder, DOCS / "films" / f"{row.name}.webp")
        options = f" --template {row.template}" if row.template != "story" else ""
        options += f" --aspect {row.aspect}" if row.aspect != "16:9" else ""
        parts += [
            f"## {script['title']}\n",
            f'`miaobi film "{row.idea}"{options}` · {checks["length"]:.0f} s of film, '
            f"made in {checks['seconds']:.0f} s\n",
            f"![The storyboard of {script['title']}](films/{row.name}.webp)\n",
            *(f"{number}. {scene['say']}" for number, scene in enumerate(script["scenes"], 1)),
            "",
        ]
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true", help="write docs/films.md")
    arguments = parser.parse_args()
    for row in FILMS:
        if arguments.docs or (arguments.folder / row.name / "looked_at.json").is_file():
            continue
        print(json.dumps(make(row, arguments.folder / row.name), ensure_ascii=False), flush=True)
    if arguments.docs:
        (DOCS / "films.md").write_text(page(arguments.folder), encoding="utf-8")


if __name__ == "__main__":
    main()
