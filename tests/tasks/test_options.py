"""The typed options of the public functions are the fields of their requests."""

from typing import get_type_hints

import pytest

from miaobi.core.morph import MorphRequest
from miaobi.core.music import MusicRequest
from miaobi.core.requests import (
    ImageRequest,
    Request,
    SoundRequest,
    SpeechRequest,
    TextRequest,
)
from miaobi.core.video import VideoRequest
from miaobi.tasks import options

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("typed", "request_type", "arguments"),
    [
        (options.TextOptions, TextRequest, {"messages"}),
        (options.SoundOptions, SoundRequest, {"prompt"}),
        (options.MusicOptions, MusicRequest, {"prompt"}),
        (options.ImageOptions, ImageRequest, {"prompt"}),
        (options.MorphOptions, MorphRequest, {"start", "end"}),
        (options.SpeechOptions, SpeechRequest, {"text", "voice", "turns"}),
    ],
)
def test_every_field_is_an_option(
    typed: type, request_type: type[Request], arguments: set[str]
) -> None:
    fields = set(request_type.__dataclass_fields__)
    assert set(get_type_hints(typed)) == fields - {"model"} - arguments


def test_a_video_has_one_more_name() -> None:
    fields = set(VideoRequest.__dataclass_fields__)
    assert set(get_type_hints(options.VideoOptions)) == fields - {"model", "prompt"} | {"from_"}
