"""Normalization rules for dates, times, ranges, money, measures and fractions in Mandarin."""

import re

from miaobi.speech.numerals import han_cardinal, han_digits, scaled
from miaobi.speech.rules import NUM, Match, compile_rules, following, one_of, preceding
from miaobi.speech.units import HAN_CURRENCIES as CURRENCIES
from miaobi.speech.units import HAN_PER_UNITS as PER_UNITS
from miaobi.speech.units import HAN_UNITS as UNITS

TO = r" ?[-–—~至到] ?"
FRACTIONS = {
    "½": "二分之一",
    "⅓": "三分之一",
    "⅔": "三分之二",
    "¼": "四分之一",
    "¾": "四分之三",
    "⅕": "五分之一",
    "⅖": "五分之二",
    "⅗": "五分之三",
    "⅘": "五分之四",
    "⅙": "六分之一",
    "⅚": "六分之五",
    "⅛": "八分之一",
    "⅜": "八分之三",
    "⅝": "八分之五",
    "⅞": "八分之七",
}
CODES = ("RMB", "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "€", "£", "$")
SCALE = r"(?P<scale>[万亿千百]+)?"
FACTORS = {"k": 10**3, "K": 10**3, "m": 10**6, "M": 10**6, "B": 10**9, "b": 10**9, "bn": 10**9}
PER = rf"(?:/(?P<per>{one_of(PER_UNITS)}))?"
PART_OF_DAY = re.compile("(?:上午|下午|晚上|早上|凌晨|中午|傍晚|清晨|夜里|今晚|明晚|早晨|午夜|晚)$")
RANGE_LEFT = re.compile(
    rf"(?:\d ?(?:{one_of(UNITS)}|[%‰°€$£]|[\u4e00-\u9fff]{{1,4}})(?:/[a-z天月年人]{{1,3}}[²³]?)?"
    r"|\d:\d\d(?: ?[AaPp][Mm]|分)?|(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|(?<!\d)(?:1[0-2]|[1-9])月)$"
)
MONEY_LEFT = re.compile(r"[¥$€£₩₹] ?\d[\d.,]*(?:[万亿]*|[kKmMbB]|bn)$")
MONEY_RIGHT = re.compile(r"[¥$€£₩₹] ?\d")
RANGE_RIGHT = re.compile(
    r"(?:公元前|公元|上午|下午|晚上|早上|凌晨|中午|次日|翌日|第|零下|零上|[-¥$€£₩₹])*\d|(?:周|星期|礼拜)[一二三四五六日天末]"
)


def _signed(number: str, minus: str = "负") -> str:
    return minus + han_cardinal(number[1:]) if number[:1] == "-" else han_cardinal(number)


def _year(number: str) -> str:
    return han_digits(number) if len(number) in (2, 4) else han_cardinal(number)


def _date(m: Match) -> str | None:
    if not (1 <= int(m[2]) <= 12 and 1 <= int(m[3]) <= 31):
        return None
    return f"{_year(m[1])}年{han_cardinal(m[2])}月{han_cardinal(m[3])}日"


def _month(m: Match) -> str | None:
    if not (1 <= int(m[2]) <= 12 and len(m[1]) == 4):
        return None
    return f"{_year(m[1])}年{han_cardinal(m[2])}月"


def _years(m: Match) -> str:
    return f"{_year(m[1])}{'年' if m[2] else ''}到{_year(m[3])}年"


def _decade(m: Match) -> str:
    """Verbalize 90年代 and 1990年代."""
    century = m[1] or ""
    return f"{han_digits(century + m[2]) if century else han_cardinal(m[2])}年代"


def _english_decade(m: Match) -> str:
    """Verbalize 1980s."""
    return f"{han_digits(m[1] + m[2])}年代" if m[1] else f"{han_cardinal(m[4])}年代"


def _time(m: Match) -> str | None:
    """Verbalize 17:20, 17:20分, 9:05:07 and 8:30PM."""
    hour, minute, second, unit, meridiem = int(m[1]), int(m[2]), m[3], m[4], m[5]
    if hour > 24 or minute > 59 or (second and int(second) > 59):
        return None
    words = f"{'两' if hour == 2 else han_cardinal(str(hour))}点"
    if minute == 30 and not second and not unit:
        words += "半"
    elif minute or second:
        words += f"{'零' if minute < 10 else ''}{han_cardinal(str(minute)) if minute else ''}分"
    elif hour > 12 or m[1].startswith("0"):
        words += "整"
    if second:
        words += f"{'零' if int(second) < 10 else ''}{han_cardinal(second)}秒"
    has_part = not meridiem or PART_OF_DAY.search(preceding(m))
    return words if has_part else _part_of_day(hour, meridiem) + words


def _part_of_day(hour: int, meridiem: str) -> str:
    if meridiem in "Aa":
        return "凌晨" if hour < 5 or hour == 12 else "上午"
    return "中午" if hour == 12 else "下午" if hour < 6 else "晚上"


def _hour(m: Match) -> str | None:
    """Verbalize 8PM."""
    hour = int(m[1])
    if not 1 <= hour <= 12:
        return None
    part = "" if PART_OF_DAY.search(preceding(m)) else _part_of_day(hour, m[2])
    return f"{part}{'两' if hour == 2 else han_cardinal(m[1])}点"


def _duration(m: Match) -> str:
    """Verbalize 2h15min, 2m40s and 20'30"."""
    parts = [(m[1], "小时"), (m[2] or m[4] or m[6], "分钟"), (m[3] or m[5] or m[7], "秒")]
    is_short = not m[1]
    return "".join(
        ("两" if number == "2" else han_cardinal(number)) + (name[:1] if is_short else name)
        for number, name in parts
        if number
    )


def _range_dash(m: Match) -> str | None:
    before, after = preceding(m), following(m)
    if before[-1:].isspace() != after[:1].isspace():
        return None
    if MONEY_LEFT.search(before.rstrip(" ")):
        return "到" if MONEY_RIGHT.match(after.lstrip(" ")) else None
    is_range = RANGE_LEFT.search(before.rstrip(" ")) and RANGE_RIGHT.match(after.lstrip(" "))
    return "到" if is_range else None


def _letter_range(m: Match) -> str | None:
    is_range = m[1].isupper() == m[2].isupper() and ord(m[2]) - ord(m[1]) >= 2
    return f"{m[1]}到{m[2]}" if is_range else None


def _money(m: Match) -> str:
    sign, scale, factor = m["sign"], m["scale"] or "", m["factor"]
    number = scaled(m["n"], FACTORS[factor]) if factor else m["n"]
    words = _signed(("-" if m["minus"] else "") + number)
    if m["to"]:
        words += f"到{han_cardinal(scaled(m['to'], FACTORS[factor]) if factor else m['to'])}"
    if words == "二" and not m["to"]:
        words = "两"
    unit = CURRENCIES[sign]
    per = f"每{PER_UNITS[m['per']]}" if m["per"] else ""
    prefix = "人民币" if sign in ("RMB", "CNY") else ""
    return f"{prefix}{drop_trailing_zeros(words)}{scale}{unit}{per}"


def drop_trailing_zeros(words: str) -> str:
    """Drop zeros at the end of a decimal amount: 十二点五零 -> 十二点五."""
    whole, point, part = words.partition("点")
    if point and part.endswith("零") and len(part) > 1:
        part = part.rstrip("零")
        return f"{whole}点{part}" if part else whole
    return words


def _percent(m: Match) -> str:
    name = "百分之" if m["sign"] == "%" else "千分之"
    minus = "负" if m["n"].startswith("-") else ""
    start, end = (f"{name}{_percentage(part.lstrip('-'))}" for part in (m["n"], m["to"] or "0"))
    return f"{minus}{start}到{end}" if m["to"] else minus + start


def _percentage(number: str) -> str:
    return "百" if number == "100" else han_cardinal(number)


def _unit(m: Match) -> str:
    unit = UNITS[m["unit"]]
    minus = "零下" if "度" in unit and unit != "度" else "负"
    words = _signed(m["n"], minus)
    if m["to"]:
        words += f"到{_signed(m['to'], minus)}"
    elif words == "二" and unit not in ("度", "摄氏度", "赫兹", "安", "开"):
        words = "两"
    return words + (m["scale"] or "") + unit + (f"每{PER_UNITS[m['per']]}" if m["per"] else "")


def _fraction(m: Match) -> str | None:
    whole, numerator, denominator = m[1], m[2], m[3]
    if not int(denominator) or (
        int(numerator) >= int(denominator) and (whole or len(denominator) > 2)
    ):
        return None
    if int(numerator) >= int(denominator) and re.match(" ?=", following(m)):
        return f"{han_cardinal(numerator)}除以{han_cardinal(denominator)}"
    name = han_cardinal(denominator)
    name = name[1:] if denominator in ("100", "1000", "10000") else name  # 百分之九十九
    words = f"{name}分之{han_cardinal(numerator)}"
    return f"{han_cardinal(whole)}又{words}" if whole else words


def _grade(m: Match) -> str:
    """Verbalize 9.2/10."""
    if m[2] in ("5", "10", "20", "100"):
        return f"{han_cardinal(m[1])}，满分{han_cardinal(m[2])}"
    return f"{han_cardinal(m[1])}除以{han_cardinal(m[2])}"


def _score(m: Match) -> str:
    start, end = (number for number in m.groups() if number)
    return f"{han_cardinal(start)}比{han_cardinal(end)}"


RANGES = compile_rules(
    (r"(?<![-–—~])[-–—~](?![-–—~])", _range_dash),
    (r"(?<![A-Za-z0-9.&-])([A-Za-z])[-–—~]([A-Za-z])(?![A-Za-z0-9'-])", _letter_range),
)
DATES = compile_rules(
    (r"(?<![\d.])(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?![\d.])", _date),
    (r"(?<![\d.])(\d{4})[-/](\d\d?)(?=[月,，。]|$)(?!月)", _month),
    (r"(?<![\d.])((?:19|20)\d\d)[-/](0[1-9]|1[0-2])(?![\d./-])", _month),
    (r"(?<=\d)T(?=\d\d:\d\d)", lambda m: "，"),
    (r"(?<!\d)0(\d)(?=[月日])", lambda m: han_cardinal(m[1])),
    (r"(?<![\d.])((?:19|20)\d\d)(?=后(?!天|来|续|面))", lambda m: han_digits(m[1])),
    (r"(?<![\d./])24/7(?![\d/])", lambda m: "二十四七"),
    (rf"(?<![\d.])(\d{{4}})(年)?{TO}(\d{{4}}|\d\d)年(?!代)", _years),
    (
        r"(?<![\d.])(\d{4})()[-—–~](\d{4})(?=学年|赛季|年度|财年)",
        lambda m: f"{han_digits(m[1])}到{han_digits(m[3])}",
    ),
    (r"(?<![\d.])(\d\d)?(\d0)年代", _decade),
    (r"(?<![\d.])(19|20)(\d0)'?s(?![A-Za-z])(?:年代)?|(?<=')()(\d0)s(?![A-Za-z])", _english_decade),
    (r"(?<![\d.])(\d[05])(?=后(?![天来续面]))", lambda m: han_digits(m[1])),
    (
        r"(?<![\d.了过近约整达这有满第命长])([7-9]\d)年(?=[的春夏秋冬初底末]|\d{1,2}月|夏天)",
        lambda m: f"{han_digits(m[1])}年",
    ),
    (r"(?<=前)(\d{1,4})年", lambda m: f"{han_cardinal(m[1])}年"),
    (r"(?<![\d.])(\d{4})年", lambda m: f"{han_digits(m[1])}年"),
    (r"(?<![\d.])(\d{4})(?=学年|赛季|届|财年)", lambda m: han_digits(m[1])),
    (
        r"(?<=比分)(\d+)[:-](\d+)|(?<=比分[是为])(\d+)[:-](\d+)|(?<=[以])(\d{1,3})[:-](\d+)(?!\d|:)",
        _score,
    ),
    (r"(?<=是)(\d):(\d)(?![\d:分])", _score),
    (
        r"(?<![\d.-])(\d{1,3})-(\d{1,3})()()(?=获胜|战胜|击败|大胜|小胜|负于|不敌|客队|主队|领先|落后"
        r"|逆转|险胜|完胜|战平|打平|横扫|取胜|告负|击退|落败)",
        _score,
    ),
    (
        r"(?<![\d.:])(\d\d?):(\d\d)(?::(\d\d))?(?:(分)|(?![\d:]))"
        r"(?: ?([AaPp])\.?[Mm]\.?(?![A-Za-z]))?",
        _time,
    ),
    (r"(?<![\d.:])(\d\d?) ?([AaPp])\.?[Mm](?![A-Za-z])", _hour),
    (
        r"(?<![\d.])(\d+) ?h ?(\d+) ?m(?:in)?(?: ?(\d+) ?s)?(?![A-Za-z\d])"
        r"|(?<![\d.])(\d+) ?m(?:in)? ?(\d+) ?s(?![A-Za-z\d])"
        r"|(?<![\d.])(\d+)'(\d\d)(?:\"|'')",
        _duration,
    ),
    (r"(?<![\d.])(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)()()(?!\d)", _score),
    (r"(?<![\d.])(\d{1,2})[·•](\d{1,2})(?!\d)", lambda m: han_digits(m[1] + m[2])),
)
AMOUNTS = compile_rules(
    (
        rf"(?P<minus>-)?(?P<sign>{one_of(CURRENCIES)}) ?(?P<n>{NUM})(?:{TO}(?P<to>{NUM}))?"
        rf"(?:(?P<factor>bn|[kKmMbB])(?![A-Za-z])|{SCALE}元?{PER})",
        _money,
    ),
    (
        rf"(?P<minus>(?<!\w)-)?(?P<n>{NUM})(?:{TO}(?P<to>{NUM}))?{SCALE}(?P<factor>) ?"
        rf"(?P<sign>{one_of(CODES)}){PER}(?!\d)",
        _money,
    ),
    (rf"(?P<n>(?<!\d)-?(?:{NUM}))(?:[%‰]?{TO}(?P<to>{NUM}))? ?(?P<sign>[%‰])", _percent),
    (
        rf"(?P<n>(?:(?<!\w)|(?<=[^\x00-\x7f]))-?(?:{NUM}))"
        rf"(?:(?:℃|°C)?{TO}(?P<to>-?(?:{NUM})))?{SCALE} ?"
        rf"(?P<unit>{one_of(UNITS)}){PER}(?![A-Za-z\d])",
        _unit,
    ),
    (r"(?<![\d./])(\d+\.\d+)/(\d{1,3})(?![\d./])", _grade),
    (r"(?<![\d./])(?:(\d+)又)?(\d{1,3})/(\d{1,4})(?![\d/])", _fraction),
    (
        rf"(\d+)?([{''.join(FRACTIONS)}])",
        lambda m: (f"{han_cardinal(m[1])}又" if m[1] else "") + FRACTIONS[m[2]],
    ),
)
