"""The figures on the data, by hand-made documents whose answers are known."""

import pytest

from miaobi.core.errors import DataError
from miaobi.data.report import MIN_CHARACTERS, PERSONAL, DataReport, examine
from miaobi.data.sources import Document

FILLER = Document("".join(f"fox number {n}\n" for n in range(400)), "filler")  # nothing of interest


def report_on(*texts: str) -> DataReport:
    """The report on texts that are too few to be taken alone."""
    return examine([Document(text, "x") for text in texts] + [FILLER], "")[1]


def personal(text: str) -> dict[str, int]:
    return report_on(text).personal


def test_the_figures() -> None:
    long, short = "狐狸" * 3000, "a fox"
    documents = [Document(long, "a"), Document(short, "b"), Document(short, "c")]
    kept, report = examine(documents, "CC0")
    assert kept == documents[:2]
    assert report == DataReport(
        documents=2,
        characters=6005,
        duplicates=1,
        repeated_lines=0.0,
        shortest=5,
        longest=6000,
        distinct_characters=7,
        languages={"zh": 1, "en": 1},
        personal={},
        license="CC0",
        origins=["a", "b"],
    )


def test_texts_that_differ_in_spaces_and_capitals_are_duplicates() -> None:
    texts = ["A fox runs.", "a  FOX\nruns. ", "A fox runs!", "Afox runs."]
    documents = [FILLER, *(Document(text, text) for text in texts)]
    kept, report = examine(documents, "")
    assert [document.text for document in kept[1:]] == ["A fox runs.", "A fox runs!", "Afox runs."]
    assert (report.documents, report.duplicates) == (4, 1)


def test_a_license_that_is_not_stated() -> None:
    assert report_on().license == "not stated"


def test_only_the_first_origins_are_told() -> None:
    documents = [FILLER, *(Document(f"fox {n}", f"file {n}") for n in range(100))]
    report = examine(documents, "")[1]
    assert report.origins == ["filler", *(f"file {n}" for n in range(19))]


def test_long_lines_that_repeat_an_earlier_one() -> None:
    line = "To be, or not to be, that is the question.\n"
    other = "Whether 'tis nobler in the mind to suffer\n"
    text = f"{line}{other}  {line}HAMLET.\nHAMLET.\nHAMLET.\n{line}"
    assert report_on(text).repeated_lines == 0.5  # two of four
    assert report_on(f"a {line}", f"b {line}").repeated_lines == 0.0
    assert report_on(f"a\n{line}", f"b\n{line}").repeated_lines == 0.5


def test_languages_of_documents() -> None:
    report = report_on("狐狸跑过雪地。", "The fox is called 狐.", "一只 fox", "7 7 7")
    assert report.languages == {"zh": 2, "en": 3}


@pytest.mark.parametrize("texts", [(), ("",), ("a fox",), ("a" * (MIN_CHARACTERS - 1),)])
def test_too_little_text(texts: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        examine([Document(text, "x") for text in texts], "")
    assert str(caught.value) == (
        f"The data has only {sum(map(len, texts))} characters; 5000 are the least a model can "
        "learn from. Add more text."
    )


def test_duplicates_do_not_make_it_enough() -> None:
    with pytest.raises(DataError, match="only 3000 characters"):
        examine([Document("a" * 3000, "x")] * 5, "")


def test_just_enough_text() -> None:
    assert examine([Document("a" * MIN_CHARACTERS, "x")], "")[1].characters == MIN_CHARACTERS


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("e-mail addresses", "Write to fox@forest.org."),
        ("e-mail addresses", "<f.o-x+news@mail.forest.co.uk>"),
        ("e-mail addresses", "邮箱是fox@forest.cn，请来信"),
        ("phone numbers", "Call 555-123-4567 today"),
        ("phone numbers", "Call (555) 123-4567."),
        ("phone numbers", "+44 20 7946 0958"),
        ("phone numbers", "1-800-555-0199"),
        ("phone numbers", "手机13812345678。"),
        ("phone numbers", "手机：138 1234 5678"),
        ("phone numbers", "电话+8613812345678"),
        ("phone numbers", "电话+86 138-1234-5678"),
        ("phone numbers", "电话+86-13812345678"),
        ("phone numbers", "座机010-65529988"),
        ("phone numbers", "座机0755-26543210"),
        ("Chinese identity numbers", "身份证号11010519491231002X"),
        ("Chinese identity numbers", "身份证11010519491231002x，"),
        ("Chinese identity numbers", "(440308200002291234)"),
        ("bank card numbers", "4111111111111111"),
        ("bank card numbers", "4111 1111 1111 1111"),
        ("bank card numbers", "卡号6222-0210-0111-4567。"),
        ("IP addresses", "from 192.168.0.1:8080"),
        ("IP addresses", "The server is 10.0.0.254."),
    ],
)
def test_what_looks_personal_is_counted_once(kind: str, text: str) -> None:
    assert personal(text) == {kind: 1}
    assert personal(f"{text} and\n{text}") == {kind: 2}


@pytest.mark.parametrize(
    "text",
    [
        "@fox said: meet @ 7.30",
        "user@localhost",
        "int a@b",
        "2024-05-06 07:08:09",
        "the years 1914-1918 and 1939-1945",
        "ISBN 978-7-02-000220-7",
        "1,381,234,567 foxes",
        "12812345678",  # no such prefix
        "1381234567",  # a digit too few
        "138123456789",  # a digit too many
        "0.13812345678",
        "3.1415926535897932",
        "3.141592653589793238",
        "110105194913310023",  # month 13
        "110105194912320023",  # day 32
        "110105184912310023",  # the year 1849
        "1.2.3",
        "1.2.3.4.5",
        "256.300.1.1",
        "Windows 10.0.19045.3",
        "第12345678901234567890号",
        "line 4 2 7 of act 1",
    ],
)
def test_innocent_words_are_not_counted(text: str) -> None:
    assert personal(text) == {}


def test_all_kinds_at_once() -> None:
    text = "fox@forest.org 13812345678 11010519491231002X 4111-1111-1111-1111 10.0.0.1 "
    assert personal(text * 3) == dict.fromkeys(PERSONAL, 3)
