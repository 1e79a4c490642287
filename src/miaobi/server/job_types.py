"""JOB_HANDLERS, the table of job types; the runner that executes jobs; POST /v1/films."""

import asyncio
import contextlib
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from miaobi.core.artifact import TEXT_TYPES
from miaobi.core.checks import check_text
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Done, Event, Preview, Progress
from miaobi.core.i18n import tr
from miaobi.core.paths import atomic_write, home
from miaobi.film.pipeline import stream_film
from miaobi.film.script import read_script
from miaobi.http.fields import RequestBody
from miaobi.media import image as media_image
from miaobi.models.zoo import find_model
from miaobi.server import requests
from miaobi.server.audio import prepare_music, prepare_sound, prepare_speech, prepare_transcript
from miaobi.server.errors import error_response
from miaobi.server.fine_tuning import prepare_fine_tuning
from miaobi.server.fine_tuning_events import JOB_TYPE as FINE_TUNING
from miaobi.server.image import prepare_edit, prepare_image
from miaobi.server.jobs import DAY, submit
from miaobi.server.responses import Json, Row
from miaobi.server.state import AppState, Generation, State
from miaobi.server.text import prepare_chat, prepare_completion
from miaobi.server.video import body_of, prepare_video
from miaobi.tasks import library, search

logger = logging.getLogger("miaobi.server")
PROGRESS_INTERVAL = 0.3  # seconds between two writes of a job's progress
POLL_INTERVAL = 1.0  # seconds after which an idle worker checks for jobs of other processes
TIDY_INTERVAL = 60  # seconds
MAX_TITLE = 200  # characters


class FilmBody(RequestBody):
    """POST /v1/films; fields of core/film.py FilmPlan, and an optional script"""

    prompt: str = ""
    script: str | dict[str, Any] | None = None  # prose, Markdown, or the script.json of a film
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


async def create_film(request: Request, body: FilmBody, state: State) -> Response:
    """Make a film from a sentence or a script, as a job."""
    fields = body.model_dump(exclude_unset=True)
    # an invalid request is refused now and not when the job begins
    await asyncio.to_thread(prepare_film, state, fields)
    return await submit(request, "film", fields)


def prepare_film(state: AppState, fields: Json) -> Generation:
    """Prepare the generation of a film. Raises MiaobiError."""
    body = FilmBody.model_validate(fields)
    options = body.model_dump(exclude_unset=True, exclude={"prompt", "script"})
    prompt = body.prompt
    if body.script is not None:
        options["script"] = _save_script(body.script)
        prompt = prompt or title_of(body.script)
    events = stream_film(prompt, **options)
    return Generation(events, find_model("cutter", "film"), "film", prompt, fields)


def _save_script(script: str | Json) -> Path:
    """Save a script under the hash of its text, so that an interrupted film can be resumed.

    Raises DataError or PromptError.
    """
    text, suffix = script, ".md"
    if not isinstance(text, str):
        read_script(script, "script")
        text, suffix = json.dumps(script, ensure_ascii=False, sort_keys=True), ".json"
    check_text("script", text)
    folder = home() / "films" / "scripts"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}{suffix}"
    atomic_write(path, text.encode())
    return path


def title_of(script: str | Json) -> str:
    """Return the title of a script, or its first line."""
    if isinstance(script, dict):
        return str(script.get("title") or script["scenes"][0]["say"])[:MAX_TITLE]
    return script.strip().splitlines()[0].lstrip("# ")[:MAX_TITLE]


def _prepare_edit(state: AppState, fields: Json) -> Generation:
    names = [name for name in ("init", "mask") if name in fields]
    files = {str(name): state.files.path(fields[name]) for name in names}
    rest = {name: value for name, value in fields.items() if name not in files}
    return prepare_edit(state, requests.ImageEditBody.model_validate(rest), files)


def _prepare_transcript(state: AppState, fields: Json) -> Generation:
    rest = {name: value for name, value in fields.items() if name not in ("file", "task")}
    body = requests.TranscriptionBody.model_validate(rest)
    return prepare_transcript(state, body, state.files.path(fields["file"]), fields["task"])


def _prepare_music(state: AppState, fields: Json) -> Generation:
    melody = state.files.path(fields["melody"]) if "melody" in fields else None
    rest = {name: value for name, value in fields.items() if name != "melody"}
    return prepare_music(state, requests.MusicBody.model_validate(rest), melody)


Handler = Callable[[AppState, Json], Generation]


def _validated(body: type[RequestBody], prepare: Callable[[AppState, Any], Generation]) -> Handler:
    return lambda state, fields: prepare(state, body.model_validate(fields))


# type of a job -> the generation, prepared from the stored fields of its request
JOB_HANDLERS: dict[str, Handler] = {
    "chat": _validated(requests.ChatCompletionBody, prepare_chat),
    "completion": _validated(requests.CompletionBody, prepare_completion),
    "image": _validated(requests.ImageGenerationBody, prepare_image),
    "edit": _prepare_edit,
    "transcription": _prepare_transcript,
    "speech": _validated(requests.SpeechBody, prepare_speech),
    "sound": _validated(requests.SoundBody, prepare_sound),
    "music": _prepare_music,
    "video": lambda state, fields: prepare_video(state, body_of(fields)),
    "film": prepare_film,
    FINE_TUNING: prepare_fine_tuning,
}


class JobRunner:
    """Workers that execute the jobs of a server; fine-tuning has a worker of its own."""

    def __init__(self, state: AppState) -> None:
        self.state, self.jobs = state, state.jobs
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Recover the jobs of dead processes, then start the workers."""
        await asyncio.to_thread(self.recover)
        for _ in range(self.state.config.workers):
            self.tasks.append(asyncio.create_task(self.work(but=FINE_TUNING)))
        self.tasks.append(asyncio.create_task(self.work(only=FINE_TUNING)))  # takes hours
        self.tasks.append(asyncio.create_task(self.tidy()))

    async def stop(self) -> None:
        """Stop the workers at the next event; a server that starts queues running jobs again."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def recover(self) -> None:
        """Queue the jobs of dead processes again, or fail them, and delete their artifacts."""
        for job in self.jobs.adopt():
            _delete_artifacts(job)
            self.jobs.release(job, tr("The server stopped every time this job ran."))
        search.delete_orphans()

    async def work(self, only: str = "", but: str = "") -> None:
        """Run jobs one after the other: of one type, or of any but one."""
        while True:
            job = await asyncio.to_thread(self.jobs.claim, only=only, but=but)
            if job is not None:
                await self.run(job)
                continue
            self.state.job_submitted.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.state.job_submitted.wait(), POLL_INTERVAL)

    async def tidy(self) -> None:
        """Delete old jobs and expired files and recover jobs of dead processes, periodically."""
        while True:
            await asyncio.sleep(TIDY_INTERVAL)
            await asyncio.to_thread(self.jobs.forget, self.state.config.retention * DAY)
            await asyncio.to_thread(self.recover)
            await asyncio.to_thread(self.state.files.delete_expired)

    async def run(self, job: Row) -> None:
        """Run a job and record its end."""
        token = library.JOB.set(job["id"])
        task = asyncio.create_task(self.generate(job))
        library.JOB.reset(token)
        try:
            while not (await asyncio.wait({task}, timeout=PROGRESS_INTERVAL))[0]:
                if not await asyncio.to_thread(self.jobs.report_progress, job["id"]):
                    task.cancel()
            outcome = task.result()
        except asyncio.CancelledError:
            if not task.done():  # the server stops: the job stays ours until another adopts it
                task.cancel()
                await asyncio.wait({task})
                raise
            await self.end(job, "canceled", {})
        except Exception as error:
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            status, body, _ = error_response(error)
            if status >= 500:
                logger.exception("job %s", job["id"])
            await self.end(job, "failed", {"error": body["error"]})
        else:
            await self.end(job, "done", outcome)

    async def generate(self, job: Row) -> Json:
        """Run the generation of a job and return artifact ids, and text, for the job's row."""
        if job["kind"] not in JOB_HANDLERS:
            raise NotFoundError("There is no job type {kind!r}.", kind=job["kind"], name="")
        prepare = JOB_HANDLERS[job["kind"]]
        generation = await asyncio.to_thread(prepare, self.state, job["request"])
        artifacts: list[str] = []
        result: Json | None = None
        progress = ProgressWriter(self.state, job["id"])
        async with contextlib.aclosing(self.state.stream(generation)) as events:
            async for event in events:
                if isinstance(event, Done):
                    parts = event.artifact.parts or (event.artifact,)
                    artifacts += [part.id for part in parts]
                    if event.artifact.media_type in TEXT_TYPES:  # the library keeps no text
                        result = {"text": event.artifact.text}
                else:
                    await progress.write(event)
        return {"artifacts": artifacts, "result": result}

    async def end(self, job: Row, status: str, outcome: Mapping[str, object]) -> None:
        """Record the end of a job; delete the artifacts of one that was not completed."""
        recorded = await asyncio.to_thread(self.jobs.end, job["id"], status, **outcome)
        if status != "done" or not recorded:
            await asyncio.to_thread(_delete_artifacts, job)
            if job["kind"] == FINE_TUNING:
                await asyncio.to_thread(self.state.runs.remove, job["request"]["name"])


class ProgressWriter:
    """Writes the progress of a job to its row, at most every PROGRESS_INTERVAL seconds."""

    def __init__(self, state: AppState, id: str) -> None:
        self.jobs, self.id = state.jobs, id
        self.written_at, self.stage = 0.0, ""

    async def write(self, event: Event) -> None:
        """Write an event; skip it if the last one of the same stage was written just now."""
        now = time.monotonic()
        columns: Json = {}
        if isinstance(event, Progress):
            columns = {"stage": event.stage, "done": event.done, "total": event.total}
        elif isinstance(event, Preview):
            columns = {"preview": media_image.encode(event.pixels, "png")}
        stage = columns.get("stage", self.stage)
        if not columns or (now - self.written_at < PROGRESS_INTERVAL and stage == self.stage):
            return
        self.written_at, self.stage = now, stage
        await asyncio.to_thread(self.jobs.report_progress, self.id, **columns)


def _delete_artifacts(job: Row) -> None:
    """Delete the artifacts of a job; a film keeps its finished parts and resumes from them."""
    for id in search.artifacts_of_job(job["id"]):
        if job["kind"] != "film":
            library.forget(id)
