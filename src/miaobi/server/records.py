"""What is kept, as the routes show it: jobs, videos, files, runs, the library."""

from typing import Any, Literal

from pydantic import BaseModel

Json = dict[str, Any]


class Progress(BaseModel):
    """How far a job is; None where it is not known."""

    stage: str | None
    done: float
    total: float
    share: float | None
    seconds_left: float | None


class Job(BaseModel):
    """Work in the queue, at work, or ended."""

    id: str
    object: Literal["job"]
    kind: str
    status: Literal["queued", "running", "done", "failed", "canceled"]
    priority: int
    tries: int
    created_at: int
    started_at: int | None
    completed_at: int | None
    progress: Progress
    artifacts: list[str]
    result: Json | None
    error: Json | None
    request: Json


class Video(BaseModel):
    """A video, queued, in progress, or made."""

    id: str
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


class File(BaseModel):
    """A file that is kept here."""

    id: str
    object: Literal["file"]
    bytes: int
    filename: str
    purpose: str
    status: Literal["processed"]
    media_type: str
    created_at: int
    expires_at: int | None


class FineTuningJob(BaseModel):
    """A model that learns, or has learned, a file."""

    id: str
    object: Literal["fine_tuning.job"]
    model: str
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    training_file: str
    validation_file: str | None
    fine_tuned_model: str | None
    created_at: int
    finished_at: int | None
    estimated_finish: int | None
    organization_id: str
    result_files: list[str]
    seed: int
    trained_tokens: int | None
    hyperparameters: Json
    error: Json | None
    integrations: list[Json]
    metadata: Json | None
    method: Json


class FineTuningEvent(BaseModel):
    """Something that happened to a job."""

    id: str
    object: Literal["fine_tuning.job.event"]
    created_at: int
    level: str
    message: str
    type: Literal["message", "metrics"]
    data: Json | None


class FineTuningCheckpoint(BaseModel):
    """A state of a job's model that can be asked."""

    id: str
    object: Literal["fine_tuning.job.checkpoint"]
    created_at: int
    fine_tuned_model_checkpoint: str
    fine_tuning_job_id: str
    step_number: int
    metrics: Json


class Run(BaseModel):
    """A run that learns from a client's text."""

    object: Literal["training.run"]
    id: str
    family: str
    status: Literal["running", "finished", "failed", "stopped"]
    step: int
    total: int
    seconds: float
    parameters: int
    usable: bool
    created_at: int
    error: str | None
    history: list[Json] | None = None
    samples: list[Json] | None = None


class ArtifactShown(BaseModel):
    """A row of the library: what was made, by which model, from what."""

    id: str
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
    record: Json
    problems: list[str]


class Moderation(BaseModel):
    """POST /v1/moderations"""

    id: str
    model: str
    results: list[Json]


class Machine(BaseModel):
    """GET /v1/machine"""

    object: Literal["machine"]
    cores: int
    memory_mb: int
    free_mb: int
    disk_free_mb: int
