"""Scripts of any certain encoding are read; others are refused by name."""

from pathlib import Path

import pytest

from miaobi.core.errors import DataError
from miaobi.film.pipeline import _read_text

SCRIPT = "# 标题\n\n一只小船。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk"])
def test_a_script_of_any_encoding(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(SCRIPT.replace("\n", "\r\n").encode(encoding))
    assert _read_text(tmp_path / "a.md") == SCRIPT


def test_a_script_of_an_uncertain_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("# Лодка\n\nЛодка стояла у берега.\n".encode("cp1251"))
    with pytest.raises(
        DataError, match=r"a.md is not UTF-8; its encoding is probably Windows-1251"
    ):
        _read_text(tmp_path / "a.md")
