"""What may be asked, in the shapes of OpenAI's API; what Miaobi adds stands under "ours".

A field that is not here is refused by its name. A field that OpenAI has and no model here can
serve is named in UNSERVED: it is refused unless it asks for nothing.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from miaobi.core.errors import OptionError

# field -> values that ask for nothing
UNSERVED: dict[str, tuple[Any, ...]] = {
    "tools": (None, []), "tool_choice": (None, "none", "auto"), "functions": (None, []),
    "function_call": (None, "none", "auto"), "logit_bias": (None, {}), "audio": (None,),
    "modalities": (None, ["text"]), "prediction": (None,), "reasoning_effort": (None, "none"),
    "web_search_options": (None,), "moderation": (None, "auto", "low"), "suffix": (None, ""),
    "best_of": (None, 1), "echo": (None, False), "quality": (None, "auto", "standard", "high",
    "medium", "low", "hd"), "background_fill": (None,), "input_fidelity": (None, "low"),
    "instructions": (None, ""), "chunking_strategy": (None, "auto"), "keywords": (None, []),
    "known_speaker_names": (None, []), "known_speaker_references": (None, []),
    "verbosity": (None, "medium"), "languages": (None, []),
    "validation_file": (None,), "integrations": (None, []),
}  # fmt: skip
# taken and kept by nobody: they mean nothing on a machine of one's own
WITHOUT_EFFECT = (
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

Count = Annotated[int, Field(ge=1, le=16)]


class Asked(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def drop_what_asks_for_nothing(cls, given: Any) -> Any:
        """Raises OptionError for what no model here can serve."""
        if not isinstance(given, dict):
            return given
        kept = {}
        for name, value in given.items():
            if name in cls.model_fields:
                kept[name] = value
            elif name in UNSERVED and value not in UNSERVED[name]:
                raise OptionError("{name} is not served here.", "Leave it out.", name=name)
            elif name not in UNSERVED and name not in WITHOUT_EFFECT:
                kept[name] = value
        return kept


class StreamOptions(BaseModel):
    """What a stream tells besides its pieces."""

    include_usage: bool = False
    include_obfuscation: bool = False


class JsonSchema(BaseModel):
    """A JSON Schema that the answer keeps to."""

    name: str = "answer"
    description: str | None = None
    strict: bool | None = None
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(BaseModel):
    """Plain text, some JSON, or JSON of a schema."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None

    def schema_of(self) -> dict[str, Any] | None:
        """The schema that holds. Raises OptionError when it is missing."""
        if self.type == "text":
            return None
        if self.type == "json_object":
            return {"type": "object"}
        if self.json_schema is None:
            raise OptionError("{name} is missing.", name="response_format.json_schema")
        return self.json_schema.schema_


class TextOptions(Asked):
    """How text is drawn; ranges are those of core/requests.py."""

    model: str = ""
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    n: Count = 1
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


class ChatRequest(TextOptions):
    """POST /v1/chat/completions"""

    messages: list[dict[str, Any]] = Field(min_length=1)
    max_completion_tokens: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    response_format: ResponseFormat | None = None


class CompletionRequest(TextOptions):
    """POST /v1/completions"""

    prompt: str | list[str]
    logprobs: int | None = Field(None, ge=0, le=5)


class EmbeddingRequest(Asked):
    """POST /v1/embeddings"""

    input: str | list[str] = Field(min_length=1)
    model: str = ""
    dimensions: int | None = None
    encoding_format: Literal["float", "base64"] = "float"
    purpose: Literal["query", "passage"] = "query"  # ours: which side of a search this is


class ImageOptions(Asked):
    """What generations and edits have in common."""

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


class ImageRequest(ImageOptions):
    """POST /v1/images/generations"""


class EditRequest(ImageOptions):
    """POST /v1/images/edits; the files come beside it."""

    strength: float | None = None  # ours


class Voice(BaseModel):
    """A voice by its id."""

    id: str


class SpeechRequest(Asked):
    """POST /v1/audio/speech"""

    input: str
    model: str = ""
    voice: str | Voice = ""
    response_format: str = "mp3"
    speed: float = 1.0
    stream_format: Literal["audio", "sse"] = "audio"
    seed: int | None = None  # ours


class TranscriptionRequest(Asked):
    """POST /v1/audio/transcriptions and /translations; the file comes beside it."""

    model: str = ""
    language: str = ""
    prompt: str = ""
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt"] = "json"
    temperature: float = 0.0
    timestamp_granularities: list[Literal["word", "segment"]] = Field(default_factory=list)
    include: list[str] = Field(default_factory=list)
    stream: bool = False


class SoundRequest(Asked):
    """POST /v1/sounds"""

    prompt: str
    model: str = ""
    seconds: float | None = None
    loop: bool = False
    response_format: Literal["wav", "flac", "mp3", "ogg"] = "wav"
    seed: int | None = None
    steps: int | None = None  # these three are for models of the Hub
    guidance: float | None = None
    negative: str | None = None


class MusicRequest(Asked):
    """POST /v1/music; the fields of core/music.py MusicRequest. A melody comes beside it."""

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


class Reference(BaseModel):
    """A picture by the id of a file that was sent before, or as a data: address."""

    model_config = ConfigDict(extra="forbid")

    file_id: str | None = None
    image_url: str | None = None


class VideoRequest(Asked):
    """POST /v1/videos; a picture can come beside it as the file input_reference."""

    prompt: str = ""
    model: str = ""
    seconds: float = Field(4, gt=0, allow_inf_nan=False)
    size: str | None = None
    input_reference: Reference | None = None
    # ours
    output_format: Literal["mp4", "webm", "gif"] = "mp4"
    fps: int | None = None
    loop: bool = False
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    negative: str | None = None


class RemixRequest(Asked):
    """POST /v1/videos/{id}/remix"""

    prompt: str


class ExpiresAfter(BaseModel):
    """When a file is deleted by itself."""

    model_config = ConfigDict(extra="forbid")

    anchor: Literal["created_at"] = "created_at"
    seconds: int = Field(ge=3600, le=2_592_000)


class FileRequest(Asked):
    """POST /v1/files; the file comes beside it."""

    purpose: Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
    expires_after: ExpiresAfter | None = None


class FilmRequest(Asked):
    """POST /v1/films; the fields of core/film.py FilmPlan, and a script of one's own"""

    prompt: str = ""
    script: str | dict[str, Any] | None = None  # prose or Markdown, or script.json of a film
    scenes: int | None = None
    seconds: float | None = None
    language: str | None = None
    template: str | None = None
    style: str | None = None
    voice: str | None = None
    music: str | None = None
    aspect: str | None = None
    height: int | None = None
    burned: bool | None = None
    format: str | None = None
    seed: int | None = None


class ModerationRequest(Asked):
    """POST /v1/moderations"""

    input: str | list[str | dict[str, Any]]
    model: str = ""
