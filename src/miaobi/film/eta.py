"""Remaining time of a film: the usual cost of each stage, scaled by the pace of this film."""

import time
from dataclasses import replace

from miaobi.core.events import Progress

# seconds on two cores: per scene, and per second of the film
COSTS = {
    "script": (7.0, 0.0),
    "pictures": (8.0, 0.0),
    "narration": (0.0, 0.5),
    "sounds": (0.5, 0.0),
    "music": (4.0, 0.1),
    "cutting": (0.0, 1.0),
}
PREREQUISITES = {
    "pictures": ("script",),
    "narration": ("script",),
    "sounds": ("narration",),
    "music": ("narration", "sounds"),
    "cutting": ("script", "pictures", "narration", "sounds", "music"),
}
AUDIO_STAGES = ("narration", "sounds", "music")  # in parallel with the pictures
PRIOR = 10.0  # seconds of the usual pace that the measured pace is averaged with


class EtaEstimator:
    """Adds the remaining seconds to every Progress of a film."""

    def __init__(self, scenes: int, seconds: float) -> None:
        self.costs = {name: a * scenes + b * seconds for name, (a, b) in COSTS.items()}
        self.done = dict.fromkeys(COSTS, 0.0)  # fraction of each stage
        self.started = time.monotonic()

    def update(self, event: Progress) -> Progress:
        """Return the event with the remaining seconds; unknown stages stay unchanged."""
        if event.stage not in self.costs:
            return event
        for earlier in PREREQUISITES.get(event.stage, ()):  # also stages that were skipped
            self.done[earlier] = 1.0
        if event.total:
            self.done[event.stage] = max(self.done[event.stage], event.done / event.total)
        spent = self._cost(self.done)
        remaining = self._cost({name: 1 - fraction for name, fraction in self.done.items()})
        pace = (PRIOR + time.monotonic() - self.started) / (PRIOR + spent)
        return replace(event, left=remaining * pace)

    def _cost(self, fractions: dict[str, float]) -> float:
        """Return the usual seconds of fractions of all stages; parallel ones take the maximum."""
        cost = {name: total * fractions[name] for name, total in self.costs.items()}
        parallel = max(cost["pictures"], sum(cost[name] for name in AUDIO_STAGES))
        return cost["script"] + parallel + cost["cutting"]
