"""THE table of engines, and the one place where a model is loaded; loaded models are kept."""

import contextlib
from collections.abc import Iterator
from importlib import import_module

from miaobi.core.events import Engine, Event, Progress
from miaobi.engines.pool import Loaded, Pool
from miaobi.models.zoo import Model

# name -> "module:class or function", which takes the row of the model
ENGINES = {
    "llamacpp": "miaobi.engines.llamacpp:LlamaCppEngine",
    "folder_text": "miaobi.engines.autoregressive:open_folder",
    "folder_image": "miaobi.engines.diffusion:open_folder",
    "folder_video": "miaobi.engines.video:open_folder",
    "moving": "miaobi.engines.moving:MovingEngine",
    "hub_speech": "miaobi.hub.speech:HubSpeechEngine",
    "hub_sound": "miaobi.hub.sound:HubSoundEngine",
    "hibari": "miaobi.engines.hibari:HibariEngine",
    "kokoro": "miaobi.engines.kokoro:KokoroEngine",
    "music": "miaobi.engines.music:MusicEngine",
    "procedural": "miaobi.engines.procedural:ProceduralEngine",
    "cutting": "miaobi.engines.film:CuttingEngine",
    "collage": "miaobi.engines.collage:CollageEngine",
    "embedding": "miaobi.engines.embedding:EmbeddingEngine",
    "whisper": "miaobi.engines.whisper:WhisperEngine",
}

PATIENCE = 0.25  # seconds between two looks at whether a request that waits is still wanted
MANY_AT_ONCE = ("llamacpp", "procedural")  # engines that answer several requests side by side


def _load(model: Model) -> Engine:
    module, _, name = ENGINES[model.engine].partition(":")
    engine: Engine = getattr(import_module(module), name)(model)
    return engine


POOL = Pool(_load)


def engine_for(model: Model) -> Engine:
    """The loaded engine of a model, loading it on first use. Raises AssetError or EngineError."""
    return POOL.get(model)


def in_turn(model: Model, entry: Loaded, events: Iterator[Event]) -> Iterator[Event]:
    """What an engine answers, from when it is its turn on; closing it stops the work."""
    with contextlib.ExitStack() as held:
        if model.engine not in MANY_AT_ONCE:
            while not entry.turn.acquire(timeout=PATIENCE):
                yield Progress("wait")
            held.callback(entry.turn.release)
        # closing() also when the reader closes us: the engine must stop at once
        with contextlib.closing(events):  # type: ignore[type-var]
            yield from events


def close_engines() -> None:
    """Free every loaded model."""
    POOL.close()
