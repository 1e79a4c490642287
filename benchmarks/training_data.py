"""Damaged training data: rows of JSON and texts of many encodings are read whole or refused.

python -m benchmarks.training_data
"""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.fuzzing import damage
from benchmarks.measuring import figure, write
from miaobi.core.errors import MiaobiError
from miaobi.core.json_rows import parse_json
from miaobi.core.text_encoding import decode_text
from miaobi.core.training_rows import Tally
from miaobi.data.sources import read_documents

FILES = 2000  # of each kind
SENTENCES = (
    "The keeper saw the grey sea under the café sign; “nothing,” she said.",
    "第一天，看守人走到岸上，看见灰色的海水慢慢流动。",
    "Am nächsten Morgen lag das Boot noch am Ufer, und das Mädchen fragte.",
    "翌朝、小さな船はまだ岸にあった。老人は何も答えなかった。",
    "# A title\n\nSome *words*, a [link](https://example.org) and `code`.",
    "- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
)
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "gb18030",
    "shift_jis",
    "cp1252",
)
PIECES = (
    *(b'"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"\\", b"\\ud83e", b"\\u0000", b"\n"),
    *(b'"prompt": null,', b'"completion": ""', b'"role": "tool"', b'"content": null', b'"text": 3'),
    *(b'{"text": "b"}\n', b"[[[[", b"1e999", b"-Infinity", b"\xff\xfe", b"\0", b"\xe4\xb8", b"\r"),
    *(b"\xef\xbb\xbf", b"9" * 5000, b'{"a":' * 300, b"```", b"<!--", b"\x1b$B", b"\x1a"),
)


def row_shapes(first: str, second: str) -> Iterator[Any]:
    """Yield a row of each shape with these words."""
    turns = [{"role": "user", "content": first}, {"role": "assistant", "content": second}]
    yield {"prompt": first, "completion": second}
    yield {"instruction": first, "input": "", "output": second, "id": "7"}
    yield {"messages": [{"role": "system", "content": "S"}, *turns]}
    yield {"conversations": [{"from": "human", "value": first}, {"from": "gpt", "value": second}]}
    yield {"question": first, "context": second, "answers": {"text": [second, first]}}
    yield {"prompt": first, "chosen": turns, "rejected": [turns[0]]}
    yield {"messages": [{"role": "user", "content": [{"type": "text", "text": first}]}, turns[1]]}
    yield {"text": first, "title": second}
    yield first


def damaged_rows(count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield damaged files of JSON lines and of arrays of rows, of all shapes and encodings."""
    rng = random.Random(f"rows {seed}")
    shapes = [list(row_shapes(*rng.sample(SENTENCES, 2))) for _ in range(20)]
    yield from _damaged(rng, count, lambda: _rows_file(rng, shapes))


def damaged_texts(count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield damaged text and Markdown files of all encodings."""
    rng = random.Random(f"texts {seed}")
    yield from _damaged(rng, count, lambda: "\n\n".join(rng.choices(SENTENCES, k=12)))


def _rows_file(rng: random.Random, shapes: list[list[Any]]) -> str:
    shape = rng.randrange(len(shapes[0]))
    mixed = rng.random() < 0.3
    rows = [rng.choice(some) if mixed else some[shape] for some in rng.choices(shapes, k=8)]
    escape = rng.random() < 0.3
    if rng.random() < 0.2:
        return json.dumps(rows, ensure_ascii=escape, indent=rng.choice((None, 1)))
    return "\n".join(json.dumps(row, ensure_ascii=escape) for row in rows)


def _damaged(rng: random.Random, count: int, create: Any) -> Iterator[bytes]:
    def encoded() -> bytes:
        return str(create()).encode(rng.choice(ENCODINGS), "ignore")

    originals = [encoded() for _ in range(30)]
    for _ in range(count):
        data = bytearray(rng.choice(originals))
        for _ in range(rng.randint(0, 4)):
            damage(data, rng, originals, PIECES)
        yield bytes(data)


def read_file(data: bytes, path: Path) -> str:
    """Read a file of training data; return "read", "refused" or the fault.

    A row that is read has all the words of its learned fields in its documents.
    """
    path.write_bytes(data)
    tally = Tally()
    try:
        documents = list(read_documents([str(path)], None, tally))
    except MiaobiError:
        return "refused"
    except Exception as error:  # the fault that is looked for
        return f"failed: {type(error).__name__}"
    text = decode_text(data, path)
    if path.suffix != ".jsonl":
        lines = text.rstrip("\x1a").replace("\r\n", "\n").replace("\r", "\n")
        return "read" if [d.text for d in documents] == [lines] * bool(lines.strip()) else "lost"
    rows = list(parse_json(text, path))
    if tally.learned.total() + tally.skipped.total() != len(rows):
        return "failed: rows are missing"
    learned = {name for names in tally.learned for name in names.split(" + ")}
    for number, row in rows:
        texts = "\n".join(d.text for d in documents if d.origin == f"{path}:{number}")
        for name, value in row.items() if texts and isinstance(row, dict) else ():
            named = learned | set(tally.ignored)
            if (
                isinstance(value, str)
                and len(value) > 20
                and value not in texts
                and name not in named
            ):
                return "failed: words are lost"
    return "read"


def measure(kind: str, count: int) -> dict[str, Any]:
    """Read damaged files of a kind; return counts and the longest time in seconds."""
    results: Counter[str] = Counter()
    slowest = 0.0
    create, suffix = {"rows": (damaged_rows, ".jsonl"), "texts": (damaged_texts, ".md")}[kind]
    with TemporaryDirectory() as folder:
        for data in create(count):
            started = time.perf_counter()
            results[read_file(data, Path(folder) / f"a{suffix}")] += 1
            slowest = max(slowest, time.perf_counter() - started)
    return {"slowest_seconds": round(slowest, 3), **results}


def main() -> None:
    """Measure, and write results/training_data.json."""
    started = time.perf_counter()
    figures = []
    for kind in ("rows", "texts"):
        results = measure(kind, FILES)
        faults = sum(n for name, n in results.items() if name.startswith(("failed", "lost")))
        figures.append(
            figure(
                f"damaged training files of {kind} that are neither read whole nor refused",
                "files",
                [faults],
                at_most=0,
                files=FILES,
                **results,
            )
        )
    figures.append(figure("duration of this measurement", "s", [time.perf_counter() - started]))
    write("training_data", "python -m benchmarks.training_data", figures)


if __name__ == "__main__":
    main()
