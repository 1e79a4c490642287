"""Sound is read in any container, and nothing but local recordings is opened."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from miaobi.core.errors import MediaError, TooLargeError
from miaobi.media import audio, video
from miaobi.media.audio import check_sound, decode, encode
from miaobi.media.ffmpeg import CONTAINERS
from miaobi.media.sniff import media_type_of
from tests.media.test_audio import pitch, tone

CASES = Path(__file__).parent / "cases"  # half a second of 440 Hz each
# file -> media type and sample rate
FILES = {
    "tone.aac": ("audio/aac", 16_000),
    "tone.ac3": ("audio/ac3", 32_000),
    "tone.aifc": ("audio/aiff", 8_000),
    "tone.aiff": ("audio/aiff", 8_000),
    "tone.amr": ("audio/amr", 8_000),
    "tone.au": ("audio/basic", 8_000),
    "tone.avi": ("video/x-msvideo", 16_000),
    "tone.caf": ("audio/x-caf", 8_000),
    "tone.m4a": ("audio/mp4", 16_000),
    "tone.m4b": ("audio/mp4", 16_000),
    "tone.mkv": ("video/x-matroska", 16_000),
    "tone.mov": ("video/quicktime", 16_000),
    "tone.mp4": ("video/mp4", 16_000),
    "tone.opus": ("audio/ogg", 16_000),
    "tone.ts": ("video/mp2t", 16_000),
    "tone.w64": ("audio/x-w64", 8_000),
    "tone.webm": ("video/webm", 48_000),
    "tone.wma": ("audio/x-ms-wma", 22_050),
    "tone.wv": ("audio/x-wavpack", 8_000),
    "tone_crc.mp2": ("audio/mpeg", 44_100),
    "tone_mpeg2.mp3": ("audio/mpeg", 22_050),
    "tone_mpeg25.mp3": ("audio/mpeg", 8_000),
}
# one frame of MPEG 1 layer III at 128 kbit/s with a checksum: silence
CRC_FRAME = b"\xff\xfa\x90\xc4" + bytes(413)
PLAYLISTS = {
    "hls.mp3": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{path}\n#EXT-X-ENDLIST\n",
    "concat.mp3": "ffconcat version 1.0\nfile '{path}'\n",
    "list.m3u8": "#EXTM3U\n{path}\n",
    "sdp.mp3": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "dash.mp4": '<?xml version="1.0"?><MPD type="static"><BaseURL>{path}</BaseURL></MPD>',
    "mcc.wav": "ftp://127.0.0.1/tone.wav\n",
}


def test_every_case_is_in_the_table() -> None:
    assert {path.name for path in CASES.iterdir()} == {*FILES, "silent.mp4"}


@pytest.mark.parametrize("name", FILES)
def test_a_tone_is_read_from_any_container(name: str, tmp_path: Path) -> None:
    media_type, rate = FILES[name]
    data = (CASES / name).read_bytes()
    assert media_type_of(data) == media_type
    nameless = tmp_path / "recording"  # an upload has no ending
    nameless.write_bytes(data)
    samples, its_rate = decode(nameless)
    assert its_rate == rate
    assert len(samples) / rate == pytest.approx(0.55, abs=0.1)
    assert pitch(samples, rate) == pytest.approx(440, abs=1)
    assert np.abs(samples).max() == pytest.approx(0.125, rel=0.1)


def test_bytes_are_read_as_files_are() -> None:
    path = CASES / "tone.m4a"
    np.testing.assert_array_equal(decode(path.read_bytes())[0], decode(path)[0])


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_wave_file_whose_sizes_were_never_written(size: int) -> None:
    samples = tone()
    data = bytearray(encode(samples, 24_000, "wav"))
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = size.to_bytes(4, "little")
    back, rate = decode(bytes(data))
    assert rate == 24_000
    np.testing.assert_allclose(back, samples, atol=1.01 / 32768)


@pytest.mark.parametrize(
    ("container", "subtype"),
    [("RF64", "PCM_16"), ("WAVEX", "DOUBLE"), ("WAV", "ULAW"), ("WAV", "GSM610"), ("AIFF", "ALAW")],
)
def test_other_ways_to_store_samples(container: str, subtype: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    soundfile.write(path, tone(), 24_000, format=container, subtype=subtype)
    samples, rate = decode(path)
    assert (pitch(samples, rate), rate) == (pytest.approx(440, abs=3), 24_000)


def test_mp3_with_checksums() -> None:
    data = CRC_FRAME * 20
    assert media_type_of(data) == "audio/mpeg"
    samples, rate = decode(data)
    assert rate == 44_100 and len(samples) >= 19 * 1152 and not samples.any()


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8])
def test_channels_are_mixed(channels: int, tmp_path: Path) -> None:
    path = tmp_path / "many.wav"
    soundfile.write(path, np.stack([tone()] * channels, axis=1), 24_000)
    samples, rate = decode(path, mono=False)
    assert samples.shape[1] == min(channels, 2)
    assert decode(path)[0].ndim == 1
    assert pitch(samples[:, 0], rate) == pytest.approx(440, abs=1)


def test_resampling_while_it_is_read() -> None:
    samples, rate = decode(encode(tone(3.0), 24_000, "flac"), rate=16_000)
    assert (rate, len(samples)) == (16_000, 48_000)
    np.testing.assert_allclose(samples, tone(3.0, rate=16_000), atol=0.01)


def test_video_without_sound() -> None:
    path = CASES / "silent.mp4"
    with pytest.raises(MediaError, match=r"silent\.mp4 has no sound track\. Give a recording"):
        decode(path)
    with pytest.raises(MediaError, match=r"^film\.mp4 has no sound track"):
        check_sound(path, "film.mp4")
    assert video.probe(path).sound is False
    assert video.probe(CASES / "tone.mov").sound is True


@pytest.mark.parametrize("name", ["tone.wav", "tone.m4a", "tone.webm", "tone.ac3"])
def test_a_header_alone(name: str, tmp_path: Path) -> None:
    whole = encode(tone(), 24_000, "wav") if name == "tone.wav" else (CASES / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(whole[:44])
    with pytest.raises(MediaError, match=r"holds no sound: it is empty, cut off or damaged"):
        decode(path)


@pytest.mark.parametrize("name", ["empty.dts", "empty.m4a", "empty"])
def test_an_empty_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    with pytest.raises(MediaError, match="is not a sound file that can be read"):
        decode(tmp_path / name)


@pytest.mark.parametrize("name", PLAYLISTS)
def test_no_file_makes_another_one_be_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(PLAYLISTS[name].format(path=CASES / "tone.aac"))
    with pytest.raises(MediaError, match="is not a sound file"):
        decode(path)
    with pytest.raises(MediaError, match="is not a video"):
        video.probe(path)


def test_no_container_that_names_files_is_opened() -> None:
    listed = set(CONTAINERS.split())
    assert not listed & {"hls", "concat", "dash", "sdp", "rtsp", "image2", "imf", "lavfi", "tty"}


@pytest.mark.parametrize("name", ["-y", "concat:a|b.wav", "http:", "a\nb.m4a", "100%.m4a"])
def test_names_are_names(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes((CASES / "tone.m4a").read_bytes())
    assert len(decode(Path(name))[0]) == 8000


def test_a_recording_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(np.zeros(24_000 * 8, np.float32), 24_000, "flac")
    with pytest.raises(TooLargeError, match=r"this is longer than 0\.1 minutes\. Cut it"):
        decode(data, seconds=6)
    assert len(decode(data, seconds=8)[0]) == 24_000 * 8
    monkeypatch.setattr(audio, "MAX_SAMPLES", 24_000 * 7)
    with pytest.raises(TooLargeError):
        decode(data)
    with pytest.raises(TooLargeError):
        decode(data, rate=48_000)
    assert len(decode(data, rate=16_000)[0]) == 16_000 * 8


@pytest.mark.parametrize("rate", [1, 4_000_000_000])
def test_an_impossible_rate(rate: int) -> None:
    data = bytearray(encode(tone(), 24_000, "wav"))
    data[24:28] = rate.to_bytes(4, "little")
    with pytest.raises(MediaError, match="samples per second|no sound"):
        decode(bytes(data), rate=16_000)


def test_numbers_that_are_none_become_silence(tmp_path: Path) -> None:
    samples = np.array([np.nan, np.inf, -1e38, 0.5] * 2000, np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 24_000, subtype="FLOAT")
    back, _ = decode(tmp_path / "a.wav")
    np.testing.assert_array_equal(back[:4], [0, audio.MAX_AMPLITUDE, -audio.MAX_AMPLITUDE, 0.5])
    assert np.isfinite(decode(tmp_path / "a.wav", rate=16_000)[0]).all()


def test_what_follows_damage_is_read(tmp_path: Path) -> None:
    """libsndfile stops at the damage in a FLAC file; ffmpeg goes on from there."""
    noise = np.random.default_rng(1).standard_normal(24_000 * 6).astype("f4") / 9
    data = bytearray(encode(noise, 24_000, "flac"))
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    back, _ = decode(bytes(data))
    assert len(back) > 24_000 * 5
    np.testing.assert_allclose(back[:24_000], noise[:24_000], atol=1e-4)
    np.testing.assert_allclose(back[-12_000:], noise[-12_000:], atol=1e-4)
