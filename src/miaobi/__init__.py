"""Miaobi (妙笔): an open studio for AI-generated content. The names below load on first use."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Artifact": "miaobi.core.artifact",
    "MiaobiError": "miaobi.core.errors",
    "audiobook": "miaobi.tasks.speech",
    "chat": "miaobi.tasks.text",
    "export": "miaobi.models.export",
    "film": "miaobi.film.pipeline",
    "image": "miaobi.tasks.image",
    "morph": "miaobi.tasks.morph",
    "music": "miaobi.tasks.music",
    "pull": "miaobi.assets.store",
    "sound": "miaobi.tasks.audio",
    "speech": "miaobi.tasks.speech",
    "story": "miaobi.tasks.compose",
    "stream_audiobook": "miaobi.tasks.speech",
    "stream_chat": "miaobi.tasks.text",
    "stream_film": "miaobi.film.pipeline",
    "stream_image": "miaobi.tasks.image",
    "stream_morph": "miaobi.tasks.morph",
    "stream_music": "miaobi.tasks.music",
    "stream_sound": "miaobi.tasks.audio",
    "stream_speech": "miaobi.tasks.speech",
    "stream_text": "miaobi.tasks.text",
    "stream_transcript": "miaobi.tasks.audio",
    "stream_video": "miaobi.tasks.video",
    "text": "miaobi.tasks.text",
    "texts": "miaobi.tasks.text",
    "train": "miaobi.train.run",
    "transcribe": "miaobi.tasks.audio",
    "tune": "miaobi.train.run",
    "verify": "miaobi.tasks.library",
    "video": "miaobi.tasks.video",
}
__all__ = sorted(_PUBLIC)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"miaobi has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__
