"""Table of engines and their traits; models are loaded here and stay loaded."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from miaobi import extensions
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Engine, Event, Progress
from miaobi.core.sentences import language_of
from miaobi.engines.pool import Loaded, Pool
from miaobi.models.zoo import Model, all_models, default_model
from miaobi.provenance.manifest import COMPOSED, COMPUTED, GENERATED, TRANSCRIBED

POLL_SECONDS = 0.25  # between two checks whether a waiting request was canceled


@dataclass(frozen=True)
class EngineRow:
    """One engine: how it is loaded, and the traits that the rest of the program depends on."""

    name: str
    load: str  # "module:class or function" that takes the row of a model
    concurrent: bool = False  # True: it answers several requests at once
    slots: int | None = 1  # requests that a server sends it at once; None: as the owner configured
    origin: str = GENERATED  # IPTC digital source type of its outputs
    takes_setting: bool = False  # True: a request may give hour, weather, season and place
    accepts: str = ""  # "module:function" (prompt, options) -> bool, where no model is named


ENGINES = (
    EngineRow("llamacpp", "miaobi.engines.llamacpp:LlamaCppEngine", concurrent=True, slots=None),
    EngineRow("folder_text", "miaobi.engines.folders:open_text_folder"),
    EngineRow("folder_image", "miaobi.engines.folders:open_image_folder"),
    EngineRow("folder_video", "miaobi.engines.folders:open_video_folder"),
    EngineRow("moving", "miaobi.engines.animation:ImageAnimationEngine", origin=COMPOSED),
    EngineRow(
        "moving_illustration",
        "miaobi.engines.moving_illustration:MovingIllustrationEngine",
        origin=COMPOSED,
        accepts="miaobi.engines.moving_illustration:accepts",
    ),
    EngineRow("hub_speech", "miaobi.hub.speech:HubSpeechEngine"),
    EngineRow("hub_sound", "miaobi.hub.sound:HubSoundEngine"),
    EngineRow("hibari", "miaobi.engines.hibari:HibariEngine"),
    EngineRow("kokoro", "miaobi.engines.kokoro:KokoroEngine"),
    EngineRow("music", "miaobi.engines.music:MusicEngine"),
    EngineRow(
        "procedural",
        "miaobi.engines.procedural:ProceduralEngine",
        concurrent=True,
        slots=2,
        origin=COMPUTED,
    ),
    EngineRow("cutting", "miaobi.engines.film:FilmRenderer", origin=COMPOSED),
    EngineRow(
        "illustration",
        "miaobi.engines.illustration:IllustrationEngine",
        origin=COMPUTED,
        takes_setting=True,
        accepts="miaobi.engines.illustration:accepts",
    ),
    EngineRow(
        "collage",
        "miaobi.engines.collage:CollageEngine",
        origin=COMPUTED,
        accepts="miaobi.engines.collage:accepts",
    ),
    EngineRow("embedding", "miaobi.engines.embedding:EmbeddingEngine"),
    EngineRow("whisper", "miaobi.engines.whisper:WhisperEngine", origin=TRANSCRIBED),
)


def register_engines() -> tuple[EngineRow, ...]:
    """Return the built-in engines (the hook of extensions.py)."""
    return ENGINES


def engine_row(name: str) -> EngineRow:
    """Return the row of an engine, built in or of a plugin. Raises NotFoundError."""
    for row in extensions.rows("register_engines"):
        if row.name == name:
            return row
    raise NotFoundError(
        "There is no engine called {name!r}.",
        "Install the plugin it comes with, and run: miaobi doctor",
        name=name,
    )


def origin_of(name: str) -> str:
    """Return the IPTC digital source type of what a model makes; of an unknown one GENERATED."""
    row = next((model for model in all_models() if model.name == name), None)
    return engine_row(row.engine).origin if row is not None else GENERATED


def choose_model(
    kind: str, prompt: str = "", options: Mapping[str, Any] = MappingProxyType({})
) -> Model:
    """Return the model for a prompt where none is named: of the tasks, and so of everything above.

    The first installed model whose engine accepts just this prompt wins; otherwise
    the default model of the kind for the language of the prompt. Raises NotFoundError.
    """
    for model in all_models():
        accepts = engine_row(model.engine).accepts if model.kind == kind else ""
        if accepts and model.is_installed and _resolve(accepts)(prompt, options):
            return model
    return default_model(kind, language_of(prompt))


def _resolve(address: str) -> Any:
    module, _, name = address.partition(":")
    return getattr(import_module(module), name)


def _load(model: Model) -> Engine:
    engine: Engine = _resolve(engine_row(model.engine).load)(model)
    return engine


POOL = Pool(_load)


def engine_for(model: Model) -> Engine:
    """Return the engine of a model, loading it on first use. Raises AssetError or EngineError."""
    return POOL.get(model)


def in_turn(model: Model, entry: Loaded, events: Iterator[Event]) -> Iterator[Event]:
    """Pass on the events of an engine once it is free for this request; closing it stops the work.

    While the request waits, Progress("wait") is yielded every POLL_SECONDS.
    """
    with contextlib.ExitStack() as held:
        if not engine_row(model.engine).concurrent:
            while not entry.turn.acquire(timeout=POLL_SECONDS):
                yield Progress("wait")
            held.callback(entry.turn.release)
        # closing() also when the reader closes us: the engine must stop at once
        with contextlib.closing(events):  # type: ignore[type-var]
            yield from events


def close_engines() -> None:
    """Free every loaded model."""
    POOL.close()
