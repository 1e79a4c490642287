"""A callback becomes a generator: order, errors, and a reader who leaves."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from miaobi.core.streaming import stream

Emit = Callable[[int], bool]


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(threading.enumerate()) - before == set()


@limits(deadline=None)
@given(st.lists(st.none() | st.integers() | st.text()))
def test_everything_in_order(items: list[object]) -> None:
    def work(emit: Callable[[object], bool]) -> None:
        for item in items:
            assert emit(item) is False

    assert list(stream(work)) == items


def test_items_come_while_the_work_goes_on() -> None:
    seen = threading.Event()

    def work(emit: Emit) -> None:
        emit(1)
        emit(2 if seen.wait(5) else -1)

    events = stream(work)
    assert next(events) == 1
    seen.set()
    assert list(events) == [2]


def test_nothing_starts_before_the_first_item_is_wanted() -> None:
    started = threading.Event()
    events = stream(lambda emit: started.set())
    assert not started.wait(0.1)
    assert list(events) == []
    assert started.is_set()


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()])
def test_an_error_comes_after_what_was_made(error: BaseException) -> None:
    def work(emit: Emit) -> None:
        emit(1)
        emit(2)
        raise error

    seen = []
    with pytest.raises(type(error)) as caught:
        for item in stream(work):
            seen.append(item)
    assert seen == [1, 2]
    assert caught.value is error
    names = [entry.name for entry in caught.traceback]
    assert "work" in names  # the traceback leads to the place, not only to the queue


def test_an_exception_that_is_only_emitted_is_an_item() -> None:
    item = ValueError("made, not raised")
    assert list(stream(lambda emit: emit(item))) == [item]


def test_closing_stops_the_work_soon() -> None:
    ended = threading.Event()
    turns = 0

    def work(emit: Emit) -> None:
        nonlocal turns
        while not emit(turns):
            turns += 1
            time.sleep(0.005)
        ended.set()

    events = stream(work)
    assert next(events) == 0
    before = turns
    events.close()
    assert ended.is_set()  # close() waits for the work
    assert turns <= before + 2  # the turn that is under way, and no more
    after = turns
    time.sleep(0.05)
    assert turns == after


def test_an_error_of_the_reader_stops_the_work() -> None:
    ended = threading.Event()

    def work(emit: Emit) -> None:
        while not emit(0):
            time.sleep(0.005)
        ended.set()

    def read() -> Iterator[int]:
        for item in stream(work):
            yield item
            raise RuntimeError("the reader fails")

    with pytest.raises(RuntimeError, match="the reader fails"):
        list(read())
    assert ended.wait(2)


def test_what_the_work_raises_after_closing_is_nobodys() -> None:
    def work(emit: Emit) -> None:
        while not emit(0):
            time.sleep(0.005)
        raise InterruptedError

    events = stream(work)
    next(events)
    events.close()
    assert list(events) == []


def test_two_streams_do_not_mix() -> None:
    def counting(start: int) -> Callable[[Emit], None]:
        def work(emit: Emit) -> None:
            for number in range(start, start + 100):
                emit(number)

        return work

    pairs = list(zip(stream(counting(0)), stream(counting(1000)), strict=True))
    assert pairs == [(number, number + 1000) for number in range(100)]
