"""THE table of engines, and the one place where a model is loaded; loaded models are kept."""

import threading
from importlib import import_module

from miaobi.core.events import Engine
from miaobi.models.zoo import Model

# name -> "module:class or function", which takes the row of the model
ENGINES = {
    "llamacpp": "miaobi.engines.llamacpp:LlamaCppEngine",
    "folder_text": "miaobi.engines.autoregressive:open_folder",
    "folder_image": "miaobi.engines.diffusion:open_folder",
    "hub_speech": "miaobi.engines.hub_speech:HubSpeechEngine",
    "hibari": "miaobi.engines.hibari:HibariEngine",
    "kokoro": "miaobi.engines.kokoro:KokoroEngine",
    "music": "miaobi.engines.music:MusicEngine",
    "procedural": "miaobi.engines.procedural:ProceduralEngine",
    "cutting": "miaobi.engines.cutting:CuttingEngine",
    "collage": "miaobi.engines.collage:CollageEngine",
    "whisper": "miaobi.engines.whisper:WhisperEngine",
}

_loaded: dict[Model, Engine] = {}
_lock = threading.Lock()


def engine_for(model: Model) -> Engine:
    """The loaded engine of a model, loading it on first use. Raises AssetError or EngineError."""
    with _lock:
        if model not in _loaded:
            module, _, name = ENGINES[model.engine].partition(":")
            _loaded[model] = getattr(import_module(module), name)(model)
        return _loaded[model]


def close_engines() -> None:
    """Free every loaded model."""
    with _lock:
        for engine in _loaded.values():
            engine.close()
        _loaded.clear()
