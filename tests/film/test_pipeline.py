"""Films: whole, labeled, in sync; made again only where something changed; stopped and gone on."""

import json
from pathlib import Path
from typing import Any

import pytest

import miaobi as mb
from miaobi.core.errors import DataError, MiaobiError, NotFoundError, OptionError, OutputPathError
from miaobi.core.events import Done, Progress
from miaobi.film.options import FilmOptions
from miaobi.film.pipeline import OPTIONS, USER_FILES, stream_film
from miaobi.media import audio, video
from miaobi.media.loudness import loudness
from miaobi.provenance.manifest import GENERATED
from tests.film.filming import SCRIPT, SMALL, made, paint, prepared


def times(place: Path) -> dict[str, int]:
    files = (path for path in place.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(place).as_posix(): path.stat().st_mtime_ns for path in files}


def changed(place: Path, before: dict[str, int]) -> set[str]:
    now = times(place)
    return {name for name in now if before.get(name) != now[name]}


def test_a_film_is_whole_labeled_and_in_sync(tmp_path: Path) -> None:
    place = prepared(tmp_path / "film")
    events = made(place)
    film = events[-1].artifact  # type: ignore[union-attr]
    path = place / "film.mp4"
    assert path.read_bytes() == film.data
    assert mb.verify(path).status == "intact"
    verdict = mb.verify(path)
    assert verdict.source_type.endswith("compositeSynthetic")
    made_of = {part["kind"]: part["source_type"] for part in verdict.record["made_of"]}
    assert made_of["speech"] == GENERATED
    assert mb.verify(path).aigc["ProduceID"] == film.id
    assert video.decode_warnings(path) == ""
    assert film.data.index(b"moov") < film.data.index(b"mdat")
    clip = video.probe(path)
    assert (clip.width, clip.height, clip.fps, clip.sound) == (256, 144, 24, True)
    assert clip.seconds == pytest.approx(film.manifest["parameters"]["seconds"], abs=0.1)
    heard, rate = audio.decode(path, mono=False)
    assert loudness(heard, rate) == pytest.approx(-16, abs=1)
    assert len(heard) / rate == pytest.approx(clip.seconds, abs=0.1)
    # the first word is heard when the first subtitle is seen
    first = (place / "film.srt").read_text().split("\n")[1].split(" --> ")[0]
    minutes, start = first.rsplit(":", 1)
    voice, its_rate = audio.decode(place / "narration" / "01.wav")
    silent = int((abs(voice) > 0.05 * abs(voice).max()).argmax()) / its_rate
    assert minutes == "00:00"
    assert float(start.replace(",", ".")) == pytest.approx(2.5 + silent, abs=0.15)
    quiet = heard[: round(2.3 * rate)].mean(axis=1)
    assert abs(quiet).max() < 0.3 * abs(heard).max()
    stages = [event.stage for event in events if isinstance(event, Progress)]
    for stage in ("pictures", "narration", "sounds", "cutting"):
        assert stage in stages
    left = [event.left for event in events if isinstance(event, Progress) and event.left >= 0]
    assert left[-1] < 1 < left[0]
    page = (place / "index.html").read_text(encoding="utf-8")
    for part in (
        "film.mp4",
        "pictures/01.png",
        "narration/02.wav",
        "sounds/01.wav",
        "A boat sails.",
    ):
        assert part in page
    # the same call makes no part again
    before = times(place)
    made(place)
    assert changed(place, before) <= {
        "film.mp4",
        "film.srt",
        "film.srt.c2pa",
        "film.vtt",
        "index.html",
        "parts.json",
    }
    # one line: its voice, its words, its sound, and the pieces of its shot
    script = json.loads((place / "script.json").read_text())
    script["scenes"][1]["say"] = "It comes home again."
    (place / "script.json").write_text(json.dumps(script))
    before = times(place)
    made(place)
    new = {
        name
        for name in changed(place, before)
        if name.split("/")[0]
        not in ("cuts", "film.mp4", "film.srt", "film.vtt", "index.html", "parts.json")
    }
    assert new == {
        "script.json",
        "storyboard.json",
        "narration/02.wav",
        "words/02.json",
    } or new == {"storyboard.json", "narration/02.wav", "words/02.json"}
    # a picture: nothing but the pieces that show it
    paint(place / "pictures" / "01.png", 3)
    before = times(place)
    made(place)
    assert {name for name in changed(place, before) if name.startswith(("narr", "pict"))} == set()
    # an edited storyboard is read as it is, until it is deleted
    board = json.loads((place / "storyboard.json").read_text())
    board["shots"][0]["motion"] = "pan left"
    (place / "storyboard.json").write_text(json.dumps(board))
    made(place)
    assert json.loads((place / "storyboard.json").read_text()) == board


def test_a_stopped_film_goes_on(tmp_path: Path) -> None:
    place = prepared(tmp_path / "film")
    events = stream_film("a boat", folder=place, **SMALL)
    for event in events:
        if isinstance(event, Progress) and event.stage == "narration" and event.done == 1:
            break
    events.close()
    assert (place / "narration" / "01.wav").is_file()
    assert not (place / "film.mp4").exists()
    assert list(place.rglob(".*")) == []
    first = (place / "narration" / "01.wav").stat().st_mtime_ns
    made(place, "a boat")
    assert (place / "narration" / "01.wav").stat().st_mtime_ns == first


def test_stopped_while_it_is_cut(tmp_path: Path) -> None:
    place = prepared(tmp_path / "film")
    events = stream_film("a boat", folder=place, **SMALL)
    for event in events:
        if isinstance(event, Progress) and event.stage == "cutting" and event.done > 72:
            break
    events.close()
    assert [path for path in place.rglob(".*") if path.is_file()] == []
    shots = 5  # two scenes, question, answer, credits
    assert 1 <= len(list((place / "cuts").glob("*.mp4"))) < shots  # the rest is not rendered


def test_prose_becomes_a_film_in_another_shape(tmp_path: Path) -> None:
    place = prepared(tmp_path / "film")
    (place / "script.json").unlink()
    article = tmp_path / "article.md"
    article.write_text("# Home\n\nA *boat* sails.\n\nIt comes [home](x).\n", encoding="utf-8")
    made(place, "", script=article, aspect="9:16", format="gif")
    assert (place / "film.gif").read_bytes()[:3] == b"GIF"
    assert mb.verify(place / "film.gif").status == "intact"
    board = json.loads((place / "storyboard.json").read_text())
    assert board["title"] == "Home"
    assert [shot["narration"] for shot in board["shots"]] == ["A boat sails.", "It comes home."]


BAD: list[tuple[str, Any, type[MiaobiError], str]] = [
    ("script.json", {"scenes": []}, DataError, "scenes has 0 entries"),
    ("script.json", {"scenes": [{"say": 3}]}, DataError, r"scenes\[1\].say has to be text"),
    ("script.json", {}, DataError, "scenes has to be a list"),
    ("script.json", "{not json", DataError, "cannot be read"),
    ("storyboard.json", {"shots": [{"picture": ""}]}, DataError, r"shots\[1\].picture is empty"),
    ("storyboard.json", {"shots": [{"picture": "a", "motion": "fly"}]}, DataError, "'fly'"),
    ("storyboard.json", {"shots": [{"picture": "a", "seconds": -1}]}, DataError, "seconds is -1"),
    ("storyboard.json", {"shots": [{"picture": "a", "seconds": "x"}]}, DataError, "a number"),
    ("storyboard.json", {"shots": [{"picture": "a", "sound": "qqq"}]}, DataError, "sound"),
    ("storyboard.json", {"shots": [7]}, DataError, "has to be an object"),
    ("parts.json", "[]", MiaobiError, "cannot be read"),
]


@pytest.mark.parametrize(("name", "document", "error", "words"), BAD)
def test_nonsense_is_told(
    tmp_path: Path, name: str, document: Any, error: type[MiaobiError], words: str
) -> None:
    place = prepared(tmp_path / "film")
    text = document if isinstance(document, str) else json.dumps(document)
    (place / name).write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words):
        made(place)
    assert not (place / "film.mp4").exists()


def test_a_picture_or_voice_that_is_none(tmp_path: Path) -> None:
    place = prepared(tmp_path / "film")
    (place / "pictures" / "02.png").write_bytes(b"no picture")
    with pytest.raises(MiaobiError, match=r"02\.png is not a picture"):
        made(place)
    paint(place / "pictures" / "02.png", 2)
    (place / "narration" / "01.wav").write_bytes(b"no sound")
    with pytest.raises(MiaobiError, match=r"01\.wav is not a sound"):
        made(place)
    assert (place / "narration" / "02.wav").is_file()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scenes": 0}, "scenes is 0"),
        ({"seconds": 0.5}, "seconds is 0.5"),
        ({"aspect": "4:3"}, "aspect is '4:3'"),
        ({"language": "fr"}, "language is 'fr'"),
        ({"template": "opera"}, "template is 'opera'"),
        ({"height": 50}, "height is 50"),
        ({"color": "red"}, "option is 'color'"),
        ({"format": "avi"}, "format is 'avi'"),
    ],
)
def test_options_out_of_range(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        stream_film("a boat", folder=tmp_path / "film", **options)
    assert not (tmp_path / "film").exists()


def test_the_types_of_options_are_those_of_the_plan() -> None:
    assert set(FilmOptions.__annotations__) == {*OPTIONS, *USER_FILES}


def test_material_that_is_not_there(tmp_path: Path) -> None:
    for name in ("script", "pictures", "song"):
        with pytest.raises(NotFoundError, match="There is no f"):
            stream_film("a boat", folder=tmp_path / "film", **{name: tmp_path / "none"})
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no picture in"):
        stream_film("a boat", folder=tmp_path / "film", pictures=tmp_path / "empty")
    (tmp_path / "a.doc").write_bytes(b"x")
    with pytest.raises(DataError, match="cannot be used here"):
        stream_film("a boat", folder=tmp_path / "film", script=tmp_path / "a.doc")


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputPathError):
        stream_film("a boat", folder=tmp_path / "file")


def test_the_film_of_a_script_has_its_shots(tmp_path: Path) -> None:
    assert [scene["say"] for scene in SCRIPT["scenes"]] == ["A boat sails.", "It comes home."]
    place = prepared(
        tmp_path / "film",
        {
            **SCRIPT,
            "quiz": {
                "question": "What sails?",
                "choices": ["a boat", "a house"],
                "answer": "a boat",
            },
        },
        4,
    )
    events = made(place, sounds=False)
    film = next(event.artifact for event in events if isinstance(event, Done))
    assert film.manifest["parameters"]["shots"] == 5  # two scenes, question, answer, credits
    assert not (place / "sounds").exists()
    assert "What sails?" not in (place / "film.srt").read_text()  # it stands on the card
