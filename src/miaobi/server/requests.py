"""Request bodies in OpenAI's formats; Miaobi's additions follow a comment "ours".

Unknown fields are refused by name, and so are those of fields.py UNSUPPORTED unless they have a
neutral value.
"""

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Query
from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from miaobi.core.errors import OptionError
from miaobi.http.fields import Options, RequestBody
from miaobi.server.messages import ChatMessage
from miaobi.server.responses import Json

Order: TypeAlias = Literal["asc", "desc"]
Limit = Annotated[int, Query(ge=1, le=1000)]
NumberOfChoices = Annotated[int, Field(ge=1, le=16)]


class StreamOptions(Options):
    """Options of a streamed response."""

    include_usage: bool = False
    include_obfuscation: bool = False


class JsonSchema(Options):
    """A JSON Schema that constrains the answer."""

    name: str = "answer"
    description: str | None = None
    strict: bool | None = None
    schema_: dict[str, Any] = Field(alias="schema")


class ResponseFormat(Options):
    """Plain text, any JSON object, or JSON of a schema."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def check_schema(self) -> "ResponseFormat":
        """Check that there is a schema just where the type needs one. Raises OptionError."""
        name = "response_format.json_schema"
        if self.type == "json_schema" and self.json_schema is None:
            raise OptionError("{name} is missing.", name=name)
        if self.type != "json_schema" and self.json_schema is not None:
            raise OptionError(
                "{name} cannot be used with the type {type}.",
                "Set the type to json_schema, or leave the schema out.",
                name=name,
                type=self.type,
            )
        return self

    @property
    def schema_of(self) -> Json | None:
        """JSON Schema that constrains the answer; None for plain text."""
        if self.json_schema is not None:
            return self.json_schema.schema_
        return {"type": "object"} if self.type == "json_object" else None


def refuse_tokens(value: object, info: ValidationInfo) -> object:
    """Pass on texts. Raises OptionError for lists of token numbers, as LangChain sends them."""
    items = value if isinstance(value, list) else []
    if any(isinstance(item, int | list) for item in items):
        raise OptionError(
            "{name} holds token numbers, which stand for other words in each model.",
            "Send text. In LangChain: OpenAIEmbeddings(check_embedding_ctx_length=False).",
            name=info.field_name,
        )
    return value


Texts = Annotated[str | list[str], BeforeValidator(refuse_tokens)]


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

    messages: list[ChatMessage] = Field(min_length=1)
    max_completion_tokens: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    response_format: ResponseFormat | None = None


class CompletionBody(TextBody):
    """POST /v1/completions"""

    prompt: Texts
    logprobs: int | None = Field(None, ge=0, le=5)


class EmbeddingBody(RequestBody):
    """POST /v1/embeddings"""

    input: Texts = Field(min_length=1)
    model: str = ""
    dimensions: int | None = None
    encoding_format: Literal["float", "base64"] = "float"
    purpose: Literal["query", "passage"] = "query"  # ours: as E5 was trained


def drop_openai_style(style: object) -> object:
    """Return None for the styles of dall-e-3, which clients send by default."""
    return None if style in ("vivid", "natural") else style


class ImageBody(RequestBody):
    """Options of image generations and edits."""

    prompt: str
    model: str = ""
    n: int = Field(1, ge=1, le=10)
    size: str | None = None
    response_format: Literal["url", "b64_json"] | None = None  # None: as OpenAI's for the model
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
    style: Annotated[str | None, BeforeValidator(drop_openai_style)] = None
    sampler: str | None = None
    upscale: int | None = None


class ImageGenerationBody(ImageBody):
    """POST /v1/images/generations"""

    # ours, of pictures by rule: these replace what the prompt says
    hour: str | None = None
    weather: str | None = None
    season: str | None = None
    place: str | None = None


class UnderstandingBody(RequestBody):
    """POST /v1/images/understanding"""

    prompt: str = Field(min_length=1, max_length=20_000)
    seed: int = Field(0, ge=0, lt=2**32)


class ImageEditBody(ImageBody):
    """POST /v1/images/edits; image and mask are files of the form."""

    strength: float | None = None  # ours


class VoiceReference(Options):
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


class ImageReference(Options):
    """An image by the id of an uploaded file, or as a data: URL."""

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
