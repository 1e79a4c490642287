"""What is loaded, what fits beside it, and whose turn it is.

A model is loaded when it is first asked for. Where memory would not do, what has been idle for
longest is closed first; what is at work never is. An engine that can answer one request at a time
gets one at a time.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from miaobi.core.events import Engine
from miaobi.models.zoo import Model

SHARE = 0.7  # of the machine's memory that loaded models may take
UNKNOWN = 1000  # MB counted for a model that the table of models says nothing of


@dataclass
class Loaded:
    """An engine, what it takes, whose turn it is, and how many are using it."""

    engine: Engine
    memory: int
    turn: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0


class Pool:
    """The loaded models of this process."""

    def __init__(self, load: Callable[[Model], Engine], budget: int | None = None) -> None:
        self.load = load
        self._budget = budget
        self.loaded: dict[Model, Loaded] = {}  # the least recently used first
        self.coming: dict[Model, int] = {}  # what is being loaded, and its MB
        self.loading: dict[Model, threading.Lock] = {}
        self.lock = threading.RLock()

    @property
    def budget(self) -> int:
        """MB that loaded models may take: MIAOBI_MEMORY, else SHARE of the machine's."""
        if self._budget is None:
            told = os.environ.get("MIAOBI_MEMORY", "")
            self._budget = int(told) if told.isdigit() else _of_machine()
        return self._budget

    def get(self, model: Model) -> Engine:
        """The engine of a model, loaded on first use. Raises AssetError or EngineError."""
        return self._entry(model, 0).engine

    @contextmanager
    def using(self, model: Model) -> Iterator[Loaded]:
        """The entry of a model, which is not closed meanwhile. Raises what `get` raises."""
        entry = self._entry(model, 1)
        try:
            yield entry
        finally:
            with self.lock:
                entry.users -= 1

    def names(self) -> dict[str, int]:
        """Name -> MB of what is loaded, the least recently used first."""
        with self.lock:
            return {model.name: entry.memory for model, entry in self.loaded.items()}

    def close(self) -> None:
        """Free every loaded model."""
        with self.lock:
            for entry in self.loaded.values():
                entry.engine.close()
            self.loaded.clear()

    def _entry(self, model: Model, users: int) -> Loaded:
        with self.lock:
            loading = self.loading.setdefault(model, threading.Lock())
        with loading:  # who wants this model waits for it; who wants another does not
            with self.lock:
                entry = self.loaded.pop(model, None)
                if entry is not None:
                    return self._used(model, entry, users)
                memory = model.memory or UNKNOWN
                self._make_room(memory)
                self.coming[model] = memory
            try:
                entry = Loaded(self.load(model), memory)
            finally:
                with self.lock:
                    del self.coming[model]
            with self.lock:
                return self._used(model, entry, users)

    def _used(self, model: Model, entry: Loaded, users: int) -> Loaded:
        entry.users += users
        self.loaded[model] = entry
        return entry

    def _make_room(self, memory: int) -> None:
        """Close what is idle, until `memory` MB more would fit or nothing is idle any more."""
        taken = sum(entry.memory for entry in self.loaded.values()) + sum(self.coming.values())
        for model, entry in list(self.loaded.items()):
            if taken + memory <= self.budget:
                return
            if not entry.users:
                entry.engine.close()
                del self.loaded[model]
                taken -= entry.memory


def _of_machine() -> int:
    import psutil

    return int(psutil.virtual_memory().total / 1e6 * SHARE)
