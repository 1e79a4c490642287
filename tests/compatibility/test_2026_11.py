"""Folders written by the version of November 2026 open as before: nothing on disk was renamed."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

import miaobi as mb
from miaobi.media import image
from miaobi.models import checkpoint
from miaobi.tasks import library
from miaobi.tasks.jobs import Jobs
from tests.film.filming import SMALL

OLD = Path(__file__).parent / "2026_11"
FOX, CLICK = "01a22e69d7865cadd087976349", "01a22e69f0b6b67974e66c9f4c"
DONE, CUT_OFF = "01a22e6a4dda1cbf7909a56542", "01a22e6a4e3ba75b414d5a7a4b"


@pytest.fixture
def old_library(own_home: Path) -> Path:
    """A home that was moved from another machine with its index and its files."""
    shutil.copytree(OLD / "library", own_home / "library")
    shutil.copyfile(OLD / "index.db", own_home / "index.db")
    with sqlite3.connect(own_home / "index.db") as database:
        database.execute(
            "UPDATE artifacts SET path = replace(path, '/home/ada/.miaobi', ?)", (str(own_home),)
        )
    return own_home


def test_a_checkpoint_continues_text() -> None:
    network = checkpoint.load(OLD / "gpt")
    assert sum(p.numel() for p in network.parameters()) == 120_640
    first = mb.text("and then 386", model=str(OLD / "gpt"), seed=3, max_tokens=12)
    again = mb.text("and then 386", model=str(OLD / "gpt"), seed=3, max_tokens=12)
    assert first.text == again.text and first.usage["completion_tokens"] == 12


def test_a_checkpoint_can_be_trained_on(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text(" and then ".join(map(str, range(3000))), encoding="utf-8")
    mb.train(
        "gpt",
        data=str(tmp_path / "words.txt"),
        output=tmp_path / "more",
        start_from=OLD / "gpt",
        options={"train.steps": 1},
    )
    assert (tmp_path / "more" / "model.safetensors").is_file()


def test_a_library_lists_verifies_and_forgets(old_library: Path) -> None:
    rows = {row["id"]: row for row in library.find()}
    assert {FOX, CLICK} < set(rows)
    assert rows[FOX]["model"] == "collage" and rows[CLICK]["model"] == "procedural"
    verdict = mb.verify(old_library / "library" / f"{FOX}.png")
    assert verdict.status == "intact" and verdict.record["id"] == FOX
    assert verdict.record["source_type"].endswith("algorithmicMedia")
    assert verdict.aigc["ProduceID"] == FOX
    sound = mb.verify(old_library / "library" / f"{CLICK}.wav")
    assert sound.status == "intact" and sound.record["seed"] == 1
    library.forget(FOX)
    assert not (old_library / "library" / f"{FOX}.png").exists()


def test_a_jobs_database_shows_its_jobs_and_takes_up_the_one_that_was_cut_off(
    own_home: Path,
) -> None:
    shutil.copyfile(OLD / "server.db", own_home / "server.db")
    jobs = Jobs()
    done = jobs.get(DONE)
    assert (done["kind"], done["status"], done["request"]) == (
        "sound",
        "done",
        {"prompt": "a mouse click"},
    )
    assert jobs.get(CUT_OFF)["status"] == "running"
    (orphan,) = jobs.adopt()
    assert jobs.release(orphan, "the server stopped") == "queued"
    claimed = jobs.claim()
    assert claimed and claimed["id"] == CUT_OFF
    assert claimed["request"] == {"prompt": "an owl", "size": "96x96"}


def test_a_film_folder_opens_and_its_parts_are_kept(tmp_path: Path) -> None:
    """Voices are kept; pictures have other inputs now, and their model draws them as they were."""
    folder = tmp_path / "film"
    shutil.copytree(OLD / "film", folder)
    assert mb.verify(folder / "film.mp4").status == "intact"
    before = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
    pictures = [image.decode(path) for path in sorted((folder / "pictures").iterdir())]
    mb.film("a paper boat comes home", folder=folder, image_model="collage", **SMALL)
    after = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
    kept = {name for name in before if after.get(name, {}).get("id") == before[name]["id"]}
    assert {"narration/01", "narration/02", "words/01", "words/02"} <= kept
    again = [image.decode(path) for path in sorted((folder / "pictures").iterdir())]
    assert all((a == b).all() for a, b in zip(pictures, again, strict=True))
    assert mb.verify(folder / "film.mp4").status == "intact"
    assert len(json.loads((folder / "storyboard.json").read_text(encoding="utf-8"))["shots"]) == 2
