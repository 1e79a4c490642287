"""How long a film still takes: what each stage usually costs, corrected by what this one does."""

import time
from dataclasses import replace

from miaobi.core.events import Progress

# seconds on two cores: for each scene, and for each second of the film
COSTS = {
    "script": (7.0, 0.0),
    "pictures": (8.0, 0.0),
    "narration": (0.0, 0.5),
    "sounds": (0.5, 0.0),
    "music": (4.0, 0.1),
    "cutting": (0.0, 1.0),
}
BEFORE = {
    "pictures": ("script",),
    "narration": ("script",),
    "sounds": ("narration",),
    "music": ("narration", "sounds"),
    "cutting": ("script", "pictures", "narration", "sounds", "music"),
}
BESIDE = ("narration", "sounds", "music")  # run beside the pictures


class Forecast:
    """Tells every Progress of a film how many seconds are left."""

    def __init__(self, scenes: int, seconds: float) -> None:
        self.costs = {name: a * scenes + b * seconds for name, (a, b) in COSTS.items()}
        self.shares = dict.fromkeys(COSTS, 0.0)
        self.started = time.monotonic()

    def told(self, event: Progress) -> Progress:
        """The same event with what is left; stages it does not know pass as they are."""
        if event.stage not in self.costs:
            return event
        for earlier in BEFORE.get(event.stage, ()):  # also where it was not needed
            self.shares[earlier] = 1.0
        if event.total:
            self.shares[event.stage] = max(self.shares[event.stage], event.done / event.total)
        done, left = (self._together(over) for over in (False, True))
        passed = time.monotonic() - self.started
        # at first what is usual counts, then more and more how fast this one goes
        pace = (10 + passed) / (10 + done)
        return replace(event, left=left * pace)

    def _together(self, over: bool) -> float:
        """Usual seconds of what is done, or is not; two lanes take as long as the longer."""
        cost = {
            name: whole * (1 - self.shares[name] if over else self.shares[name])
            for name, whole in self.costs.items()
        }
        beside = max(cost["pictures"], sum(cost[name] for name in BESIDE))
        return cost["script"] + beside + cost["cutting"]
