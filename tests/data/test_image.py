"""Pictures to batches: a folder of the user's own, and scenes by number."""

import io
import json
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from miaobi.core.errors import DataError, OptionError
from miaobi.data.batches import draw_batch, to_batch
from miaobi.data.folders import ArraySource
from miaobi.data.image import MIN_PICTURES, PictureConfig, open_pictures
from miaobi.media.image import encode
from miaobi.models.pixels import tensor_to_images
from miaobi.scenes.sprites import subjects
from tests.scenes.drawn import draw_folder, picture, write

SMALL = PictureConfig(size=32, rows=4)


def opened(place: Path, **changes: Any) -> tuple[ArraySource, Any]:
    config = PictureConfig(**{"size": 32, "rows": 4, **changes})
    source, report = open_pictures((str(place),), config)
    assert isinstance(source, ArraySource)
    return source, report


def everything(source: ArraySource) -> tuple[set[bytes], set[bytes]]:
    """The pixels of what is learned, and of what is held out."""
    learned = source.pictures(list(range(source.count))).pictures
    held = source.held_out(len(source.held_out_indices), 0).pictures
    return {x.numpy().tobytes() for x in learned}, {x.numpy().tobytes() for x in held}


def captions(source: ArraySource) -> set[str]:
    return set(source.captions)


def test_what_a_folder_holds(tmp_path: Path) -> None:
    draw_folder(tmp_path / "pets", 20, ("cat", "dog"))
    write(tmp_path / "pets" / "cat" / "photo.jpg", picture(50))
    write(tmp_path / "pets" / "dog" / "deep" / "photo.webp", picture(51))
    shutil.copy(tmp_path / "pets/cat/picture-0.png", tmp_path / "pets/dog/again.png")
    (tmp_path / "pets" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    whole = (tmp_path / "pets/cat/photo.jpg").read_bytes()
    (tmp_path / "pets" / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "pets" / "empty.webp").touch()
    (tmp_path / "pets" / "notes.md").write_text("no picture")
    (tmp_path / "pets" / "folder.png").mkdir()
    (tmp_path / "pets" / "nowhere.png").symlink_to(tmp_path / "gone.png")
    source, report = opened(tmp_path / "pets", license="CC0-1.0")
    assert (report.pictures, report.duplicates, report.unreadable) == (22, 1, 3)
    assert (report.classes, report.license, report.captions) == (3, "CC0-1.0", 22)
    assert source.classes == (("cat", "deep", "dog"),)
    assert report.origins[0].endswith("pets/cat/photo.jpg") and len(report.origins) == 20
    assert opened(tmp_path / "pets")[1].license == "not stated"


def test_what_moves_or_is_huge_is_counted_and_left_out(tmp_path: Path) -> None:
    draw_folder(tmp_path, 16)
    frames = [Image.fromarray(picture(number)) for number in (90, 91)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    for name, side in (("huge", 9000), ("bomb", 60_000)):
        head = struct.pack(">4sIIBBBBB", b"IHDR", side, side, 8, 2, 0, 0, 0)
        whole = encode(picture(92), "png")
        (tmp_path / f"{name}.png").write_bytes(
            whole[:12] + head + struct.pack(">I", zlib.crc32(head)) + whole[33:]
        )
    _, report = opened(tmp_path)
    assert (report.pictures, report.unreadable) == (16, 3)


def test_any_kind_of_picture_becomes_the_middle_square(tmp_path: Path) -> None:
    draw_folder(tmp_path, 16)
    kinds: dict[str, Any] = {}
    for name, mode in (("gray", "L"), ("palette", "P"), ("clear", "RGBA"), ("print", "CMYK")):
        kinds[name] = Image.fromarray(picture(60 + len(kinds))).convert(mode)
    kinds["wide"] = Image.fromarray(
        np.hstack([np.zeros((40, 40, 3), np.uint8), picture(70), np.zeros((40, 40, 3), np.uint8)])
    )
    kinds["dot"] = Image.new("RGB", (1, 1), (7, 8, 9))
    for name, one in kinds.items():
        one.save(tmp_path / f"{name}.tiff")
    source, report = opened(tmp_path)
    assert (report.pictures, report.unreadable) == (22, 0)
    places = {caption: number for number, caption in enumerate(source.captions)}
    middle = Image.fromarray(picture(70)).resize((32, 32), Image.Resampling.LANCZOS)
    assert (source.values[places["wide"]] == np.asarray(middle)).all()
    assert (source.values[places["dot"]] == (7, 8, 9)).all()


def test_a_photo_that_lies_on_its_side_is_turned(tmp_path: Path) -> None:
    draw_folder(tmp_path, 16)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right
    buffer = io.BytesIO()
    upright = Image.fromarray(picture(80))
    upright.rotate(90).save(buffer, "PNG", exif=exif)
    (tmp_path / "sideways.png").write_bytes(buffer.getvalue())
    write(tmp_path / "upright.png", picture(80))
    _, report = opened(tmp_path)
    assert (report.pictures, report.duplicates) == (17, 1)


def test_captions_beside_a_picture_in_a_list_or_in_its_name(tmp_path: Path) -> None:
    draw_folder(tmp_path, 16)
    names = ("old-red_barn 2", "IMG_17", "7", "told", "listed", "above")
    for number, name in enumerate(names):
        write(tmp_path / "farm" / f"{name}.png", picture(30 + number))
    (tmp_path / "farm" / "told.txt").write_text("  a red barn in the snow\n", encoding="utf-8")
    rows = [{"file_name": "listed.png", "text": "一座谷仓"}, {"file_name": "told.png", "text": "x"}]
    lines = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n"
    (tmp_path / "farm" / "metadata.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "metadata.jsonl").write_text(
        json.dumps({"file_name": "farm/above.png", "text": "a field"}), encoding="utf-8"
    )
    source, _ = opened(tmp_path)
    assert captions(source) == {
        "old red barn",
        "IMG",
        "farm",
        "a red barn in the snow",
        "一座谷仓",
        "a field",
        "picture",
    }


@pytest.mark.parametrize(
    "line",
    [b"{", b"[1]", b'{"file_name": "a.png"}', b'{"text": "a"}', b'{"file_name": 3}'],
)
def test_a_list_of_captions_that_cannot_be_read(line: bytes, tmp_path: Path) -> None:
    draw_folder(tmp_path, 16, ("box",))
    good = b'{"file_name": "picture-0.png", "text": "one"}\n'
    (tmp_path / "box" / "metadata.jsonl").write_bytes(good + line)
    with pytest.raises(DataError) as caught:
        opened(tmp_path)
    assert str(caught.value) == (
        f"Line 2 of {tmp_path}/box/metadata.jsonl cannot be read. "
        'Write {"file_name": "a.png", "text": "a cat"} in each line.'
    )


def test_too_few_and_none(tmp_path: Path) -> None:
    draw_folder(tmp_path, MIN_PICTURES - 1)
    for number in range(5):  # the same again is no more
        shutil.copy(tmp_path / "box/picture-0.png", tmp_path / f"{number}.png")
    with pytest.raises(DataError, match="has only 15 different pictures that can be read; 16 are"):
        opened(tmp_path)
    with pytest.raises(DataError, match="gone does not exist"):
        opened(tmp_path / "gone")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(DataError, match="has only 0 different pictures"):
        opened(tmp_path / "nothing")
    write(tmp_path / "one-more.png", picture(99))
    assert opened(tmp_path)[1].pictures == MIN_PICTURES


def test_files_and_folders_together_and_what_is_left_out(tmp_path: Path) -> None:
    draw_folder(tmp_path / "a", 16, ("box",))
    one = write(tmp_path / "b" / "one.png", picture(40))
    draw_folder(tmp_path / "a" / "run" / "samples", 4, ("x",))
    places = (str(tmp_path / "a"), str(one))
    source, report = open_pictures(places, SMALL, tmp_path / "a" / "run")
    assert (report.pictures, source.classes) == (17, (("b", "box"),))
    assert open_pictures(places, SMALL)[1].duplicates == 4


def test_where_we_stand_is_a_class_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(16):
        write(tmp_path / "barns" / f"{number}.png", picture(number))
    monkeypatch.chdir(tmp_path / "barns")
    source, _ = opened(Path("."))
    assert source.classes == (("barns",),) and captions(source) == {"barns"}


@pytest.mark.parametrize(("share", "count"), [(0.001, 1), (0.25, 10), (0.5, 20)])
def test_what_is_held_out_is_never_learned(share: float, count: int, tmp_path: Path) -> None:
    source, _ = opened(draw_folder(tmp_path, 40), held_out=share)
    learned, held = everything(source)
    assert (len(held), len(learned)) == (count, 40 - count) and not learned & held
    other, _ = opened(tmp_path, held_out=share, split=1)
    assert everything(other)[1] != held
    drawn = {
        x.numpy().tobytes() for step in range(60) for x in draw_batch(source, 8, (0, step)).pictures
    }
    assert drawn == learned  # all of them, and nothing else


def test_held_out_pictures_go_round(tmp_path: Path) -> None:
    source, _ = opened(draw_folder(tmp_path, 40), held_out=0.1)
    first, second = source.held_out(4, 0), source.held_out(4, 1)
    assert torch.equal(first.pictures, second.pictures) and first.captions == second.captions
    assert source.held_out(8, 0).pictures.shape == (8, 3, 32, 32)


def test_labels_and_captions_stay_with_their_pictures(tmp_path: Path) -> None:
    for number in range(20):
        shade = np.full((32, 32, 3), 10 * number, np.uint8)
        path = write(tmp_path / f"class-{number % 3}" / f"{number}.png", shade)
        path.with_suffix(".txt").write_text(str(number))
    source, _ = opened(tmp_path)
    for batch in (draw_batch(source, 50, (1, 2)), source.held_out(5, 0)):
        shades = tensor_to_images(batch.pictures)
        for shade, label, caption in zip(shades, batch.labels, batch.captions, strict=True):
            assert shade[0, 0, 0] == 10 * int(caption)
            assert source.classes[0][int(label[0])] == f"class-{int(caption) % 3}"


def test_a_batch_is_a_function_of_its_draw(tmp_path: Path) -> None:
    source, _ = opened(draw_folder(tmp_path, 40))
    again, _ = opened(tmp_path)
    draws = [(0, 5, 0, 0), (1, 5, 0, 0), (0, 6, 0, 0), (0, 5, 1, 0), (0, 5, 0, 1)]
    batches = [draw_batch(source, 16, draw) for draw in draws]
    for draw, batch in zip(reversed(draws), reversed(batches), strict=True):
        assert torch.equal(draw_batch(again, 16, draw).pictures, batch.pictures)
    numbers = [batch.pictures.numpy().tobytes() for batch in batches]
    assert len(set(numbers)) == len(draws)


TELL = """
import sys, hashlib
from miaobi.data.batches import draw_batch
from miaobi.data.image import PictureConfig, open_pictures
source, _ = open_pictures((sys.argv[1],), PictureConfig(size=32))
batch = draw_batch(source, 8, (3, 4))
told = batch.pictures.numpy().tobytes() + source.held_out(4, 0).pictures.numpy().tobytes()
print(hashlib.sha256(told).hexdigest(), batch.labels.tolist(), batch.captions, source.digest)
"""


@pytest.mark.parametrize("kind", ["folder", "scenes:labelled", "scenes:composed"])
def test_two_processes_agree(kind: str, drawings: None, tmp_path: Path) -> None:
    place = kind if kind != "folder" else str(draw_folder(tmp_path / "pictures"))
    told = [
        subprocess.run([sys.executable, "-c", TELL, place], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert told[0] == told[1] and len(told[0]) > 100


def test_a_digest_tells_of_every_change(tmp_path: Path) -> None:
    place = draw_folder(tmp_path / "pictures")
    digests = [opened(place)[0].digest]

    def changed() -> bool:
        digests.append(opened(place)[0].digest)
        return digests[-1] not in digests[:-1]

    assert not changed()
    write(place / "box" / "picture-0.png", picture(500))
    assert changed()
    (place / "box" / "picture-0.txt").write_text("another caption")
    assert changed()
    (place / "box" / "picture-2.png").rename(place / "square" / "picture-2.png")
    assert changed()
    place.joinpath("box").rename(place / "crate")
    assert changed()


def test_pixels_survive_the_way_to_a_network_and_back() -> None:
    given = [np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3), picture(1, 16)]
    batch = to_batch(given, [(0,), (1,)], ["a", "b"])
    assert batch.pictures.shape == (2, 3, 16, 16) and batch.pictures.dtype == torch.float32
    assert batch.pictures.min() == -1 and batch.pictures.max() == 1
    assert batch.labels.tolist() == [[0], [1]] and batch.labels.dtype == torch.int64
    for before, after in zip(given, tensor_to_images(batch.pictures), strict=True):
        assert (before == after).all()
    beyond = torch.tensor([-3.0, 3.0]).view(1, 1, 1, 2).expand(1, 3, 1, 2)
    assert tensor_to_images(beyond)[0][0].tolist() == [[0, 0, 0], [255, 255, 255]]


def test_scenes_of_one_group_have_its_classes_alone(drawings: None) -> None:
    config = replace(SMALL, group="sky", rows=64)
    for kind in ("labelled", "composed"):
        source, report = open_pictures((f"scenes:{kind}",), config)
        wanted = {subject.name for subject in subjects() if subject.group == "sky"}
        assert set(source.classes[0]) == wanted and report.classes == len(wanted)
        labels = draw_batch(source, config.rows, (0, 1)).labels
        assert len(wanted) // 2 < len(set(labels[:, 0].tolist())) <= len(wanted)
    with pytest.raises(OptionError, match="animal, food, object, plant, sky, vehicle"):
        open_pictures(("scenes:labelled",), replace(config, group="stars"))


def test_labelled_scenes(drawings: None) -> None:
    source, report = open_pictures(("scenes:labelled",), SMALL)
    batch = draw_batch(source, 4, (0, 0))
    assert batch.captions == [""] * 4 and batch.pictures.shape == (4, 3, 32, 32)
    subjects, styles = source.classes
    assert (batch.labels[:, 0] < len(subjects)).all() and (batch.labels[:, 1] < len(styles)).all()
    assert (report.pictures, report.classes) == (0, len(subjects)) and "fox" in subjects


def test_composed_scenes_and_a_pool_of_them(drawings: None) -> None:
    source, report = open_pictures(("scenes:composed",), PictureConfig(size=32, pool=3))
    assert (source.count, report.pictures, report.captions) == (3, 3, 3)
    batch = draw_batch(source, 16, (0, 0))
    assert len(set(batch.captions)) == 3
    held = source.held_out(4, 0)
    assert not set(held.captions) & set(batch.captions)
    assert source.held_out(2, 1).captions == held.captions[2:]


def test_places_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"scenes is 'drawn'. Choose one of: labelled, composed."):
        open_pictures(("scenes:drawn",), SMALL)
    with pytest.raises(DataError, match="Scenes and other data cannot be mixed"):
        open_pictures((str(tmp_path), "scenes:labelled"), SMALL)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", 15),
        ("size", 2000),
        ("rows", 0),
        ("subjects", 5),
        ("singles", 1.5),
        ("chinese", -1.0),
        ("pool", -1),
        ("held_out", 0.0),
        ("held_out", 0.6),
    ],
)
def test_numbers_out_of_range(name: str, value: float) -> None:
    with pytest.raises(OptionError, match=f"{name} is {value}. It has to lie between"):
        PictureConfig(**{name: value})  # type: ignore[arg-type]
