"""What the routes answer, in the shapes of OpenAI's API; the OpenAPI document is made of these."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

T = TypeVar("T")
Json = dict[str, Any]


class Failure(BaseModel):
    """What was wrong, and how it can be told apart."""

    message: str
    type: str
    param: str | None
    code: str | None


class Failed(BaseModel):
    """Every answer that is not a success."""

    error: Failure


class Health(BaseModel):
    """GET /healthz"""

    status: Literal["ok"]
    version: str


class Deleted(BaseModel):
    """What was deleted."""

    id: str
    object: str
    deleted: bool


class Page(BaseModel, Generic[T]):
    """A page of rows; of most lists the first and last id say where it is."""

    object: Literal["list"]
    data: list[T]
    has_more: bool = False
    first_id: str | None = None
    last_id: str | None = None


class ModelShown(BaseModel):
    """A model, and what a person needs to choose one."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    kind: str
    here: bool
    memory_mb: int
    languages: list[str]
    license: str
    summary: str
    chats: bool
    context: int
    asset: str | None
    bytes: int


class Usage(BaseModel):
    """Tokens read and written."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Made(BaseModel):
    """What of ours stands beside an answer: ids in the library, and seeds to make it again."""

    artifacts: list[str]
    seeds: list[int]
    model: str | None = None


class Turn(BaseModel):
    """What the model says."""

    role: Literal["assistant"]
    content: str
    refusal: str | None


class ChatChoice(BaseModel):
    """One of n answers."""

    index: int
    message: Turn
    logprobs: Json | None
    finish_reason: str


class ChatCompletion(BaseModel):
    """POST /v1/chat/completions"""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: Usage
    system_fingerprint: str
    miaobi: Made


class TextChoice(BaseModel):
    """One of n continuations."""

    index: int
    text: str
    logprobs: Json | None
    finish_reason: str


class Completion(BaseModel):
    """POST /v1/completions"""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: Usage
    system_fingerprint: str
    miaobi: Made


class Embedding(BaseModel):
    """Where a text points: numbers, or base64 of little-endian float32."""

    object: Literal["embedding"]
    index: int
    embedding: list[float] | str


class EmbeddingList(BaseModel):
    """POST /v1/embeddings"""

    object: Literal["list"]
    data: list[Embedding]
    model: str
    usage: Json


class Picture(BaseModel):
    """A picture in base64, or by its address on this server."""

    b64_json: str | None = None
    url: str | None = None


class Pictures(BaseModel):
    """POST /v1/images/generations and /v1/images/edits"""

    created: int
    data: list[Picture]
    background: str
    output_format: str
    quality: str
    size: str
    usage: Json
    miaobi: Made


class Transcript(BaseModel):
    """POST /v1/audio/transcriptions and /v1/audio/translations, as json or verbose_json"""

    text: str
    usage: Json
    task: str | None = None
    language: str | None = None
    duration: float | None = None
    segments: list[Json] | None = None
    words: list[Json] | None = None


class Voice(BaseModel):
    """A voice that speaks."""

    id: str
    language: str
    model: str
    here: bool
