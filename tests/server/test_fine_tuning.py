"""/v1/fine_tuning/jobs, asked by OpenAI's own client: a real model learns in a few steps."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from miaobi.server.training import Runs, process_id
from miaobi.train.run import train
from tests.server.conftest import Served, eventually

VERSE = "The river runs to the sea, and the sea is wide and blue. "
LINES = [
    {
        "messages": [
            {"role": "user", "content": "Sing."},
            {"role": "assistant", "content": VERSE * 9},
        ]
    },
    {"prompt": "Once", "completion": " upon a time. " + VERSE * 9},
    *({"text": f"{number} {VERSE}" * 20} for number in range(20)),
]


@pytest.fixture(scope="module")
def river(served: Served) -> str:
    """The name of a tiny model of this server, to be taught more."""
    place = served.home / "models" / "river"
    text = served.home / "river.txt"
    text.write_text(f"{VERSE}\n\n" * 200)
    small = {
        "size": "tiny",
        "train.steps": 2,
        "train.validate_every": 2,
        "train.save_every": 2,
        "data.rows": 2,
        "data.length": 32,
        "data.vocab": 300,
    }
    train("gpt", str(text), output=place, options=small)
    return "river"


@pytest.fixture
def lines(client: openai.OpenAI) -> Iterator[str]:
    """The id of a training file."""
    told = "\n".join(map(json.dumps, LINES)).encode()
    kept = client.files.create(file=("lines.jsonl", told), purpose="fine-tune")
    yield kept.id
    client.files.delete(kept.id)


def ended(client: openai.OpenAI, id: str) -> Any:
    """The job once it has ended."""
    eventually(lambda: client.fine_tuning.jobs.retrieve(id).finished_at is not None)
    return client.fine_tuning.jobs.retrieve(id)


def test_a_model_is_tuned_asked_and_deleted(client: openai.OpenAI, river: str, lines: str) -> None:
    made = client.fine_tuning.jobs.create(
        model=river,
        training_file=lines,
        suffix="sea",
        seed=3,
        method={"type": "supervised", "supervised": {"hyperparameters": {"batch_size": 2}}},
        extra_body={"steps": 6},
    )
    assert made.object == "fine_tuning.job" and made.status in ("queued", "running")
    job = ended(client, made.id)
    assert job.status == "succeeded" and job.error is None, job
    assert job.fine_tuned_model.startswith("sea-") and job.trained_tokens == 6 * 2 * 32, (
        "its context"
    )
    assert job.hyperparameters.batch_size == 2 and job.seed == 3
    events = list(client.fine_tuning.jobs.list_events(made.id, limit=2))
    assert len(events) > 4 and events[-1].message == "The job was created."
    steps = [event.data["step"] for event in events if event.type == "metrics"]  # type: ignore[index]
    assert steps == sorted(steps, reverse=True) and steps[0] == 6
    [last] = client.fine_tuning.jobs.checkpoints.list(made.id)
    assert last.step_number == 6 and last.fine_tuning_job_id == made.id
    assert last.fine_tuned_model_checkpoint == job.fine_tuned_model
    assert last.metrics.train_loss and last.metrics.valid_loss and last.metrics.step == 6
    assert not client.fine_tuning.jobs.checkpoints.list(made.id, after=last.id).data
    assert made.id in [one.id for one in client.fine_tuning.jobs.list(limit=1)]
    assert job.fine_tuned_model in [model.id for model in client.models.list()]
    answer = client.completions.create(model=job.fine_tuned_model, prompt="The", max_tokens=4)
    assert answer.choices[0].text
    assert client.models.delete(job.fine_tuned_model).deleted
    assert job.fine_tuned_model not in [model.id for model in client.models.list()]
    assert not client.fine_tuning.jobs.checkpoints.list(made.id).data
    with pytest.raises(openai.NotFoundError):
        client.fine_tuning.jobs.checkpoints.list("ftjob-x")
    with pytest.raises(openai.NotFoundError):
        client.models.delete("smollm2-135m")


def test_canceling_stops_the_program(
    client: openai.OpenAI, served: Served, river: str, lines: str
) -> None:
    made = client.fine_tuning.jobs.create(
        model=river, training_file=lines, suffix="long", extra_body={"steps": 1_000_000}
    )
    runs: Runs = served.state.runs
    eventually(runs.is_busy)
    [process] = [process for process in runs.processes.values() if process.poll() is None]
    assert client.fine_tuning.jobs.cancel(made.id).status == "cancelled"
    assert process.poll() is not None
    left = [path.name for path in (served.home / "models").iterdir()]
    assert not [name for name in left if name.startswith("long")], left


def test_a_program_that_a_dead_server_left_is_ended(own_home: Path) -> None:
    runs = Runs()
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    runs.file("x", ".pid").write_text(process_id(process.pid)[:-1] + "x")
    runs.kill_orphan("x")
    assert process.poll() is None, "another process of that number is left alone"
    runs.file("x", ".pid").write_text(process_id(process.pid))
    runs.kill_orphan("x")
    assert process.poll() is not None


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"model": "gpt-9"}, 404, "There is no text model 'gpt-9'."),
        ({"model": "smollm2-135m"}, 400, "GGUF"),
        ({"model": "shakespeare-rnn"}, 400, "recurrent"),
        ({"training_file": "file-x"}, 404, "There is no file 'file-x'."),
        ({"suffix": "../x"}, 400, "suffix"),
        ({"hyperparameters": {"n_epochs": 0}}, 400, "n_epochs"),
        ({"hyperparameters": {"n_epochs": "many"}}, 400, "n_epochs"),
        (
            {"hyperparameters": {"n_epochs": "auto", "batch_size": "2"}, "model": "gpt-9"},
            404,
            "gpt-9",
        ),
        ({"method": {"type": "dpo"}}, 400, "method"),
        ({"validation_file": "file-x"}, 400, "validation_file is not supported here."),
        ({"colour": "red"}, 400, "There is no option 'colour' here."),
    ],
)
def test_what_cannot_be_tuned(
    http: httpx.Client, lines: str, changed: dict[str, Any], status: int, sentence: str
) -> None:
    asked = {"model": "shakespeare-gpt", "training_file": lines, **changed}
    answer = http.post("/v1/fine_tuning/jobs", json=asked)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "line",
    [
        '{"messages": 3}',
        '{"prompt": "a"}',
        '{"text": 1}',
        "{",
        "{}",
        '{"text": "a\\ud800"}',
        '{"messages": [{"role": "user"}]}',
    ],
)
def test_lines_that_teach_nothing(client: openai.OpenAI, line: str) -> None:
    told = f'{{"text": "a"}}\n\n{line}'.encode()
    kept = client.files.create(file=("x.jsonl", told), purpose="fine-tune")
    with pytest.raises(openai.BadRequestError, match=r"[Ll]ine 3( of the training file|, | is)"):
        client.fine_tuning.jobs.create(model="shakespeare-gpt", training_file=kept.id)
    client.files.delete(kept.id)
