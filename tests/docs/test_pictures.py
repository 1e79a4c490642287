"""Every block of docs/pictures.md is run, in its order, as a newcomer would; with fewer steps."""

import re
from pathlib import Path

import pytest

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
    assert len(BLOCKS) >= 8 and {kind for kind, _ in BLOCKS} == {"sh", "python"}
    for kind, block in BLOCKS:
        if kind == "python":
            run_python(
                block.replace("frames=9, seed=2", "frames=9, seed=2, steps=2"), "pictures.md"
            )
        else:
            assert all(printed is not None for printed in run_shell(block, shortened))
    named = re.findall(
        r"(?:-o |save\(\")([\w-]+\.(?:png|gif|webp))", "".join(block for _, block in BLOCKS)
    )
    assert len(named) >= 15
    for name in named:
        assert (place / name).stat().st_size > 0, name
    assert decode(place / "strip.png").shape[1] > 8 * decode(place / "wolf.png").shape[1]
