"""The table of subjects, and their drawings."""

import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import MissingAsset
from miaobi.scenes import sprites as art
from miaobi.scenes.captions import COLOR_WORDS
from miaobi.scenes.sprites import SIDE, STYLES, open_atlas, prepare, subject_index, subjects

HAN = re.compile(r"T?[\u4e00-\u9fff]+")


class TestTable:
    def test_enough_of_every_group(self) -> None:
        groups = Counter(subject.group for subject in subjects())
        assert set(groups) == {"animal", "food", "plant", "vehicle", "sky", "object"}
        assert min(groups.values()) >= 10 and 200 <= groups.total() <= 260

    @pytest.mark.parametrize("names", ["name", "english", "plural", "chinese", "art"])
    def test_no_two_share_a_name(self, names: str) -> None:
        counts = Counter(getattr(subject, names) for subject in subjects())
        assert [name for name, count in counts.items() if count > 1] == []

    def test_no_other_name_is_anothers(self) -> None:
        """ "football" for one thing must not be the name of a second one."""
        english = Counter(w for s in subjects() for w in {s.english, *s.synonyms})
        chinese = Counter(w for s in subjects() for w in {s.chinese, *s.chinese_synonyms})
        assert [word for word, count in (english + chinese).items() if count > 1] == []

    def test_fields(self) -> None:
        for subject in subjects():
            assert re.fullmatch(r"[a-z][a-z' -]+", subject.english), subject
            assert re.fullmatch(r"[a-z][a-z0-9-]+", subject.name)
            assert re.fullmatch(r"[\u4e00-\u9fff]", subject.measure), subject
            assert subject.color == "" or subject.color in COLOR_WORDS
            assert all(HAN.fullmatch(w) for w in (subject.chinese, *subject.chinese_synonyms))
            assert all(re.fullmatch(r"[a-z][a-z -]+", word) for word in subject.synonyms), subject

    def test_found_by_name(self) -> None:
        assert subjects()[subject_index("polar-bear")].chinese == "北极熊"
        with pytest.raises(ValueError):
            subject_index("gryphon")


@pytest.mark.usefixtures("drawings")
class TestDrawings:
    @pytest.mark.parametrize("style", range(len(STYLES)), ids=STYLES)
    def test_every_subject_is_drawn(self, style: int) -> None:
        drawings, seen = open_atlas(), set()
        for number, subject in enumerate(subjects()):
            sprite = drawings.sprite(number, style)
            assert SIDE - 2 <= max(sprite.shape[:2]) <= SIDE and min(sprite.shape[:2]) > SIDE / 8, (
                subject.name
            )
            assert (sprite[..., :3] <= sprite[..., 3:]).all(), "colors are premultiplied"
            assert (sprite[..., 3] > 200).mean() > 0.1, subject.name
            seen.add(sprite.tobytes())
        assert len(seen) == len(subjects()), "two subjects share a drawing"

    def test_styles_differ(self) -> None:
        drawings = open_atlas()
        for number in range(0, len(subjects()), 10):
            assert len({drawings.sprite(number, style).tobytes() for style in range(5)}) == 5

    def test_ink_is_black(self) -> None:
        drawings = open_atlas()
        ink = STYLES.index("ink")
        assert not any(drawings.sprite(n, ink)[..., :3].any() for n in range(len(subjects())))

    @pytest.mark.parametrize(
        ("name", "channel"), [("strawberry", 0), ("frog", 1), ("dolphin", 2), ("tree", 1)]
    )
    def test_colors_are_those_of_the_thing(self, name: str, channel: int) -> None:
        for style in ("3d", "color", "flat", "noto"):
            sprite = open_atlas().sprite(subject_index(name), STYLES.index(style))
            assert np.argmax(sprite[..., :3].sum((0, 1))) == channel, style


class TestCache:
    @pytest.fixture(autouse=True)
    def nothing_rendered(self, own_home: Path) -> None:
        """An empty cache, without links to drawings of other tests."""
        shutil.rmtree(own_home / "cache", ignore_errors=True)

    def test_says_how_to_get_the_drawings(self, empty_assets: Path) -> None:
        with pytest.raises(MissingAsset, match="miaobi pull scenes-art"):
            open_atlas()

    @pytest.mark.model  # takes longer than a unit test may
    def test_rendered_once_for_all(self, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        few = subjects()[:2]
        monkeypatch.setattr(art, "subjects", lambda: few)
        monkeypatch.setattr(art, "_file_name", lambda: "drawings-few.npy")
        (own_home / "cache").mkdir()
        (own_home / "cache" / "drawings-outdated.npy").write_bytes(b"old")
        with ThreadPoolExecutor(2) as threads:
            told = [threads.submit(lambda: [p.done for p in prepare()]) for _ in range(2)]
        assert sorted(t.result() for t in told) == [[], list(range(1, 11))]
        drawings = open_atlas()
        assert drawings.sprites.shape == (2, len(STYLES), SIDE, SIDE, 4)
        assert drawings.sprites.any((2, 3, 4)).all()
        kept = {path.name for path in (own_home / "cache").glob("*.npy")}
        assert kept == {"drawings-few.npy"}

    def test_a_broken_off_rendering_leaves_nothing(
        self, own_home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        few = subjects()[:2]
        monkeypatch.setattr(art, "subjects", lambda: few)
        monkeypatch.setattr(art, "_file_name", lambda: "drawings-few.npy")
        rendering = prepare()
        next(rendering)
        rendering.close()
        assert list((own_home / "cache").glob("*.npy")) == []
