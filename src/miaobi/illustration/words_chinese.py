"""Words of Chinese prompts: particles by their kind, and prompts cut into known phrases."""

import re

from miaobi.catalog.lexicon import MISSING, THING, VERB, Entry, chinese
from miaobi.illustration.chunks import Chunk

DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "双": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
MEASURES = (
    "个只条头匹位名群对双朵棵辆艘架座栋间把张本支枝根块片颗粒件顶"
    "杯碗盘瓶袋箱盒束串排队幅场道扇台部副面首尊口盏株滴种些"
)
MANY = {"群": 4, "对": 2, "双": 2, "排": 4, "队": 4, "束": 1, "串": 1, "些": 3}
SIDES = {
    "里": "inside",
    "里面": "inside",
    "中": "inside",
    "之中": "inside",
    "内": "inside",
    "上": "stands-on",
    "上面": "stands-on",
    "之上": "stands-on",
    "下": "under",
    "下面": "under",
    "底下": "under",
    "之下": "under",
    "旁": "near",
    "旁边": "near",
    "边": "near",
    "边上": "near",
    "身边": "near",
    "前": "near",
    "前面": "near",
    "后": "hides-behind",
    "后面": "hides-behind",
    "背后": "hides-behind",
    "身后": "hides-behind",
    "上空": "above",
    "上方": "above",
    "周围": "near",
    "之间": "near",
}
CHARACTERS = {
    "红": "red",
    "蓝": "blue",
    "绿": "green",
    "黄": "yellow",
    "白": "white",
    "黑": "black",
    "紫": "purple",
    "粉": "pink",
    "橙": "orange",
    "灰": "gray",
    "棕": "brown",
    "金": "gold",
    "银": "silver",
}
FUNCTION = frozenset(
    [
        "的",
        "了",
        "着",
        "过",
        "地",
        "得",
        "和",
        "与",
        "跟",
        "同",
        "及",
        "以及",
        "还有",
        "在",
        "正在",
        "正",
        "是",
        "有",
        "被",
        "把",
        "向",
        "朝",
        "往",
        "从",
        "到",
        "给",
        "对",
        "为",
        "也",
        "都",
        "很",
        "非常",
        "十分",
        "特别",
        "又",
        "就",
        "还",
        "却",
        "而",
        "并",
        "并且",
        "然后",
        "一边",
        "一起",
        "互相",
        "相互",
        "这",
        "那",
        "这个",
        "那个",
        "它",
        "他",
        "她",
        "它们",
        "他们",
        "她们",
        "我",
        "你",
        "我们",
        "之",
        "其",
        "所",
        "让",
        "请",
        "画",
        "画出",
        "画一",
        "一幅",
        "一张",
        "一个",
        "吧",
        "呢",
        "啊",
        "吗",
        "起来",
        "下去",
        "出来",
        "中的",
        "上的",
        "里的",
        "时",
        "时候",
        "当",
        "只见",
        "许多的",
        "自己",
        "大家",
        "来",
        "去",
        "要",
        "想",
        "会",
        "能",
        "可以",
        "可",
        "以",
        "于",
        "等",
        "用",
    ]
)
GOING = ("enter", "visit", "cross", "leave", "rush-to", "walk", "run")
NEGATIONS = ("没有", "不要", "没", "别", "无", "不带")
SPLIT = re.compile(r"([，。、；：！？（）“”‘’《》,.;:!?()\s]+)")


def chunks_of(prompt: str) -> list[Chunk]:
    """Cut a Chinese prompt into its longest known phrases, marks and unknown words."""
    lexicon = chinese()
    chunks: list[Chunk] = []
    for part in SPLIT.split(prompt):
        if not part or SPLIT.fullmatch(part):
            if part and part.strip():
                chunks.append(Chunk(part.strip()[0], function=True))
            continue
        start = 0
        while start < len(part):
            chunk, length = _longest(part, start, lexicon.entries, lexicon.longest)
            chunks.append(chunk)
            start += length
    return chunks


def _longest(
    text: str, start: int, entries: dict[str, tuple[Entry, ...]], longest: int
) -> tuple[Chunk, int]:
    for length in range(min(longest, len(text) - start), 1, -1):
        phrase = text[start : start + length]
        if phrase in entries and phrase not in FUNCTION:
            head = _verb_before_object(phrase, entries)
            return Chunk(phrase[:head], entries[phrase]), head
        if phrase in FUNCTION or phrase in NEGATIONS or phrase in SIDES:
            return Chunk(phrase, function=True), length
    number = re.match(r"\d+|[一二两三四五六七八九十]+(?=[" + MEASURES + "])", text[start:])
    if number:
        return Chunk(number[0], (Entry("count", str(_number(number[0]))),)), len(number[0])
    latin = re.match(r"[a-z]+", text[start:])
    if latin:
        return Chunk(latin[0]), len(latin[0])
    character = text[start]
    if character in FUNCTION or character in SIDES or character in NEGATIONS:
        return Chunk(character, function=True), 1
    return Chunk(character, entries.get(character, ())), 1


def _verb_before_object(phrase: str, entries: dict[str, tuple[Entry, ...]]) -> int:
    """Return how long the verb of a phrase is: 种花 is 种 and 花, which is read next."""
    if any(entry.kind != VERB for entry in entries[phrase]):
        return len(phrase)
    for head in range(1, len(phrase)):
        tail = phrase[head:]
        nouns = [entry for entry in entries.get(tail, ()) if entry.kind in (THING, MISSING)]
        verb = any(entry.kind == VERB for entry in entries.get(phrase[:head], ()))
        certain = len(tail) > 1 or (verb and nouns and nouns[0].match != "near")
        if nouns and certain:
            return head
    return len(phrase)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)
    return DIGITS.get(text[0], 1)
