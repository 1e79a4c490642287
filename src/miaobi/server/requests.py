"""Request bodies in OpenAI's formats; Miaobi's additions follow a comment "ours".

Unknown fields are rejected by name. Fields of OpenAI that no model here supports are listed in
UNSUPPORTED and rejected unless they have a neutral value.
"""

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from miaobi.core.errors import OptionError
from miaobi.server.responses import Json

# field -> neutral values
UNSUPPORTED: dict[str, tuple[object, ...]] = {
    "tools": (None, []),
    "tool_choice": (None, "none", "auto"),
    "functions": (None, []),
    "function_call": (None, "none", "auto"),
    "logit_bias": (None, {}),
    "audio": (None,),
    "modalities": (None, ["text"]),
    "prediction": (None,),
    "reasoning_effort": (None, "none"),
    "web_search_options": (None,),
    "moderation": (None, "auto", "low"),
    "suffix": (None, ""),
    "best_of": (None, 1),
    "echo": (None, False),
    "quality": (None, "auto", "standard", "high", "medium", "low", "hd"),
    "background_fill": (None,),
    "input_fidelity": (None, "low"),
    "instructions": (None, ""),
    "chunking_strategy": (None, "auto"),
    "keywords": (None, []),
    "known_speaker_names": (None, []),
    "known_speaker_references": (None, []),
    "verbosity": (None, "medium"),
    "languages": (None, []),
    "validation_file": (None,),
    "integrations": (None, []),
}
# accepted and ignored: they have no meaning on a server of one's own
IGNORED = (
    "user",
    "safety_identifier",
    "metadata",
    "store",
    "service_tier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "prompt_cache_options",
    "parallel_tool_calls",
)
Order: TypeAlias = Literal["asc", "desc"]
Limit = Annotated[int, Query(ge=1, le=1000)]
NumberOfChoices = Annotated[int, Field(ge=1, le=16)]


class RequestBody(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def drop_neutral_fields(cls, fields: object) -> object:
        """Drop ignored and neutral fields. Raises OptionError for an unsupported option."""
        if not isinstance(fields, dict):
            return fields
        kept = {}
        for name, value in fields.items():
            if name in cls.model_fields:
                kept[name] = value
            elif name in UNSUPPORTED and value not in UNSUPPORTED[name]:
                raise OptionError("{name} is not supported here.", "Leave it out.", name=name)
            elif name not in UNSUPPORTED and name not in IGNORED:
                kept[name] = value
        return kept


class StreamOptions(BaseModel):
    """Options of a streamed response."""

    include_usage: bool = False
    include_obfuscation: bool = False


class JsonSchema(BaseModel):
    """A JSON Schema that constrains the answer."""

    name: str = "answer"
    description: str | None = None
    strict: bool | None = None
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(BaseModel):
    """Plain text, any JSON object, or JSON of a schema."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None

    def schema_of(self) -> Json | None:
        """Return the schema that constrains the answer. Raises OptionError if it is missing."""
        if self.type == "text":
            return None
        if self.type == "json_object":
            return {"type": "object"}
        if self.json_schema is None:
            raise OptionError("{name} is missing.", name="response_format.json_schema")
        return self.json_schema.schema_


class TextBody(RequestBody):
    """Sampling options of text; core/requests.py checks their ranges."""

    model: str = ""
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    n: NumberOfChoices = 1
    stop: str | list[str] | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    # ours
    top_k: int | None = None
    min_p: float | None = None
    typical: float | None = None
    repeat_penalty: float | None = None
    no_repeat_ngram: int | None = None
    beams: int | None = None


class ChatCompletionBody(TextBody):
    """POST /v1/chat/completions"""

    messages: list[dict[str, Any]] = Field(min_length=1)
    max_completion_tokens: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    response_format: ResponseFormat | None = None


class CompletionBody(TextBody):
    """POST /v1/completions"""

    prompt: str | list[str]
    logprobs: int | None = Field(None, ge=0, le=5)


class EmbeddingBody(RequestBody):
    """POST /v1/embeddings"""

    input: str | list[str] = Field(min_length=1)
    model: str = ""
    dimensions: int | None = None
    encoding_format: Literal["float", "base64"] = "float"
    purpose: Literal["query", "passage"] = "query"  # ours: as E5 was trained


class ImageBody(RequestBody):
    """Options of image generations and edits."""

    prompt: str
    model: str = ""
    n: int = Field(1, ge=1, le=10)
    size: str | None = None
    response_format: Literal["url", "b64_json"] = "b64_json"
    output_format: Literal["png", "jpeg", "webp", "svg"] = "png"
    output_compression: int | None = Field(None, ge=0, le=100)
    background: Literal["transparent", "opaque", "auto"] = "auto"
    stream: bool = False
    partial_images: int = Field(0, ge=0, le=3)
    # ours
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    negative: str | None = None
    style: str | None = None
    sampler: str | None = None
    upscale: int | None = None


class ImageGenerationBody(ImageBody):
    """POST /v1/images/generations"""


class ImageEditBody(ImageBody):
    """POST /v1/images/edits; image and mask are files of the form."""

    strength: float | None = None  # ours


class VoiceReference(BaseModel):
    """A voice by its id."""

    id: str


class SpeechBody(RequestBody):
    """POST /v1/audio/speech"""

    input: str
    model: str = ""
    voice: str | VoiceReference = ""
    response_format: str = "mp3"
    speed: float = 1.0
    stream_format: Literal["audio", "sse"] = "audio"
    seed: int | None = None  # ours


class TranscriptionBody(RequestBody):
    """POST /v1/audio/transcriptions and /translations; the recording is a file of the form."""

    model: str = ""
    language: str = ""
    prompt: str = ""
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt"] = "json"
    temperature: float = 0.0
    timestamp_granularities: list[Literal["word", "segment"]] = Field(default_factory=list)
    include: list[str] = Field(default_factory=list)
    stream: bool = False


class SoundBody(RequestBody):
    """POST /v1/sounds"""

    prompt: str
    model: str = ""
    seconds: float | None = None
    loop: bool = False
    response_format: Literal["wav", "flac", "mp3", "ogg"] = "wav"
    seed: int | None = None
    steps: int | None = None  # steps, guidance and negative: models of the Hub only
    guidance: float | None = None
    negative: str | None = None


class MusicBody(RequestBody):
    """POST /v1/music; fields of core/music.py MusicRequest. The melody is a file of the form."""

    prompt: str = ""
    model: str = ""
    seconds: float | None = None
    key: str | None = None
    meter: str | None = None
    tempo: float | None = None
    mood: str | None = None
    instruments: str | list[str] | None = None
    chords: str | None = None
    use: Literal["harmonize", "continue", "vary", "rhythm"] | None = None  # of the melody
    loop: bool = False
    response_format: Literal["wav", "flac", "mp3", "ogg", "mid", "musicxml", "png"] = "wav"
    seed: int | None = None


class ImageReference(BaseModel):
    """An image by the id of an uploaded file, or as a data: URL."""

    model_config = ConfigDict(extra="forbid")

    file_id: str | None = None
    image_url: str | None = None


class VideoBody(RequestBody):
    """POST /v1/videos; the first frame can be a file of the form, input_reference."""

    prompt: str = ""
    model: str = ""
    seconds: float = Field(4, gt=0, allow_inf_nan=False)
    size: str | None = None
    input_reference: ImageReference | None = None
    # ours
    output_format: Literal["mp4", "webm", "gif"] = "mp4"
    fps: int | None = None
    loop: bool = False
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    negative: str | None = None


class VideoRemixBody(RequestBody):
    """POST /v1/videos/{id}/remix"""

    prompt: str
