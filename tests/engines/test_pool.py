"""What stays loaded, what goes, and what never goes."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from miaobi.core.events import Event, Output
from miaobi.core.requests import Request
from miaobi.engines.pool import UNKNOWN_MEMORY, Pool
from miaobi.models.zoo import Model, find_model

SOUND = find_model("procedural", "sound")


class Small:
    """An engine that says whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def generate(self, request: Request) -> Iterator[Event]:
        yield Output(text="")

    def close(self) -> None:
        self.closed = True


def model(name: str, memory: int) -> Model:
    return replace(SOUND, name=name, memory=memory)


@pytest.fixture
def pool() -> Pool:
    return Pool(lambda model: Small(), budget=100)


def test_a_model_is_loaded_once(pool: Pool) -> None:
    assert pool.get(model("a", 10)) is pool.get(model("a", 10))
    assert pool.names() == {"a": 10}


def test_what_was_idle_for_longest_goes_first(pool: Pool) -> None:
    first, second = pool.get(model("a", 40)), pool.get(model("b", 40))
    pool.get(model("a", 40))  # now b is the one that was used less lately
    pool.get(model("c", 40))
    assert second.closed and not first.closed and list(pool.names()) == ["a", "c"]  # type: ignore[attr-defined]


def test_what_is_at_work_stays_even_where_nothing_fits(pool: Pool) -> None:
    with pool.using(model("a", 80)) as entry:
        pool.get(model("b", 80))
        assert not entry.engine.closed and set(pool.names()) == {"a", "b"}  # type: ignore[attr-defined]
    pool.get(model("c", 80))
    assert entry.engine.closed and list(pool.names()) == ["c"]  # type: ignore[attr-defined]


def test_what_says_nothing_of_its_size_counts_as_large(pool: Pool) -> None:
    small = pool.get(model("a", 10))
    pool.get(model("b", 0))
    assert small.closed and pool.names() == {"b": UNKNOWN_MEMORY}  # type: ignore[attr-defined]


def test_two_that_come_at_once_share_one(pool: Pool) -> None:
    met, found = threading.Barrier(8), []

    def ask() -> None:
        met.wait()
        found.append(pool.get(model("a", 10)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(engine) for engine in found}) == 1


def test_nobody_waits_for_the_loading_of_another_model() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def load(model: Model) -> Small:
        if model.name == "slow":
            begun.set()
            assert go_on.wait(60)
        return Small()

    pool = Pool(load, budget=100)
    thread = threading.Thread(target=pool.get, args=(model("slow", 60),))
    thread.start()
    assert begun.wait(60)
    quick = pool.get(model("quick", 30))
    pool.get(model("next", 30))  # what is on its way counts
    assert quick.closed and list(pool.names()) == ["next"]  # type: ignore[attr-defined]
    go_on.set()
    thread.join()
    assert list(pool.names()) == ["next", "slow"]


def test_a_model_that_cannot_be_loaded_leaves_nothing() -> None:
    def fail(model: Model) -> Small:
        raise OSError("no")

    pool = Pool(fail, budget=100)
    with pytest.raises(OSError):
        pool.get(model("a", 10))
    assert pool.names() == {}


def test_the_budget_is_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_MEMORY", "1234")
    assert Pool(lambda model: Small()).budget == 1234
    monkeypatch.setenv("MIAOBI_MEMORY", "much")
    assert Pool(lambda model: Small()).budget > 500
