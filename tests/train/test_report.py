"""What is written down of a run: run.json, the page with curves and the card."""

import json
import re
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path
from textwrap import indent
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from miaobi.core.version import VERSION
from miaobi.models import checkpoint
from miaobi.models.tokenizer import load_tokenizer
from miaobi.train.plan import plan
from miaobi.train.report import card, chart, html
from miaobi.train.run import run
from tests.train.conftest import Whole, small

TOLD: dict[str, Any] = {
    "miaobi": "9.9.9",
    "commands": ["miaobi train gpt --data poems.txt"],
    "from": "",
    "recipe": {
        "family": "gpt",
        "size": "tiny",
        "places": ["poems.txt", "a <b> & 'c'"],
        "data": {"rows": 4, "length": 8, "license": "MIT"},
        "train": {"steps": 40, "accumulate": 2},
        "model": {"dropout": 0.1},
        "keep": "float32",
    },
    "parameters": 1234567,
    "learned": 1234567,
    "tokens": {"training": 7000, "held_out": 300, "vocab": 300},
    "data": {
        "documents": 1200,
        "characters": 50000,
        "duplicates": 3,
        "license": "MIT",
        "personal": {"e-mail addresses": 2, "phone numbers": 1},
    },
    "data_sha256": "abc123",
    "machine": "Linux x86_64",
    "history": [
        {"step": 10, "loss": 4.0},
        {"step": 20, "loss": 3.0, "validation": {"loss": 3.5, "bits": 2.0}},
        {"step": 30, "loss": 2.5},
        {"step": 40, "loss": 2.0, "validation": {"loss": 2.5, "bits": 1.5}},
    ],
    "samples": [{"step": step, "text": f"sample {step}"} for step in range(5, 41, 5)],
    "seconds": 126.0,
    "finished": True,
}
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """Every element is closed in turn, and nothing is fetched from anywhere."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert tag not in {"script", "link", "iframe", "img", "object", "embed", "base"}
        assert not {"src", "href", "srcset", "data"} & {name for name, _ in attributes}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data + "\n"


def changed(**changes: Any) -> dict[str, Any]:
    return deepcopy(TOLD) | changes


def front_matter(text: str) -> dict[str, Any]:
    _, head, _ = text.split("---\n", 2)
    document: dict[str, Any] = yaml.safe_load(head)
    return document


@pytest.mark.parametrize("family", ["gpt", "rnn"])
def test_what_run_json_holds(family: str, whole: Whole) -> None:
    folder = whole(family)
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    options = small(family)
    assert told["miaobi"] == VERSION and told["finished"] and told["from"] == ""
    assert told["recipe"]["family"] == family and told["recipe"]["size"] == "tiny"
    for group in ("data", "train", "model"):
        wanted = {k.split(".")[1]: v for k, v in options.items() if k.startswith(group)}
        assert wanted.items() <= told["recipe"][group].items()
    network = checkpoint.load(folder)
    assert told["parameters"] == told["learned"] == sum(p.numel() for p in network.parameters())
    assert told["tokens"]["vocab"] == load_tokenizer(folder).get_vocab_size()
    assert told["data"]["documents"] == 1 and told["data"]["license"] == "not stated"
    assert re.fullmatch("[0-9a-f]{64}", told["data_sha256"]) and told["seconds"] > 0
    assert [row["step"] for row in told["history"]] == [2, 4, 6, 8, 10, 12]
    assert all(
        {"loss", "learning rate", "gradient of model"} <= set(row) for row in told["history"]
    )
    checked = [row["step"] for row in told["history"] if "validation" in row]
    assert checked == [sample["step"] for sample in told["samples"]] == [4, 8, 12]
    assert set(told["history"][-1]["validation"]) == {"loss", "bits per character"}


def test_the_command_makes_the_same_again(whole: Whole) -> None:
    (command,) = json.loads((whole("gpt") / "run.json").read_text())["commands"]
    assert command.startswith("miaobi train gpt --data ") and "--train.ema=0.9" in command


def test_papers_of_a_real_run(whole: Whole) -> None:
    folder = whole("gpt")
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert page.seen.count("svg") == 2 and page.seen.count("pre") == 3
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert front_matter(text) == {"license": "not stated", "library_name": "miaobi"}
    for words in (folder.name, f"{told['parameters']:,}", told["data_sha256"], "12 of 12"):
        assert words in text
    assert indent(told["samples"][-1]["text"], "    ") in text


def test_papers_are_there_before_the_first_step(words: Path, tmp_path: Path) -> None:
    folder = tmp_path / "it"
    events = run(plan("gpt", [str(words)], output=folder, options=small("gpt")))
    next(events), next(events)
    Page((folder / "report.html").read_text(encoding="utf-8"))
    assert "0 of 12" in (folder / "README.md").read_text()
    events.close()  # type: ignore[attr-defined]


def test_the_page_is_whole_and_needs_nothing_from_elsewhere() -> None:
    text = html(TOLD)
    page = Page(text)
    assert text.startswith("<!doctype html>") and "://" not in text and "url(" not in text
    for words in ("1,234,567", "40 of 40", "2 minutes", "sample 40", "sample 20", "dropout"):
        assert words in page.words
    assert "sample 15" not in page.words  # the last five
    assert page.words.index("sample 40") < page.words.index("sample 20")


def test_what_a_model_writes_cannot_break_the_page() -> None:
    evil = "</pre><script src='https://x.org/'></script><img src=x onerror=alert(1)>&amp;\0"
    told = changed(samples=[{"step": 1, "text": evil}])
    told["data"]["license"] = told["recipe"]["model"]["norm"] = evil
    told["history"][-1]["validation"][evil] = told["history"][1]["validation"][evil] = 1.0
    page = Page(html(told))
    assert page.seen.count("pre") == 1 and "<script src=" in page.words


@pytest.mark.parametrize("history", [[], TOLD["history"][:1], TOLD["history"][:2]])
def test_a_page_of_a_run_that_has_just_begun(history: list[Any]) -> None:
    told = changed(history=history, samples=[])
    page = Page(html(told))
    assert page.seen.count("svg") == (len(history) > 1)
    assert f"{history[-1]['step'] if history else 0} of 40" in page.words
    assert card("it", told).startswith("---\n")


def test_the_card() -> None:
    text = card("my-model", TOLD)
    assert front_matter(text) == {"license": "MIT", "library_name": "miaobi"}
    for words in (
        "# my-model\n",
        "family `gpt`, trained from nothing with Miaobi 9.9.9.",
        "| parameters | 1,234,567 |",
        "| tokens seen | 2,560 |",  # 40 steps of 2 batches of 4 windows of 8
        "| loss, held out | 2.500 |",
        "- poems.txt\n",
        "1,200 documents, 50,000 characters, license: MIT; 3 duplicates were dropped",
        "2 e-mail addresses, 1 phone numbers",
        "SHA-256 of it: `abc123`",
        "miaobi train gpt --data poems.txt\n",
        "sample 40",
    ):
        assert words in text
    assert "sample 35" not in text


def test_a_card_says_where_the_weights_began() -> None:
    assert "trained on from `other`" in card("x", changed(**{"from": "other"}))


@pytest.mark.parametrize(
    "license", ["MIT (text: public domain)", "公有领域", 'a "quoted" one', "#1", "no: yes", "[x"]
)
def test_any_license_can_stand_on_a_card(license: str) -> None:
    told = changed()
    told["data"]["license"] = license
    assert front_matter(card("x", told))["license"] == license


def test_what_a_model_writes_cannot_break_the_card() -> None:
    text = card("x", changed(samples=[{"step": 1, "text": "```\n# A title\n\n---\n| a |"}]))
    assert "    ```\n    # A title\n\n    ---\n    | a |\n\nCurves" in text


def test_a_chart_draws_every_line() -> None:
    drawn = chart("Loss & more", {"one": [(1, 3.0), (2, 2.0), (4, 1.0)], "two": [(2, 2.5)]})
    title, svg = drawn.split("</h2>")
    assert title == "<h2>Loss &amp; more"
    root = ElementTree.fromstring(svg)
    lines = [
        [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
        for line in root.iter("polyline")
    ]
    assert list(map(len, lines)) == [3, 1]
    xs, ys = zip(*lines[0], strict=True)
    assert sorted(xs) == list(xs) and sorted(ys) == list(ys)  # loss falls: y grows downwards
    assert xs[1] - xs[0] == pytest.approx((xs[2] - xs[1]) / 2, abs=0.2)
    width, height = map(float, root.get("viewBox", "").split()[2:])
    assert all(0 <= x <= width and 0 <= y <= height for line in lines for x, y in line)
    words = [element.text for element in root.iter("text")]
    assert "one 1.000" in words and "two 2.500" in words and "step 4" in words


def test_a_flat_line_and_a_single_point() -> None:
    assert (
        ElementTree.fromstring(chart("x", {"a": [(1, 2.0), (2, 2.0)]}).split("</h2>")[1])
        is not None
    )
    assert chart("x", {"a": [(1, 2.0)], "b": []}) == chart("x", {}) == ""


def test_the_first_steps_do_not_hide_the_rest() -> None:
    line = [(1, 1000.0), *((step, 2.0 + step / 100) for step in range(2, 100))]
    svg = ElementTree.fromstring(chart("x", {"a": line}).split("</h2>")[1])
    (drawn,) = svg.iter("polyline")
    ys = [float(point.split(",")[1]) for point in drawn.get("points", "").split()]
    assert min(ys) >= 0 and max(ys) - min(ys[1:]) > 150
