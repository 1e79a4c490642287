"""Every block of docs/pictures.md is run, in its order, as a newcomer would; with fewer steps."""

import json
import re
from pathlib import Path

import pytest

from miaobi.looks.looks import LOOKS
from miaobi.media.image import decode
from tests.docs.page import blocks, page, run_python, run_shell

PAGE = page("pictures.md")
BLOCKS = blocks(PAGE)
FEWER = " --data.rows=2 --train.steps=2 --train.validate_every=2 --train.save_every=2"
SMALLER = {"vae": " --size=tiny --data.size=32", "gan": " --data.size=64", "t2i": " --data.size=64"}


def shortened(line: str) -> str:
    """Return a line with fewer steps, for training and for the diffusion model `drawings`."""
    if train := re.match(r"miaobi train (\w+) ", line):
        return line + FEWER + SMALLER[train[1]]
    by_words = re.match(r'miaobi morph "', line) and "--model animals" not in line
    if (by_words and "my-vae" not in line) or re.match("miaobi image .*--model drawings ", line):
        return re.sub(r" --steps \d+", "", line) + " --steps 2"
    return line


@pytest.mark.usefixtures("drawings")
def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process: loading PyTorch for each of thirty lines would take minutes."""
    place = tmp_path / "a folder of a newcomer"
    place.mkdir()
    monkeypatch.chdir(place)
    assert len(BLOCKS) >= 12 and {kind for kind, _ in BLOCKS} == {"sh", "python"}
    printed: list[str] = []
    for kind, block in BLOCKS:
        if kind == "python":
            run_python(
                block.replace("frames=9, seed=2", "frames=9, seed=2, steps=2"), "pictures.md"
            )
        else:
            printed += run_shell(block, shortened)
    named = re.findall(
        r"(?:-o |save\(\")([\w-]+\.(?:png|gif|webp|svg))", "".join(block for _, block in BLOCKS)
    )
    assert len(named) >= 20
    for name in named:
        assert (place / name).stat().st_size > 0, name
    assert decode(place / "strip.png").shape[1] > 8 * decode(place / "wolf.png").shape[1]
    assert (place / "moon.svg").read_text(encoding="utf-8").startswith("<svg")
    assert_the_page_is_true(printed)


def assert_the_page_is_true(printed: list[str]) -> None:
    """Compare what commands printed with the outputs and numbers that the page shows."""
    record = next(json.loads(text) for text in printed if text.startswith("{"))
    shown = re.search(r'"drawn": (\[.*?\]),\n +"left_out": (\[.*?\])', PAGE, re.S)
    assert shown is not None
    assert [record["drawn"], record["left_out"]] == [json.loads(part) for part in shown.groups()]
    counts = next(text for text in printed if "Search it" in text)
    for count, kind in re.findall(r"([\d,]+) (places|verbs)", PAGE):
        name = {"places": "place", "verbs": "action"}[kind]
        assert re.search(rf"^ +{count}  {name}$", counts, re.M), (count, kind)
    looks = re.findall(
        r"`([a-z-]+)`", "".join(re.findall(r"^\| (`[^|]+) \| [^|]+ \|$", PAGE, re.M))
    )
    assert set(LOOKS) <= set(looks)
