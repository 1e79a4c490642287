"""Frames in and out of video files."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import EngineError, MediaError
from miaobi.media import video
from miaobi.media.ffmpeg import QUIET, ffmpeg_path

SIZE, FPS = (96, 64), 12


def frames(count: int) -> list[np.ndarray]:
    """A white bar that moves over blue: (64, 96, 3) each."""
    out = []
    for number in range(count):
        frame = np.zeros((64, 96, 3), np.uint8)
        frame[..., 2] = 160
        frame[:, number * 4 : number * 4 + 16] = 255
        out.append(frame)
    return out


def written(path: Path, count: int = 12) -> Path:
    assert list(video.write(iter(frames(count)), path, FPS, SIZE)) == list(range(1, count + 1))
    return path


@pytest.mark.parametrize("format", ["mp4", "webm"])
def test_what_is_written_is_read_again(tmp_path: Path, format: str) -> None:
    path = written(tmp_path / f"a.{format}")
    clip = video.probe(path)
    assert (clip.width, clip.height, round(clip.fps)) == (96, 64, FPS)
    assert clip.seconds == pytest.approx(1.0, abs=0.1)
    read = list(video.read(path))
    assert len(read) == 12
    assert np.abs(read[5].astype(int) - frames(12)[5]).mean() < 8
    assert video.decode_warnings(path) == ""


def test_what_starts_a_film_comes_first(tmp_path: Path) -> None:
    data = written(tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_other_formats(tmp_path: Path, format: str) -> None:
    source = written(tmp_path / "a.mp4")
    video.convert(source, tmp_path / f"b.{format}", width=48, fps=6)
    assert (tmp_path / f"b.{format}").stat().st_size > 300


def test_pieces_are_joined_without_a_seam(tmp_path: Path) -> None:
    pieces = [written(tmp_path / f"{n}.mp4", 7) for n in range(3)]
    video.concat(pieces, tmp_path / "whole.mp4", None)
    assert len(list(video.read(tmp_path / "whole.mp4"))) == 21
    assert video.decode_warnings(tmp_path / "whole.mp4") == ""


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video at all")
    with pytest.raises(MediaError, match="not a video"):
        video.probe(tmp_path / "a.mp4")
    with pytest.raises(MediaError, match="There is no file"):
        video.probe(tmp_path / "b.mp4")
    cut = written(tmp_path / "c.mp4").read_bytes()
    (tmp_path / "d.mp4").write_bytes(cut[:400])
    with pytest.raises(MediaError):
        list(video.read(tmp_path / "d.mp4"))


def test_a_frame_of_the_wrong_size_or_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="could not be written"):
        list(video.write(iter(frames(60)), tmp_path / "none" / "a.mp4", FPS, SIZE))
    with pytest.raises(EngineError, match="no frames"):
        list(video.write(iter(()), tmp_path / "e.mp4", FPS, SIZE))


def test_closing_stops_the_encoder(tmp_path: Path) -> None:
    writing = video.write(iter(frames(20)), tmp_path / "a.mp4", FPS, SIZE)
    next(writing)
    writing.close()
    assert next(writing, None) is None


def test_a_picture_that_a_phone_stored_lying_stands_upright(tmp_path: Path) -> None:
    source, turned = written(tmp_path / "a.mp4"), tmp_path / "b.mp4"
    command = [ffmpeg_path(), *QUIET, "-display_rotation", "90", "-i", str(source)]
    subprocess.run([*command, "-c", "copy", str(turned)], check=True)
    clip = video.probe(turned)
    assert (clip.width, clip.height) == (64, 96)
    frame = next(video.read(turned))
    assert frame.shape == (96, 64, 3)
    upright = np.rot90(frames(1)[0])
    assert np.abs(frame.astype(int) - upright).mean() < 8


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    from PIL import Image

    cover, path = tmp_path / "cover.png", tmp_path / "a.m4a"
    Image.new("RGB", (32, 32), "red").save(cover)
    tone = Path(__file__).parent / "cases" / "tone.m4a"
    command = [ffmpeg_path(), *QUIET, "-i", str(tone), "-i", str(cover), "-map", "0", "-map", "1"]
    options = ["-c", "copy", "-disposition:v:0", "attached_pic"]
    subprocess.run([*command, *options, str(path)], check=True)
    with pytest.raises(MediaError, match="not a video"):
        video.probe(path)


def test_metadata_is_not_taken_for_the_streams(tmp_path: Path) -> None:
    source, path = written(tmp_path / "a.mp4"), tmp_path / "b.mp4"
    lines = "x\n  Stream #0:9: Video: h264, 9x9, 99 fps\n  Duration: 99:00:00.00"
    video.add_tag(source, path, "title", lines)
    assert video.probe(path) == video.probe(source)
