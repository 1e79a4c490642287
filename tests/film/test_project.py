"""Parts: made once, again when what they are made from changes; the user's stay."""

from pathlib import Path

import pytest

from miaobi.core.errors import MediaError, OutputPathError
from miaobi.film.inputs import copy_song
from miaobi.film.parallel import merge_events
from miaobi.film.project import Project

MEDIA = Path(__file__).parents[1] / "media" / "cases"


def test_a_part_is_current_until_its_inputs_change(tmp_path: Path) -> None:
    parts = Project(tmp_path / "film")
    assert parts.current("pictures/01", {"a": 1}) is None
    path = parts.write("pictures/01", "png", {"a": 1}, b"picture")
    again = Project(tmp_path / "film")
    assert again.current("pictures/01", {"a": 1}) == path
    assert again.current("pictures/01", {"a": 2}) is None
    path.unlink()
    assert again.current("pictures/01", {"a": 1}) is None


def test_what_the_user_changed_or_brought_stays(tmp_path: Path) -> None:
    parts = Project(tmp_path)
    path = parts.write("pictures/01", "png", 1, b"ours")
    path.write_bytes(b"theirs")
    assert parts.current("pictures/01", 2) == path
    path.write_bytes(b"ours")
    other = tmp_path / "pictures" / "01.jpg"
    other.write_bytes(b"photo")
    assert parts.current("pictures/01", 1) == other
    assert parts.current("pictures/02", 1) is None


def test_inputs_that_are_files_count_by_their_bytes(tmp_path: Path) -> None:
    parts, voice = Project(tmp_path / "film"), tmp_path / "a.wav"
    voice.write_bytes(b"one")
    path = parts.write("words/01", "json", {"voice": voice}, b"[]")
    assert parts.current("words/01", {"voice": voice}) == path
    voice.write_bytes(b"two")
    assert parts.current("words/01", {"voice": voice}) is None


def test_parts_of_shots_that_are_gone_go_too(tmp_path: Path) -> None:
    parts = Project(tmp_path)
    paths = [parts.write(f"sounds/{n:02}", "wav", n, b"x") for n in (1, 2, 3)]
    paths[2].write_bytes(b"the user's")
    parts.truncate("sounds", 1)
    assert [path.exists() for path in paths] == [True, False, True]


def test_a_damaged_list_is_told(tmp_path: Path) -> None:
    (tmp_path / "parts.json").write_text('{"a": 3}')
    with pytest.raises(MediaError, match="cannot be read"):
        Project(tmp_path)
    with pytest.raises(OutputPathError):
        Project(tmp_path / "parts.json")


def test_lanes_run_side_by_side_and_stop_together() -> None:
    closed = []

    def lane(name: str, count: int):
        try:
            for number in range(count):
                yield name, number
        finally:
            closed.append(name)

    events = list(merge_events(lane("a", 3), lane("b", 200)))
    assert sorted(events) == sorted([("a", n) for n in range(3)] + [("b", n) for n in range(200)])
    running = merge_events(lane("c", 10**9), lane("d", 10**9))
    next(running)
    running.close()
    assert sorted(closed) == ["a", "b", "c", "d"]


def test_the_error_of_a_lane_stops_the_others() -> None:
    def bad():
        yield 1
        raise ValueError("broken")

    def endless():
        while True:
            yield 2

    with pytest.raises(ValueError, match="broken"):
        list(merge_events(bad(), endless()))


@pytest.mark.parametrize("ending", ["m4a", "webm", "mp4", "aiff"])
def test_a_song_in_any_container(tmp_path: Path, ending: str) -> None:
    project = Project(tmp_path / "film")
    copy_song(MEDIA / f"tone.{ending}", project)
    assert project.audio_path("music") == project.folder / f"music.{ending}"


def test_a_song_without_sound(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="has no sound track"):
        copy_song(MEDIA / "silent.mp4", Project(tmp_path / "film"))
