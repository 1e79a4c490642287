"""Engine of our music model: loads the network and a soundfont, composes and plays."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from miaobi.assets.store import asset_folder
from miaobi.core.arrays import Samples
from miaobi.core.checks import TRY_ANOTHER_MODEL, check_supported, used_hub_options
from miaobi.core.events import Event, Output, Progress
from miaobi.core.music import SCORE_FORMATS, MusicRequest
from miaobi.core.streaming import Stopped, stream
from miaobi.models import checkpoint
from miaobi.models.zoo import Model
from miaobi.music.composition import CompositionTask, compose_score, read_task
from miaobi.music.score import GRID, Score, time_spans
from miaobi.music.soundfont import RATE, TAIL, Player
from miaobi.nn.packed import pack

SOUNDFONT = "fluidr3-mono"  # asset


class MusicEngine:
    """The network of music tokens, and a soundfont player once a sound format is requested."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        network = checkpoint.load(Path(model.place)).float().eval()
        self.network: Any = pack(network, "float32")  # GPT
        self.player: Player | None = None
        self.lock = threading.Lock()  # the player plays one score at a time

    def generate(self, request: MusicRequest) -> Iterator[Event]:
        """Yield Progress, then the Output: a score, and its samples (T, 2) for a sound format.

        Raises OptionError, MediaError, and MissingAsset without a soundfont.
        """
        check_supported(self.name, used_hub_options(request), TRY_ANOTHER_MODEL)
        task = read_task(request)
        is_sheet = request.format in SCORE_FORMATS
        soundfont = None if is_sheet else asset_folder(SOUNDFONT) / "soundfont.sf3"
        scores: list[Score] = []

        def work(emit: Callable[[Event], bool]) -> None:
            scores.append(self._compose(task, emit))

        yield from stream(work)
        score = scores[0]
        usage = {
            "bars": float(len(time_spans(score, score.bar))),
            "notes": float(len(score.notes)),
            **dict.fromkeys(task.theme.warnings if task.theme else (), 1.0),
        }
        seconds = task.plan.seconds if task.use in ("", "continue") else None
        if soundfont is None:
            if request.format == "mid" and seconds and not request.loop:  # with the final rest
                ticks = round(seconds / 60 * score.tempo * GRID)
                score = replace(score, length=max(score.ticks, ticks))
            yield Output(score=score, usage=usage)
            return
        yield Progress("rendering")
        tail = TAIL if seconds is None else max(0.0, seconds - score.seconds)
        samples = self._play(score, soundfont, 0 if request.loop else tail, request.loop)
        yield Output(samples=samples, rate=RATE, score=score, usage=usage)

    def _compose(self, task: CompositionTask, emit: Callable[[Event], bool]) -> Score:
        def on_progress(progress: Progress) -> None:
            if emit(progress):
                raise Stopped

        return compose_score(self.network, task, on_progress)

    def _play(self, score: Score, soundfont: Path, tail: float, loop: bool) -> Samples:
        with self.lock:
            if self.player is None:
                self.player = Player(soundfont)
            return self.player.render(score, tail, loop)

    def close(self) -> None:
        self.network = self.player = None
