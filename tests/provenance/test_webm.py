"""The metadata label in WebM, and the whole road of a WebM film."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

import miaobi as mb
from miaobi.media import video
from miaobi.media.ffmpeg import QUIET, ffmpeg_path
from miaobi.media.sniff import media_type_of
from miaobi.provenance import aigc
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


@pytest.mark.parametrize(
    ("source", "ending", "media_type"),
    [("webm", "mkv", "video/x-matroska"), ("mp4", "mov", "video/quicktime")],
)
def test_a_copy_in_another_container_keeps_the_label(
    tmp_path: Path, source: str, ending: str, media_type: str
) -> None:
    frames = (np.full((32, 32, 3), 40 * number, np.uint8) for number in range(4))
    plain, target = tmp_path / f"a.{source}", tmp_path / f"b.{ending}"
    list(video.write(frames, plain, 12, (32, 32)))
    value = aigc.label("miaobi", "0123abc")
    plain.write_bytes(aigc.embed(plain.read_bytes(), f"video/{source}", value))
    tags = ["-movflags", "use_metadata_tags"] if ending == "mov" else []
    command = [ffmpeg_path(), *QUIET, "-i", str(plain), "-c", "copy", *tags, str(target)]
    subprocess.run(command, check=True)
    assert media_type_of(target.read_bytes()) == media_type
    assert aigc.read(target.read_bytes(), media_type) == [value]
