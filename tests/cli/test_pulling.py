"""Missing models are offered one after the other, until nothing is missing."""

from types import SimpleNamespace

import click
import pytest

from miaobi.cli import pulling
from miaobi.cli.pulling import with_missing_pulled
from miaobi.core.errors import MissingAsset

pytestmark = pytest.mark.unit


class Work:
    """Work that needs assets, and lists what was pulled for it."""

    def __init__(self, *needed: str) -> None:
        self.needed, self.pulled = needed, list[str]()

    def __call__(self) -> str:
        for name in self.needed:
            if name not in self.pulled:
                raise MissingAsset("{name} is missing.", name=name)
        return "done"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Work that needs three assets, on a terminal whose user agrees."""
    work = Work("a", "b", "c")
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(pulling, "sys", SimpleNamespace(stdin=terminal, stderr=terminal))
    monkeypatch.setattr(click, "confirm", lambda *_, **__: True)
    monkeypatch.setattr(click, "echo", lambda *_, **__: None)
    monkeypatch.setattr(pulling, "pull_asset", work.pulled.append)
    return work


def test_each_missing_asset_is_pulled_once(work: Work) -> None:
    assert with_missing_pulled(work) == "done" and work.pulled == ["a", "b", "c"]


def test_an_asset_that_is_missing_after_its_download_is_an_error(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(pulling, "pull_asset", tried.append)
    with pytest.raises(MissingAsset, match="a is missing"):
        with_missing_pulled(work)
    assert tried == ["a"]


def test_who_declines_gets_the_error(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click, "confirm", lambda *_, **__: False)
    with pytest.raises(MissingAsset, match="a is missing"):
        with_missing_pulled(work)
    assert work.pulled == []


def test_nobody_is_asked_without_a_terminal() -> None:
    with pytest.raises(MissingAsset, match="a is missing"):
        with_missing_pulled(Work("a"))
