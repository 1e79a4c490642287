"""Keyword options of the public functions; each is a field of the request of the same kind.

Every option may be None, which means its default.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

from miaobi.core.scene import SceneDescription

Size = tuple[int, int] | list[int]  # (width, height) in pixels
File = str | Path


class CommonOptions(TypedDict, total=False):
    """Options of every request."""

    seed: int | None
    parents: tuple[str, ...]  # ids of the artifacts this one is made from


class TextOptions(CommonOptions, total=False):
    """Options of `text` and `chat`: fields of TextRequest."""

    raw: bool | None
    max_tokens: int | None
    temperature: float | None
    top_p: float | None
    top_k: int | None
    min_p: float | None
    typical: float | None
    repeat_penalty: float | None
    presence_penalty: float | None
    frequency_penalty: float | None
    no_repeat_ngram: int | None
    stop: str | list[str] | tuple[str, ...] | None
    beams: int | None
    beam_groups: int | None
    diversity: float | None
    length_penalty: float | None
    early_stopping: bool | None
    best: int | None
    lookup: bool | None
    precision: str | None
    json_schema: dict[str, Any] | None
    logprobs: int | None
    reuse_cache: bool | None
    may_be_empty: bool | None


class SoundOptions(CommonOptions, total=False):
    """Options of `sound`: fields of SoundRequest."""

    seconds: float | None
    loop: bool | None
    format: str | None
    negative: str | None
    steps: int | None
    guidance: float | None


class MusicOptions(CommonOptions, total=False):
    """Options of `music`: fields of MusicRequest."""

    seconds: float | None
    key: str | None
    meter: str | None
    tempo: float | None
    mood: str | None
    instruments: str | list[str] | tuple[str, ...] | None
    chords: str | None
    melody: File | None
    use: str | None
    loop: bool | None
    format: str | None
    lyrics: str | None
    negative: str | None
    steps: int | None
    guidance: float | None


class ImageOptions(CommonOptions, total=False):
    """Options of `image`: fields of ImageRequest."""

    negative: str | None
    style: str | None
    size: Size | None
    fit: bool | None
    steps: int | None
    guidance: float | None
    truncation: float | None
    guided: tuple[float, float] | None
    reuse: int | None
    n: int | None
    sampler: str | None
    init: File | None
    strength: float | None
    mask: File | None
    upscale: int | None
    format: str | None
    transparent: bool | None
    loras: tuple[File, ...] | list[File] | None
    precision: str | None
    memory: str | None
    previews: int | None
    scene: SceneDescription | None
    hour: str | None
    weather: str | None
    season: str | None
    place: str | None


class MorphOptions(CommonOptions, total=False):
    """Options of `morph`: fields of MorphRequest."""

    more: str | None
    by: float | None
    frames: int | None
    end_seed: int | None
    space: str | None
    truncation: float | None
    steps: int | None
    guidance: float | None
    format: str | None
    fps: int | None
    back: bool | None


class VideoOptions(CommonOptions, total=False):
    """Options of `video`: fields of VideoRequest, and `from_`, another name of `init`."""

    negative: str | None
    seconds: float | None
    fps: int | None
    size: Size | None
    init: File | None
    from_: File | None
    to: File | None
    loop: bool | None
    steps: int | None
    guidance: float | None
    precision: str | None
    memory: str | None
    previews: int | None
    format: str | None


class SpeechOptions(CommonOptions, total=False):
    """Options of `speech` and `audiobook`: fields of SpeechRequest."""

    speed: float | None
    format: str | None
    subtitles: str | None
    title: str | None
    author: str | None


def without_none(options: Mapping[str, object]) -> dict[str, Any]:
    """Return the options that are not None; the others keep the default of the request."""
    return {name: value for name, value in options.items() if value is not None}
