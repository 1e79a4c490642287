"""The metadata label in WebM, and the whole road of a WebM film."""

from pathlib import Path

import numpy as np
import pytest

import miaobi as mb
from miaobi.media import video
from miaobi.media.sniff import media_type_of
from miaobi.provenance.webm import elements, read_webm, write_webm
from tests.film.filming import made, prepared

VALUE = '{"Label":"1","ContentProducer":"miaobi"}'


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    frames = (np.full((64, 96, 3), 10 * number, np.uint8) for number in range(10))
    for _ in video.write(frames, tmp_path / "a.webm", 10, (96, 64)):
        pass
    return (tmp_path / "a.webm").read_bytes()


def test_written_and_read(film: bytes, tmp_path: Path) -> None:
    assert media_type_of(film) == "video/webm"
    assert read_webm(film) == []
    labeled = write_webm(film, VALUE)
    assert read_webm(labeled) == [VALUE]
    assert read_webm(write_webm(labeled, '{"Label":"2"}')) == ['{"Label":"2"}']
    (tmp_path / "b.webm").write_bytes(labeled)
    assert video.decode_warnings(tmp_path / "b.webm") == ""
    assert len(list(video.read(tmp_path / "b.webm"))) == 10


@pytest.mark.parametrize("cut", [1, 30])
def test_damage_is_told(film: bytes, cut: int) -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(elements(film[:-cut]))


@pytest.mark.model
def test_a_film_as_webm_is_labeled(tmp_path: Path) -> None:
    place = prepared(
        tmp_path / "film", {"title": "", "scenes": [{"say": "Hi.", "show": "a boat"}]}, 1
    )
    made(place, scenes=1, seconds=2, format="webm", sounds=False)
    verdict = mb.verify(place / "film.webm")
    assert verdict.status == "intact"
    assert verdict.aigc["Label"] == "1"
