"""Markdown as the words that are read aloud: headings, paragraphs, and nothing else."""

import pytest

from miaobi.media.markdown import read_markdown

TEXTS = [  # Markdown, paragraphs with the level of headings
    ("# The Boat\r\n\r\nIt sails.\r\n", ["1 The Boat", "It sails."]),
    ("\ufeff# The Boat\n\n\ufeffIt sails.", ["1 The Boat", "It sails."]),
    ("One\rTwo\r\rThree", ["One Two", "Three"]),
    ("The Boat\n====\n\nDawn\n----\n\nIt sails.", ["1 The Boat", "2 Dawn", "It sails."]),
    (
        "It was dark.\nIt was late.\n---\nIt was light.",
        ["It was dark. It was late.", "It was light."],
    ),
    ("## ***\n\n***\n\n* * *\n\n___\n\nSo.", ["So."]),
    ("#hashtag and # sign", ["#hashtag and # sign"]),
    ("# One #\n\n###### Six", ["1 One", "6 Six"]),
    ("A [boat](https://e.com/x?y=1 'x') and [two][b].\n\n[b]: https://e.com", ["A boat and two."]),
    (
        "See <https://www.e.com/a?b=1> and [https://foo.org/x](https://foo.org/x).",
        ["See e.com and foo.org."],
    ),
    ("Write to <a@b.org>.", ["Write to a@b.org."]),
    ("A ![boat](a.png) here ![x](b.png).\n\n![only](c.png)\n\n[![badge](d.svg)](u)", ["A here."]),
    (
        "*one* **two** ***three*** _four_ __five__ `six` ~~seven~~",
        ["one two three four five six seven"],
    ),
    ("a_b_c, 2 * 3 * 4, f***, \\*star\\*, \\# no", ["a_b_c, 2 * 3 * 4, f***, *star*, # no"]),
    ("他说：**“你好”**然后走了，**重点。**完。", ["他说：“你好”然后走了，重点。完。"]),
    (
        "- one\n- two\n  - deep\n    1. first\n    2. second",
        ["one", "two", "deep", "1. first", "2. second"],
    ),
    ("- [ ] buy milk\n- [x] done", ["buy milk", "done"]),
    ("1984. It was a year.\n\n5)", ["1984. It was a year.", "5)"]),
    ("> quoted\n> words\n>> deeper", ["quoted words", "deeper"]),
    ("| a | b |\n|---|---|\n| 1 | 2 |\n\nSo.", ["So."]),
    ("a | b\n--|--\n1 | 2\n\nSo.", ["So."]),
    ("| A line\n| of verse", ["A line of verse"]),
    (
        "It left[^1], then[^note].\n[^1]: A note\n    goes on.\n\n    And on.\n\nSo.\n\n[^note]: x y",
        ["It left, then.", "So."],
    ),
    ("It left^[a note inside].", ["It left."]),
    ("A <!-- no --> boat.\n\n<!-- one\n\ntwo -->\n\nSo.", ["A boat.", "So."]),
    ("<!-- never closed\n\nIt sails.", ["never closed", "It sails."]),
    ("```python\nprint(1)\n```\n\n~~~\n# no\n~~~\n\nSo.", ["So."]),
    ("So.\n\n```\nnever closed", ["So.", "never closed"]),
    (
        '<h1 align="center">The <i>Boat</i></h1>\n<p><img src=x>Sails &copy; on.</p>',
        ["1 The Boat", "Sails © on."],
    ),
    ("<details><summary>More</summary>\n\nIt **sails**.\n\n</details>", ["More", "It sails."]),
    ("<script>\nlet x = 1\n</script>\n\nSo.", ["So."]),
    ("Press <Enter>, H<sub>2</sub>O,<br>on &amp; on &lt;5.", ["Press Enter, H2O, on & on <5."]),
    ("    It was dark.\n\n\tIt was light.", ["It was dark.", "It was light."]),
    ("café\nthe end", ["café the end"]),
    ("用 Visual Studio\nCode 写，\n真好\n吗", ["用 Visual Studio Code 写，真好吗"]),
    ("　　天很黑。\n　　他走了。", ["天很黑。", "他走了。"]),
    ("one  two\tthree\fFour", ["one two three", "Four"]),
    ("[TOC]\n\nSo.", ["So."]),
    ("", []),
    ("...\n\n***\n\n—", []),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_what_is_read_aloud(text: str, expected: list[str]) -> None:
    blocks = read_markdown(text).blocks
    assert [f"{block.level or ''} {block.text}".strip() for block in blocks] == expected


@pytest.mark.parametrize(
    ("text", "title", "words"),
    [
        ("---\ntitle: The Boat\ntags: [a, b]\n---\n\nIt sails.", "The Boat", ["It sails."]),
        ("\ufeff---\r\ntitle: 'A: B'\r\nlist:\r\n  - x\r\n---\r\nIt sails.", "A: B", ["It sails."]),
        ('+++\ntitle = "The Boat"\n+++\nIt sails.', "The Boat", ["It sails."]),
        ("---\ndate: 2024\n...\nIt sails.", "", ["It sails."]),
        ("---\nIt was dark.\n---\nIt was light.", "", ["It was dark.", "It was light."]),
        ("It sails.\n\n---\ntitle: x\n---\n", "", ["It sails.", "title: x"]),
    ],
)
def test_front_matter(text: str, title: str, words: list[str]) -> None:
    document = read_markdown(text)
    assert document.title == title
    assert [block.text for block in document.blocks] == words
