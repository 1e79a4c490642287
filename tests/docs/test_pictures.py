"""Every block of docs/pictures.md is run, in its order, as a newcomer would; with tiny models.

Where the weights of a model do not come with the package, a tiny folder of its name stands in.
"""

import re
import shlex
from functools import partial
from pathlib import Path

import pytest

from miaobi.cli.console import guarded
from miaobi.cli.main import commands
from miaobi.media.image import decode
from miaobi.models.zoo import MODELS
from tests.conftest import PROJECT
from tests.tiny import generators as tiny

PAGE = (PROJECT / "docs" / "pictures.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.S | re.M)
MADE = {
    "drawings": tiny.save_text_to_image,
    "animals-vae": tiny.save_vector,
    "drawings-vae": tiny.save_grid,
}
FEWER = " --data.rows=2 --train.steps=2 --train.validate_every=2 --train.save_every=2"
SMALLER = {"vae": " --size=tiny --data.size=32", "gan": " --data.size=64", "t2i": " --data.size=64"}


def shortened(line: str, known: set[str]) -> str:
    """A line of a block for tiny models; `known` are the models that there are."""
    if train := re.match(r"miaobi train (\w+) ", line):
        return line + FEWER + SMALLER[train[1]]
    if line.startswith("miaobi image") and "--model" not in line and "drawings" not in known:
        return line + " --model drawings"
    return line


@pytest.mark.usefixtures("drawings")
def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process: loading PyTorch for each of thirty lines would take minutes."""
    place = tmp_path / "a folder of a newcomer"
    place.mkdir()
    monkeypatch.chdir(place)
    known = {model.name for model in MODELS}
    for name, save in MADE.items():
        assert f"`{name}`" in PAGE
        if name not in known:
            save(place / name)
    assert len(BLOCKS) >= 8 and {kind for kind, _ in BLOCKS} == {"sh", "python"}
    for kind, block in BLOCKS:
        if kind == "python":
            if "drawings" not in known:
                block = re.sub(r"(mb\.image\([^)]*)\)", r'\1, model="drawings")', block)
            exec(compile(block, "docs/pictures.md", "exec"), {})
            continue
        for line in block.splitlines():
            program, *words = shlex.split(shortened(line, known))
            assert program == "miaobi" and guarded(partial(run, words)) == 0, line
    named = re.findall(
        r"(?:-o |save\(\")([\w-]+\.(?:png|gif|webp))", "".join(block for _, block in BLOCKS)
    )
    assert len(named) >= 15
    for name in named:
        assert (place / name).stat().st_size > 0, name
    assert decode(place / "strip.png").shape[1] > 8 * decode(place / "wolf.png").shape[1]


def run(words: list[str]) -> object:
    """One command of the program."""
    return commands.main(words, prog_name="miaobi", standalone_mode=False)
