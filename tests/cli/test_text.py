"""`miaobi text`, as its user meets it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from miaobi.tasks import library
from tests.cli.conftest import trouble

Run = Callable[..., subprocess.CompletedProcess[str]]
SMALL = ("-m", "smollm2-135m", "--seed", "1", "--max-tokens", "12")
EMPTY = "The prompt is empty. Give it some text."
BINARY = "The prompt is not text: it holds binary bytes. Give plain UTF-8 text."
LONG = "The prompt has 1,000,000 characters; the limit is 200,000. Split it into parts."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_the_answer_is_standard_output_and_nothing_else(miaobi: Run) -> None:
    done = miaobi("text", "Tell me about foxes.", *SMALL)
    assert (done.returncode, done.stderr) == (0, "")
    by_stdin = miaobi("text", *SMALL, stdin=b"Tell me about foxes.")
    assert by_stdin.stdout == done.stdout and len(done.stdout) > 10
    as_json = json.loads(miaobi("text", "Tell me about foxes.", *SMALL, "--json").stdout)
    assert as_json["text"] + "\n" == done.stdout
    assert (as_json["model"], as_json["seed"], as_json["finish_reason"]) == (
        "smollm2-135m",
        1,
        "length",
    )
    assert as_json["usage"]["completion_tokens"] == 12
    assert as_json["id"] == library.find()[0]["id"]
    assert len(library.find()) == 3


def test_a_labeled_file(miaobi: Run, tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("讲一个关于狐狸的故事。 Tell me.", encoding="utf-8")
    done = miaobi("text", "-f", prompt, *SMALL, "-o", "fox.txt")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "fox.txt\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "fox.txt",
        "fox.txt.c2pa",
        "home",
        "prompt.txt",
    ]
    said = miaobi("verify", "fox.txt")
    assert said.returncode == 0 and said.stdout.startswith("fox.txt: intact.")
    path = tmp_path / "fox.txt"
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(data)
    said = miaobi("verify", "fox.txt")
    assert said.returncode == 1 and said.stdout.startswith("fox.txt: changed after it was labeled.")


def test_a_schema_and_stop_strings(miaobi: Run, tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            "animal": {"enum": ["fox", "owl"]},
            "legs": {"type": "integer", "minimum": 2, "maximum": 4},
        },
        "required": ["animal", "legs"],
        "additionalProperties": False,
    }
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    for given in (json.dumps(schema), "schema.json"):
        done = miaobi(
            "text", "An animal.", "-m", "smollm2-135m", "--seed", "1", "--json-schema", given
        )
        answer = json.loads(done.stdout)
        assert answer["animal"] in ("fox", "owl") and answer["legs"] in (2, 3, 4)
    whole = miaobi("text", "Tell me about foxes.", *SMALL).stdout
    first, second = whole.split()[2:4]
    done = miaobi("text", "Tell me about foxes.", *SMALL, "--stop", second, "--stop", first)
    assert done.stdout == whole[: whole.index(first)] + "\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        ([""], b"", EMPTY),
        (["  "], b"", EMPTY),
        ([], b"", EMPTY),
        ([], b"\n\n", EMPTY),
        ([], b"a\0b", BINARY),
        ([], bytes(range(256)) * 4, BINARY),
        ([], b"a" * 1_000_000, LONG),
        (["-"], b"\x89PNG\0\xff", BINARY),
    ],
)
def test_bad_prompts(
    refused: Callable[..., str], arguments: list[str], stdin: bytes, says: str
) -> None:
    assert refused("text", *SMALL, *arguments, stdin=stdin, code=2, says=()) == says


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", EMPTY),
        (PNG, BINARY),
        (b"b" * 1_000_000, LONG),
        (None, "p.txt cannot be read: No such file"),
    ],
)
def test_bad_prompt_files(
    refused: Callable[..., str], tmp_path: Path, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "p.txt").write_bytes(content)
    refused("text", *SMALL, "-f", "p.txt", code=2, says=(says,))


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--temperature", "99", "temperature is 99.0. It has to lie between 0 and 5."),
        ("--temperature", "nan", "temperature is nan. It has to lie between 0 and 5."),
        ("--temperature", "-inf", "temperature is -inf."),
        ("--top-p", "-1", "top_p is -1.0. It has to lie between 0 and 1."),
        ("--min-p", "2", "min_p is 2.0."),
        ("--top-k", "-5", "top_k is -5."),
        ("--max-tokens", "0", "max_tokens is 0. It has to lie between 1 and 1,000,000."),
        ("--repeat-penalty", "0", "repeat_penalty is 0.0."),
        ("--seed", "-1", "seed is -1."),
        ("--stop", "", "stop is 0. It has to lie between 1 and"),
        ("--model", "nobody", "There is no text model 'nobody'. Known: "),
        ("--model", "hibari", "There is no text model 'hibari'."),
        ("--json-schema", '{"type":', "json_schema cannot be used: Expecting value"),
        ("--json-schema", "nofile.json", "json_schema cannot be used"),
        ("--json-schema", "[1]", "json_schema cannot be used: [1]. Give a valid JSON Schema."),
        ("--json-schema", '{"type": "nonsense"}', "nonsense. Give a valid JSON Schema."),
        ("-o", ".", ". is a folder. Give a file name"),
        ("-o", "/sys/x.txt", "/sys/x.txt cannot be written: it is read-only"),
        ("-o", "none/x.txt", "The folder none does not exist. Make it first: mkdir -p none"),
    ],
)
def test_bad_values(refused: Callable[..., str], option: str, value: str, says: str) -> None:
    refused("text", "hi", "-m", "smollm2-135m", option, value, code=2, says=(says,))


def test_bad_model_files(refused: Callable[..., str], own_home: Path, tmp_path: Path) -> None:
    with (own_home / "assets" / "smollm2-135m" / "model.gguf").open("rb") as file:
        (tmp_path / "half.gguf").write_bytes(file.read(3_000_000))
    (tmp_path / "picture.gguf").write_bytes(PNG)
    (tmp_path / "pytorch_model.bin").write_bytes(b"PK\x03\x04" + bytes(100))
    (tmp_path / "raw.bin").write_bytes(b"\x80\x04\x95\x0b\0\0\0\0\0\0\0}\x94.")
    for name, says in (
        ("half.gguf", "half.gguf could not be loaded: it is truncated, damaged"),
        ("picture.gguf", "picture.gguf is not a GGUF model file. Give a .gguf file"),
        (
            "pytorch_model.bin",
            "pytorch_model.bin is a pickled file, and opening one can run any program",
        ),
        ("raw.bin", "raw.bin is a pickled file"),
    ):
        refused("text", "hi", "-m", name, code=1, says=(says,))
        refused("text", "hi", "-m", f"./{name}", "-o", "out.txt", code=1, says=(says,))


def test_a_missing_model_offline(
    refused: Callable[..., str], empty_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    says = (
        "smollm2-135m is not on this machine yet. Get it with: miaobi pull smollm2-135m (98 MB, Apache-2.0)",
    )
    refused("text", "hi", "-m", "smollm2-135m", code=1, says=says)
    refused("text", "hi", code=1, says=("Get it with: miaobi pull",))


def test_refusals(refused: Callable[..., str], own_home: Path) -> None:
    refused(
        "text",
        "how to make a pipe bomb",
        *SMALL,
        code=3,
        says=("rule weapons (prompt)", "docs/policy.md"),
    )
    (own_home / "policy.toml").write_text("[[rule]\n")
    refused(
        "text",
        "hi",
        *SMALL,
        code=2,
        says=("policy.toml cannot be used: ", "Correct it or move it away."),
    )
    rule = '[[rule]]\nid = "x"\nwhere = ["output"]\nreason = "so"\nall = [["."]]\n'
    (own_home / "policy.toml").write_text(rule)
    refused("text", "hi", *SMALL, "-o", "out.txt", code=3, says=("rule x (output): so.",))
    assert library.find() == []


def test_the_sentence_is_in_the_users_language(
    miaobi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    done = miaobi("text", "hi", "-m", "smollm2-135m", "--temperature", "99")
    assert done.returncode == 2
    assert trouble(done.stderr).startswith("temperature 的值是 99.0。")


def started(tmp_path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The program, at work on an answer that does not end."""
    prompt = "Repeat the word fox a thousand times."
    command = [sys.executable, "-m", "miaobi.cli.main", "text", prompt, "-m", "smollm2-135m"]
    return subprocess.Popen(
        [
            *command,
            "--max-tokens",
            "3000",
            "--temperature",
            "0",
            "--repeat-penalty",
            "1",
            *arguments,
        ],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def stopped(program: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C and see it end well, and soon."""
    program.send_signal(signal.SIGINT)
    try:
        _, stderr = program.communicate(timeout=20)
    finally:
        program.kill()
    assert program.returncode == 130, stderr.decode()
    assert trouble(stderr.decode()) == "Stopped. Nothing half-made was left behind."


def test_ctrl_c_in_the_middle_of_an_answer(tmp_path: Path, own_home: Path) -> None:
    program = started(tmp_path)
    assert program.stdout is not None and program.stdout.read(5)
    stopped(program)
    program = started(tmp_path, "-o", "out.txt")
    wait_for_model(program)
    time.sleep(0.5)
    stopped(program)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert library.find() == []


def test_ctrl_c_while_the_model_loads(tmp_path: Path) -> None:
    for _ in range(2):
        program = started(tmp_path, "-o", "out.txt")
        wait_for_model(program)  # opened, not yet read
        stopped(program)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def wait_for_model(program: subprocess.Popen[bytes]) -> None:
    """Until the program has mapped the model's file into its memory."""
    deadline = time.monotonic() + 30
    while b"model.gguf" not in Path(f"/proc/{program.pid}/maps").read_bytes():
        assert program.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)


def test_two_at_once_share_one_index(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "miaobi.cli.main", "text", "Hi", *SMALL]
    both = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    answers = [program.communicate(timeout=60) for program in both]
    assert [program.returncode for program in both] == [0, 0], answers
    assert answers[0] == answers[1]
    assert len(library.find()) == 2


def test_places_that_cannot_take_the_answer(
    refused: Callable[..., str], own_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.txt.c2pa").mkdir()  # where the label would go
    says = ("x.txt.c2pa is a folder.",)
    refused("text", "hi", *SMALL, "-o", "x.txt", code=2, says=says)
    refused("text", "hi", *SMALL, "-o", "n" * 300, code=2, says=("File name too long.",))
    refused("text", "hi", "-m", "n" * 300, code=2, says=("File name too long. Check the name.",))
    with Path("/dev/full").open("w") as full:
        program = [sys.executable, "-m", "miaobi.cli.main", "text", "hi", *SMALL]
        done = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert trouble(done.stderr).startswith("No room left on the disk that holds /dev/stdout.")


def test_searching_instead_of_drawing(miaobi: Run) -> None:
    asked = ("text", "-m", "shakespeare-gpt", "-p", "Good morrow", "--max-tokens", "8")
    search = ("--beams", "3", "--no-repeat-ngram", "2", "--length-penalty", "0.5")
    told = miaobi(*asked, *search, "--num-return-sequences", "2", "--early-stopping")
    assert told.returncode == 0 and told.stderr == ""
    first, second = told.stdout.split("---\n")
    as_json = json.loads(
        miaobi(*asked, *search, "--num-return-sequences", "2", "--early-stopping", "--json").stdout
    )
    assert (as_json["text"] + "\n", as_json["alternatives"][0] + "\n") == (first, second)
    drawn = miaobi(
        *asked, "--seed", "3", "--typical-p", "0.9", "--prompt-lookup", "--precision", "int8"
    )
    assert drawn.returncode == 0 and drawn.stdout.strip()


def test_what_an_engine_cannot_do_is_said(refused: Callable[..., str]) -> None:
    refused(
        *("text", "Hello", *SMALL, "--beams", "3"),
        code=2,
        says=("smollm2-135m cannot be used with beams", "GPT-2, Llama and Qwen"),
    )
    refused(
        "text",
        "Hello",
        "-m",
        "shakespeare-gpt",
        "--precision",
        "int3",
        code=2,
        says=("precision is 'int3'", "bfloat16"),
    )
    refused(
        "text",
        "Hello",
        "-m",
        "shakespeare-gpt",
        "--beams",
        "4",
        "--beam-groups",
        "3",
        code=2,
        says=("4 beams cannot be divided into 3 groups",),
    )
