"""Headings of plain-text books: which lines begin a chapter, alone and in their contexts."""

import pytest

from miaobi.speech.audiobook import read_book

# lines between blank ones, with text before and after
HEADINGS = """
Chapter 1
CHAPTER ONE
chapter twelve
Chapter Twenty-One
CHAPTER XIV.
Chapter 1: The Start
Chapter 1 - The Start
Chapter 3: the one in which nobody is hurt
Chapter 4 — Who goes there?
CHAPTER I. Down the Rabbit-Hole
CHAPTER I. TREATS OF THE PLACE WHERE IT WAS BORN
Chapter 7 The Boy and the Sea
Chapter the First
Part One
PART II
Part Two: Home Again
Part A
Book III
Book the Second: The Golden Thread
BOOK ONE, CHAPTER TWO
Volume 2
Vol. 2
Act IV
Stave One
Letter 4
Prologue
PROLOGUE: The Storm
Epilogue
Preface
Preface to the Second Edition
Introduction
INTRODUCTION
Introduction to the Second Edition
Foreword
Afterword
Interlude
Acknowledgments
Appendix B
Author's Note
The Last Chapter
Final Chapter
C H A P T E R  O N E
*** Chapter 5 ***
* Chapter 3 *
II
IV.
VII. THE SEA
III. The Sea
IX — The Sea
第一章
第十二回
第三回 贾夫人仙逝扬州城，冷子兴演说荣国府
第一章开始
第一章陨落的天才
第二章：谁在那里？
第10回：结束
第100章 归来
第三节 春天
第五卷 大海
卷三
卷三 大海
序
序章
序章 风起
前言
引子
楔子
楔子 雪夜
尾声
后记
番外
番外一 重逢
大结局
附录一
第三話 海へ
プロローグ
""".strip().split("\n")
SENTENCES = """
Part of me wanted to turn back.
Part of me wanted to turn back
Book in hand, the mate walked up and down.
Book in hand
Chapter 2 was the hardest.
Chapter 2 was the hardest
Chapter and verse, he knew them all.
Introduction of new rules came later.
Introduction to algebra was hard for me.
Preface or no preface, I read on.
Prologue over, the play began.
Part two of the plan failed.
Part One was easy, part two was not.
Part 3, as he called it, was a lie.
Book one of the trilogy sold well.
Book a table for two.
Book 5 seats for us, please
Chapter 9, verse 3.
Chapter two!
Chapter 2? I never read it.
Chapters are short here.
Parting is hard.
Bookish people rarely swim.
Epilogues bore me.
Act one way and think another.
Act 2 dragged on for an hour.
Letter in hand, she wept.
Volume is what counts.
Scene by scene, it fell apart.
Section 8 of the act says so.
Part I liked best was the end.
Book I read last year.
Chapter 1 ........ 3
Chapter 1: The Start . . . . . 12
Chapter 4	27
I am here.
I. The undersigned
I. Newton
MIX
CIVIL
C
XX large
第二章节
第一章节讲述了故事的背景
第一章讲的是什么。
第一章讲的是一条船
第一章是最难的
第一章，他写了三年。
第一节课上，大家都睡着了。
第一部电影很好看
第二天，天亮了。
第一次见面
第三回合开始了
第一章……5
序幕拉开了。
前言不搭后语
引子只有一页。
尾声渐渐远去。
卷起袖子
卷三很难读
后记写得很长，没人看。
楔子打进木头里。
番外很好看。
序列号
跋山涉水
""".strip("\n").split("\n")


def chapters(text: str) -> list[str]:
    return [turn.chapter for turn in read_book(text)[1] if turn.chapter]


@pytest.mark.parametrize("line", HEADINGS)
def test_a_heading_begins_a_chapter(line: str) -> None:
    _, turns = read_book(f"It was late.\n\n{line}\n\nThe sea was calm.")
    assert [bool(turn.chapter) for turn in turns] == [True, True, False], line


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_begins_none(line: str) -> None:
    _, turns = read_book(f"It was late.\n\n{line}\n\nThe sea was calm.")
    assert [turn.chapter for turn in turns] == [""] * 3, line


CONTEXTS = {
    "numerals": ("I\n\nIt was dark.\n\nII\n\nIt was light.\n\nIII\n\nThe end.", ["I", "II", "III"]),
    "small numerals": ("i\n\nIt was dark.\n\nii\n\nIt was light.", ["i", "ii"]),
    "numbers": ("1\n\nIt was dark.\n\n2\n\nIt was light.\n\n3\n\nThe end.", ["1", "2", "3"]),
    "numerals with titles": (
        "Contents\n\nI. The Start\nII. The End\n\nI\nTHE START\n\nDark.\n\nII\nTHE END\n\nDay.",
        ["I", "II"],
    ),
    "numbers with titles": ("1\nThe Start\n\nDark.\n\n2\nThe End\n\nDay.", ["1", "2"]),
    "numbers in a paragraph": ("He counted:\n\n1\n2\n3\n\nand stopped.", []),
    "pages": ("It was a dark\n\n1\n\nnight at sea.\n\n2\n\nIt was light.", []),
    "initials": ("I. Newton\n\nIt was dark.", []),
    "numbered titles": (
        "1. The Start\n\nIt was dark.\n\n2. The End\n\nIt was light.",
        ["1. The Start", "2. The End"],
    ),
    "a list": ("1. Take flour.\n2. Take water.\n3. Wait.", []),
    "an outline": ("1. Flour\n2. Water\n3. Salt\n\nMix it.", []),
    "Chinese numbers": ("一\n\n天黑了。\n\n二\n\n天亮了。", ["一", "二"]),
    "subtitle": (
        "CHAPTER ONE\nTHE START\n\nIt was dark.\n\nCHAPTER TWO\nTHE END\n\nIt was light.",
        ["CHAPTER ONE", "CHAPTER TWO"],
    ),
    "no blank line": (
        "Chapter 1\nIt was dark.\nChapter 2\nIt was light.",
        ["Chapter 1", "Chapter 2"],
    ),
    "Chinese without blank lines": (
        "第一章 开始\n　　天很黑。\n　　他走了。\n第二章 结束\n　　天亮了。",
        ["第一章 开始", "第二章 结束"],
    ),
    "wrapped": ("He was reading\nChapter 2\nand fell asleep.", []),
    "wrapped after a sentence": ("He read on.\nChapter 2\nwas the hardest of all.", []),
    "wrapped before a number": ("It says so in the great and famous\nBook II", []),
    "wrapped sentence": ("We sailed, and nobody knew that\npart of the cargo was gone.", []),
    "contents": (
        "Contents\n\nChapter 1\nChapter 2\n\nChapter 1\n\nIt was dark.\n\nChapter 2\n\nIt was light.",
        ["Chapter 1", "Chapter 2"],
    ),
    "contents with blank lines": (
        "CONTENTS\n\nPrologue\n\nChapter 1: Dark\n\nEpilogue\n\nPrologue\n\nSo.\n\nChapter 1: Dark\n\n"
        "It was dark.\n\nEpilogue\n\nEnd.",
        ["Prologue", "Chapter 1: Dark", "Epilogue"],
    ),
    "contents without a name": (
        "The Boat\n\nChapter 1\nChapter 2\n\nBy me.\n\nChapter 1\n\nIt was dark.\n\nChapter 2\n\nDay.",
        ["Chapter 1", "Chapter 2"],
    ),
    "leaders": (
        "Contents\nChapter 1 ..... 3\nChapter 2 ..... 9\n\nChapter 1\n\nDark.\n\nChapter 2\n\nDay.",
        ["Chapter 1", "Chapter 2"],
    ),
    "contents alone": ("Contents\n\nChapter 1\nChapter 2\n\nIt was dark.\n\nIt was light.", []),
    "Chinese contents": (
        "目录\n\n第一章 开始\n第二章 结束\n\n第一章 开始\n\n天黑。\n\n第二章 结束\n\n天亮。",
        ["第一章 开始", "第二章 结束"],
    ),
    "Roman contents": (
        "Contents\n\nI. The Start\nII. The End\n\nI. The Start\n\nDark.\n\nII. The End\n\nDay.",
        ["I. The Start", "II. The End"],
    ),
    "titles between": (
        "Contents\n\nChapter 1\nThe Start\nChapter 2\nThe End\n\nChapter 1\nThe Start\n\nDark.\n\n"
        "Chapter 2\nThe End\n\nDay.",
        ["Chapter 1", "Chapter 2"],
    ),
    "parts": (
        "Part One\n\nChapter One\n\nDark.\n\nPart Two\n\nChapter One\n\nDay.",
        ["Part One", "Chapter One", "Part Two", "Chapter One"],
    ),
    "books": (
        "Book I\n\nPart 1\n\nChapter 1\n\nDark.\n\nBook II\n\nPart 1\n\nChapter 1\n\nDay.",
        ["Book I", "Part 1", "Chapter 1", "Book II", "Part 1", "Chapter 1"],
    ),
    "a rule for a heading": (
        "# Book\n\n## One\n\nIt left.\n\n## ***\n\n.\n\n## Two\n\nIt came.",
        ["Book", "One", "Two"],
    ),
    "a list of chapters": ("We read\n\n- Chapter 1\n- Chapter 2\n\nand slept.", []),
    "bold": ("**Chapter 1**\n\nIt was dark.", ["Chapter 1"]),
    "indented": ("          CHAPTER I\n\n     It was dark.", ["CHAPTER I"]),
    "underlined": ("Chapter 1\n=========\n\nIt was dark.", ["Chapter 1"]),
    "a scene break": ("It was dark.\n***\nIt was light.\n---\nThe end.", []),
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_chapters_of_a_book(name: str) -> None:
    text, expected = CONTEXTS[name]
    assert [chapter for chapter in chapters(text) if chapter != "—"] == expected


def test_a_contents_page_is_read_without_its_dots() -> None:
    _, turns = read_book("Chapter 1 ........ 3\n\nChapter 1\n\nIt was dark.")
    assert [turn.text for turn in turns] == ["Chapter 1.", "Chapter 1", "It was dark."]
