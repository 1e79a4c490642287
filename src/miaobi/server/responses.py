"""Response bodies: OpenAI's formats, and Miaobi's own for jobs, artifacts, models and runs."""

from typing import Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel

Json: TypeAlias = dict[str, Any]  # a JSON object without a fixed schema
Row: TypeAlias = dict[str, Any]  # a row of the database: column -> value


class ErrorInfo(BaseModel):
    """Message, type, parameter and machine-readable code of an error."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorResponse(BaseModel):
    """Body of every response that is not a success."""

    error: ErrorInfo


class Resource(BaseModel):
    """Base of everything that has an id and can be listed."""

    id: str


T = TypeVar("T", bound=Resource)


class DeletionStatus(Resource):
    """Confirmation of a deletion."""

    object: str
    deleted: bool


class Page(BaseModel, Generic[T]):
    """A page of a list; `first_id` and `last_id` are cursors of most lists."""

    object: Literal["list"]
    data: list[T]
    has_more: bool = False
    first_id: str | None = None
    last_id: str | None = None


def page_of(items: list[T], limit: int) -> Page[T]:
    """Return a page in OpenAI's format; `items` are the first limit + 1 matches."""
    data = items[:limit]
    return Page(
        object="list",
        data=data,
        has_more=len(items) > limit,
        first_id=data[0].id if data else None,
        last_id=data[-1].id if data else None,
    )


class ModelInfo(Resource):
    """A model: kind, size, license and what a person needs to choose one."""

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
    """Tokens of prompt and completion."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class GenerationInfo(BaseModel):
    """Miaobi's addition to OpenAI's responses: artifact ids, and seeds to repeat the request."""

    artifacts: list[str]
    seeds: list[int]
    model: str | None = None
    drawn: list[Json] = []  # of a picture by rule: phrase, drawing and match
    left_out: list[str] = []  # words of the prompt that it does not show


class AssistantMessage(BaseModel):
    """The model's message."""

    role: Literal["assistant"]
    content: str
    refusal: str | None


class ChatChoice(BaseModel):
    """One of n answers."""

    index: int
    message: AssistantMessage
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
    miaobi: GenerationInfo


class CompletionChoice(BaseModel):
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
    choices: list[CompletionChoice]
    usage: Usage
    system_fingerprint: str
    miaobi: GenerationInfo


class Embedding(BaseModel):
    """Unit vector of a text: numbers, or base64 of little-endian float32."""

    object: Literal["embedding"]
    index: int
    embedding: list[float] | str


class EmbeddingList(BaseModel):
    """POST /v1/embeddings"""

    object: Literal["list"]
    data: list[Embedding]
    model: str
    usage: Json


class ImageData(BaseModel):
    """An image in base64, or its URL on this server."""

    b64_json: str | None = None
    url: str | None = None


class ImagesResponse(BaseModel):
    """POST /v1/images/generations and /v1/images/edits"""

    created: int
    data: list[ImageData]
    background: str
    output_format: str
    quality: str
    size: str
    usage: Json
    miaobi: GenerationInfo


class Transcription(BaseModel):
    """POST /v1/audio/transcriptions and /v1/audio/translations, as json or verbose_json"""

    text: str
    usage: Json
    task: str | None = None
    language: str | None = None
    duration: float | None = None
    segments: list[Json] | None = None
    words: list[Json] | None = None


class JobProgress(BaseModel):
    """Progress of a job; None where unknown."""

    stage: str | None
    done: float
    total: float
    share: float | None
    seconds_left: float | None


class Job(Resource):
    """A queued, running or ended job."""

    object: Literal["job"]
    kind: str
    status: Literal["queued", "running", "done", "failed", "canceled"]
    priority: int
    tries: int
    created_at: int
    started_at: int | None
    completed_at: int | None
    progress: JobProgress
    artifacts: list[str]
    result: Json | None
    error: Json | None
    request: Json


class Video(Resource):
    """A video job in OpenAI's format."""

    object: Literal["video"]
    status: Literal["queued", "in_progress", "completed", "failed"]
    model: str
    progress: int
    created_at: int
    completed_at: int | None
    expires_at: int | None
    prompt: str
    seconds: str
    size: str
    remixed_from_video_id: str | None
    error: Json | None
    miaobi: Json


class FileInfo(Resource):
    """An uploaded file."""

    object: Literal["file"]
    bytes: int
    filename: str
    purpose: str
    status: Literal["processed"]
    media_type: str
    created_at: int
    expires_at: int | None


class ArtifactInfo(Resource):
    """A row of the library: media type, model, seed, parameters and parents of an artifact."""

    object: Literal["artifact"]
    made_at: str
    media_type: str
    model: str
    seed: int
    prompt_sha256: str
    parameters: Json | None
    parents: list[str] | None
    rules: list[str] | None
    size: int
    request: Json | None
    has_file: bool
    content: str | None


class ProvenanceCheck(BaseModel):
    """POST /v1/content_provenance_checks"""

    object: Literal["content_provenance_check"]
    created_at: int
    results: list[Json]
    status: str
    media_type: str
    source_type: str  # IPTC digital source type; "" if the file declares none
    record: Json
    problems: list[str]


class Moderation(BaseModel):
    """POST /v1/moderations"""

    id: str
    model: str
    results: list[Json]
