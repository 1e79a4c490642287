"""HTML in Markdown: its text, in time that grows with its length alone."""

import time

import pytest

from miaobi.media.html_text import html_to_text
from miaobi.media.markdown import read_markdown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>The <b>boat</b><br>sails.</div>", "The boat\nsails."),
        ("<h2 class=a>The <b>Boat</b></h2>It sails.", "## The Boat\n\nIt sails."),
        ("a<!-- no -->b<?php no ?>c<![CDATA[ no ]]>d<!DOCTYPE html>e", "abcde"),
        ("a<script>no</script >b<TABLE><tr><td>no</TABLE>c", "abc"),
        ("a<script>b", "ab"),
        ("a<!-- b", "a b"),
        ("a<?b <!-- no --> c", "a<?b  c"),
        ("<h1>a<h1>b</h1>", "# ab"),
        ("<h1>a</h2>b", "ab"),
        ("press <Enter> &amp; wait", "press Enter & wait"),
        ("a < b <p", "a < b <p"),
    ],
)
def test_what_is_read_aloud(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<!--", "<?", "<![CDATA[", "<!a", "<a ", "<p ", "<h1>", "<h1", "<script>", "<table"),
        *("<pre><h2>", "<!-->", "[", "![", "- ", "> ", "```\n", "`", "*a ", "<b>", "&lt;div>"),
    ],
)
def test_unclosed_pieces_take_linear_time(piece: str) -> None:
    text = "<div>" + piece * (20_000 // len(piece))
    started = time.process_time()
    read_markdown(text)
    assert time.process_time() - started < 3


def test_code_that_is_never_closed_inside_other_code() -> None:
    text = "\n".join("`" * length for length in range(300, 2, -1)) + "\nThe boat sails."
    blocks = read_markdown(text).blocks
    assert blocks[-1].text.endswith("The boat sails.")
