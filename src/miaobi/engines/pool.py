"""LRU pool of loaded models under a memory budget.

A model is loaded when a request first needs it. Where memory would run out, the models that have
been idle for longest are closed; a model in use never is. An engine that can answer only one
request at a time gets one at a time.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from miaobi.core.events import Engine
from miaobi.models.zoo import Model

MEMORY_FRACTION = 0.7  # of the machine's memory that loaded models may take
UNKNOWN_MEMORY = 1000  # MB counted for a model whose row gives no figure


@dataclass
class Loaded:
    """A loaded engine with its memory in MB, the lock of its one request, and its users."""

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
        self.coming: dict[Model, int] = {}  # models being loaded, and their MB
        self.loading: dict[Model, threading.Lock] = {}
        self.lock = threading.RLock()

    @property
    def budget(self) -> int:
        """MB that loaded models may take: MIAOBI_MEMORY, else MEMORY_FRACTION of the machine's."""
        if self._budget is None:
            configured = os.environ.get("MIAOBI_MEMORY", "")
            self._budget = int(configured) if configured.isdigit() else _machine_budget()
        return self._budget

    def get(self, model: Model) -> Engine:
        """Return the engine of a model, loaded on first use. Raises AssetError or EngineError."""
        return self._entry(model, 0).engine

    @contextmanager
    def using(self, model: Model) -> Iterator[Loaded]:
        """Hold the entry of a model, which is not closed meanwhile. Raises what `get` raises."""
        entry = self._entry(model, 1)
        try:
            yield entry
        finally:
            with self.lock:
                entry.users -= 1

    def names(self) -> dict[str, int]:
        """Return name -> MB of every loaded model, the least recently used first."""
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
        with loading:  # requests for this model wait for it; requests for others do not
            with self.lock:
                entry = self.loaded.pop(model, None)
                if entry is not None:
                    return self._used(model, entry, users)
                memory = model.memory or UNKNOWN_MEMORY
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
        """Close idle models until `memory` MB more would fit, or no model is idle any more."""
        taken = sum(entry.memory for entry in self.loaded.values()) + sum(self.coming.values())
        for model, entry in list(self.loaded.items()):
            if taken + memory <= self.budget:
                return
            if not entry.users:
                entry.engine.close()
                del self.loaded[model]
                taken -= entry.memory


def _machine_budget() -> int:
    import psutil

    return int(psutil.virtual_memory().total / 1e6 * MEMORY_FRACTION)
