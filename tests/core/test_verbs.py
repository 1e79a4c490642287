"""A package and a function of one name: both stay reachable in either order of imports."""

import subprocess
import sys
from types import ModuleType

import pytest

import miaobi as mb
from miaobi.core.errors import MiaobiError


@pytest.mark.parametrize("name", ["film", "music", "speech", "train"])
def test_a_package_is_a_verb_too(name: str) -> None:
    __import__(f"miaobi.{name}")
    package = getattr(mb, name)
    assert isinstance(package, ModuleType) and callable(package)
    with pytest.raises((TypeError, MiaobiError)):
        package() if name in ("train", "music", "speech") else package(1, 2, 3)


@pytest.mark.process
def test_in_a_fresh_process_before_and_after_the_import() -> None:
    code = (
        "import miaobi as mb\n"
        "assert mb.music.__name__ == 'music'\n"
        "from miaobi.music import score\n"
        "assert callable(mb.music) and mb.music.score is score\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
