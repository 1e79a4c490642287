"""The composer: loads the network of music tokens and a soundfont, and plays what is composed."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from miaobi.assets.store import folder
from miaobi.core.checks import OTHER, check_able, steered
from miaobi.core.events import Event, Output, Progress
from miaobi.core.music import SHEETS, MusicRequest
from miaobi.core.streaming import stream
from miaobi.models import checkpoint
from miaobi.models.zoo import Model
from miaobi.music.composition import read_task, written
from miaobi.music.harmonization import beats
from miaobi.music.score import GRID, Score
from miaobi.nn.packed import pack

SOUNDFONT = "fluidr3-mono"
TAIL = 2.5  # seconds after a melody that is kept


class Stopped(Exception):
    """The reader has gone: nobody waits for the music."""


class MusicEngine:
    """The network, and once something is to be heard a soundfont."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        network = checkpoint.load(Path(model.place)).float().eval()
        self.network: Any = pack(network, "float32")
        self.player: Any = None
        self.lock = threading.Lock()  # of the player, which plays one score at a time

    def generate(self, request: MusicRequest) -> Iterator[Event]:
        """Progress, then the Output: a score, and its samples unless a sheet is asked for.

        Raises OptionError, MediaError, and MissingAsset without a soundfont.
        """
        check_able(self.name, steered(request), OTHER)
        task = read_task(request)
        if request.format not in SHEETS:
            soundfont = folder(SOUNDFONT) / "soundfont.sf3"
        found: list[Score] = []

        def work(emit: Callable[[Event], bool]) -> None:
            def tick(progress: Progress) -> None:
                if emit(progress):
                    raise Stopped

            found.append(written(self.network, task, tick))

        yield from stream(work)
        score = found[0]
        usage = {"bars": float(len(beats(score, score.bar))), "notes": float(len(score.notes))}
        seconds = task.plan.seconds if task.use in ("", "continue") else None
        if request.format in SHEETS:
            if request.format == "mid" and seconds and not request.loop:  # the rest at the end too
                ticks = round(seconds / 60 * score.tempo * GRID)
                score = replace(score, length=max(score.ticks, ticks))
            yield Output(score=score, usage=usage)
            return
        yield Progress("rendering")
        tail = TAIL if seconds is None else max(0.0, seconds - score.seconds)
        with self.lock:
            if self.player is None:
                from miaobi.music.soundfont import Player

                self.player = Player(soundfont)
            samples = self.player.render(score, 0 if request.loop else tail, request.loop)
        yield Output(samples=samples, rate=44_100, score=score, usage=usage)

    def close(self) -> None:
        self.network = self.player = None
