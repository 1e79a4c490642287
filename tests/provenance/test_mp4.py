"""The metadata label in an MP4: written, read, found by ffmpeg as well, and the film still plays."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from miaobi.media import video
from miaobi.provenance.mp4 import boxes, read_mp4, write_mp4

VALUE = '{"Label":"1","ContentProducer":"miaobi"}'


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    frames = (np.full((64, 96, 3), 10 * number, np.uint8) for number in range(10))
    for _ in video.write(frames, tmp_path / "a.mp4", 10, (96, 64)):
        pass
    return (tmp_path / "a.mp4").read_bytes()


def test_written_and_read(film: bytes, tmp_path: Path) -> None:
    assert read_mp4(film) == []
    labeled = write_mp4(film, VALUE)
    assert read_mp4(labeled) == [VALUE]
    (tmp_path / "b.mp4").write_bytes(labeled)
    assert video.decode_warnings(tmp_path / "b.mp4") == ""
    assert len(list(video.read(tmp_path / "b.mp4"))) == 10
    told = subprocess.run(
        [
            video.ffmpeg_path(),
            "-v",
            "error",
            "-i",
            str(tmp_path / "b.mp4"),
            "-f",
            "ffmetadata",
            "-",
        ],
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert "AIGC=" in told


def test_a_second_label_replaces_the_first(film: bytes) -> None:
    again = write_mp4(write_mp4(film, VALUE), '{"Label":"2"}')
    assert read_mp4(again) == ['{"Label":"2"}']


def test_media_before_the_head_stays_in_its_place(film: bytes, tmp_path: Path) -> None:
    """Without faststart the head comes last, and no offset may change."""
    (tmp_path / "a.mp4").write_bytes(film)
    subprocess.run(
        [
            video.ffmpeg_path(),
            "-v",
            "error",
            "-i",
            str(tmp_path / "a.mp4"),
            "-c",
            "copy",
            str(tmp_path / "c.mp4"),
        ],
        check=True,
    )
    data = (tmp_path / "c.mp4").read_bytes()
    assert data.index(b"mdat") < data.index(b"moov")
    (tmp_path / "d.mp4").write_bytes(write_mp4(data, VALUE))
    assert len(list(video.read(tmp_path / "d.mp4"))) == 10


@pytest.mark.parametrize("cut", [4, 40, 900])
def test_damage_is_told(film: bytes, cut: int) -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(boxes(film[:-cut]))
