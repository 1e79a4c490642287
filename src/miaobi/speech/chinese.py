"""Text normalization rules for Mandarin, the most specific first."""

import re

from miaobi.speech.lexicon import word_list, word_map
from miaobi.speech.numerals import han_cardinal, han_digits
from miaobi.speech.rules import NUM, Match, compile_rules, one_of
from miaobi.speech.units import HAN_CURRENCIES as CURRENCIES
from miaobi.speech.units import HAN_PER_UNITS as PER_UNITS
from miaobi.speech.units import HAN_UNITS as UNITS

TO = r" ?[-–—~至到] ?"
MEASURE_WORDS = one_of(word_list("mandarin", "measure_words"))
SYMBOLS = word_map("mandarin", "symbols")
ROMAN = {
    "Ⅰ": "一",
    "Ⅱ": "二",
    "Ⅲ": "三",
    "Ⅳ": "四",
    "Ⅴ": "五",
    "Ⅵ": "六",
    "Ⅶ": "七",
    "Ⅷ": "八",
    "Ⅸ": "九",
    "Ⅹ": "十",
    "Ⅺ": "十一",
    "Ⅻ": "十二",
}
CIRCLED = {chr(0x2460 + number): han_cardinal(str(number + 1)) for number in range(20)}
FRACTIONS = {"½": "二分之一", "⅓": "三分之一", "⅔": "三分之二", "¼": "四分之一", "¾": "四分之三"}
TIME = re.compile(r"(\d\d?)[:：](\d\d)(?:[:：](\d\d))?")
CODES = ("RMB", "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "€", "£", "$")
SCALE = r"(?P<scale>[万亿千百]+)?"
PER = rf"(?:/(?P<per>{one_of(PER_UNITS)}))?"
AFTER_LABEL = "|".join(  # right after a label, or after a linking word
    rf"(?<={label}{link})"
    for label in word_list("mandarin", "number_labels")
    for link in ("", "是", "为", "：", ":", " ")
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


def _time(m: Match) -> str | None:
    hour, minute, second = int(m[1]), int(m[2]), m[3]
    if hour > 24 or minute > 59:
        return None
    words = f"{'两' if hour == 2 else han_cardinal(str(hour))}点"
    if minute == 30 and not second:
        words += "半"
    elif minute or second:
        words += ("零" if minute < 10 else "") + (
            f"{han_cardinal(str(minute))}分" if minute else "分"
        )
    else:
        words += "整" if hour > 12 or m[1].startswith("0") else ""
    return words + (f"{'零' if int(second) < 10 else ''}{han_cardinal(second)}秒" if second else "")


def _times(m: Match) -> str | None:
    matches = (TIME.fullmatch(part) for part in (m[1], m[2]))
    start, end = (_time(match) if match else None for match in matches)
    return f"{start}到{end}" if start and end else None


def _money(m: Match) -> str:
    sign, scale = m["sign"], m["scale"] or ""
    words = _signed(("-" if m["minus"] else "") + m["n"])
    if m["to"]:
        words += f"到{han_cardinal(m['to'])}"
    if words == "二" and not m["to"]:
        words = "两"
    unit = CURRENCIES[sign]
    per = f"每{PER_UNITS[m['per']]}" if m["per"] else ""
    prefix = "人民币" if sign in ("RMB", "CNY") else ""
    return f"{prefix}{_drop_trailing_zeros(words)}{scale}{unit}{per}"


def _drop_trailing_zeros(words: str) -> str:
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


def _phone(m: Match) -> str:
    groups = re.findall(r"\d+", m[0])
    if len(groups[-1]) == 11:  # a mobile number
        number = groups.pop()
        groups += [number[:3], number[3:7], number[7:]]
    plus = "加" if m[0].startswith("+") else ""
    return plus + "，".join(han_digits(group, "幺") for group in groups)


def _fraction(m: Match) -> str | None:
    whole, numerator, denominator = m[1], m[2], m[3]
    if not int(denominator) or int(numerator) >= int(denominator):
        return None
    return (
        f"{han_cardinal(whole)}又" if whole else ""
    ) + f"{han_cardinal(denominator)}分之{han_cardinal(numerator)}"


def _measured(m: Match) -> str:
    """Verbalize a number before a measure word: 两个, 两到三天."""
    start = "两" if m[1] == "2" else han_cardinal(m[1])
    if not m[2]:
        return start
    return f"{start}到{'两' if m[2] == '2' else han_cardinal(m[2])}"


def _letters_and_digits(m: Match) -> str:
    letters, number = m[1], m[2]
    as_digits = len(number) >= 3 or number.startswith("0")
    words = han_digits(number) if as_digits and "." not in number else han_cardinal(number)
    return f"{letters} {words}"


def _version(m: Match) -> str:
    return (f"{m[1]} " if m[1] else "") + "点".join(han_cardinal(part) for part in m[2].split("."))


def _number(m: Match) -> str:
    number = m[0]
    whole = number.replace(",", "").partition(".")[0]
    if (len(whole) > 1 and whole[0] == "0") or len(whole) > 15:
        return han_digits(number.replace(",", ""))
    return han_cardinal(number)


def _score(m: Match) -> str:
    return f"{han_cardinal(m[1] or m[3])}比{han_cardinal(m[2] or m[4])}"


def _url(m: Match) -> str:
    words = re.sub(r"^https?://", "", m[0])
    words = re.sub(r"^www(?=\.)", "W W W", words)
    words = re.sub(r"\d+", lambda d: f" {han_digits(d[0])} ", words)
    for sign, name in (
        (".", " 点 "),
        ("/", " 斜杠 "),
        ("@", " at "),
        ("-", " 横杠 "),
        ("_", " 下划线 "),
    ):
        words = words.replace(sign, f" {name} ")
    return " ".join(words.split())


ADDRESSES = compile_rules(
    (r"(?:https?://|www\.)[\w./-]*\w|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _url),
    (r"(?<![\d.])\+?86[- ]?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", _phone),
    (r"(?<![\d.])1[3-9]\d(?:\d{8}|[- ]\d{4}[- ]\d{4})(?!\d)", _phone),
    (r"(?<![\d.])(?:0\d{2,3}|400|800|95)-\d{3,4}-?\d{3,4}(?!\d)", _phone),
)
DATES = compile_rules(
    (r"(?<![\d.])(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?![\d.])", _date),
    (r"(?<![\d.])(\d{4})[-/](\d\d?)(?=[月,，。]|$)(?!月)", _month),
    (rf"(?<![\d.])(\d{{4}})(年)?{TO}(\d{{4}}|\d\d)年(?!代)", _years),
    (
        r"(?<![\d.])(\d{4})()[-—–~](\d{4})(?=学年|赛季|年度|财年)",
        lambda m: f"{han_digits(m[1])}到{han_digits(m[3])}",
    ),
    (r"(?<![\d.])(\d\d)?(\d0)年代", _decade),
    (r"(?<=前)(\d{1,4})年", lambda m: f"{han_cardinal(m[1])}年"),
    (r"(?<![\d.])(\d{4})年", lambda m: f"{han_digits(m[1])}年"),
    (r"(?<![\d.])(\d{4})(?=学年|赛季|届|财年)", lambda m: han_digits(m[1])),
    (rf"(?<![\d.])(\d\d?[:：]\d\d){TO}(\d\d?[:：]\d\d)(?!\d)", _times),
    (r"(?<=比分)(\d+)[:：](\d+)|(?<=[以是])(\d)[:：](\d+)", _score),
    (r"(?<![\d.:])(\d\d?)[:：](\d\d)(?:[:：](\d\d))?(?![\d:])", _time),
    (r"(?<![\d.])(\d+(?:\.\d+)?)[:：](\d+(?:\.\d+)?)()()(?!\d)", _score),
    (r"(?<![\d.])(\d{1,2})[·•](\d{1,2})(?!\d)", lambda m: han_digits(m[1] + m[2])),
)
AMOUNTS = compile_rules(
    (
        rf"(?P<minus>-)?(?P<sign>{one_of(CURRENCIES)}) ?(?P<n>{NUM})(?:{TO}(?P<to>{NUM}))?"
        rf"{SCALE}元?{PER}",
        _money,
    ),
    (
        rf"(?P<minus>(?<!\w)-)?(?P<n>{NUM})(?:{TO}(?P<to>{NUM}))?{SCALE} ?"
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
    (r"(?<![\d./])(?:(\d+)又)?(\d{1,3})/(\d{1,4})(?![\d/])", _fraction),
    (
        rf"(\d+)?([{''.join(FRACTIONS)}])",
        lambda m: (f"{han_cardinal(m[1])}又" if m[1] else "") + FRACTIONS[m[2]],
    ),
)
NUMBERS = compile_rules(
    (r"(?<=零下)-(\d+)", lambda m: han_cardinal(m[1])),
    (rf"(?<=第)(\d+){TO}(\d+)", lambda m: f"{han_cardinal(m[1])}到{han_cardinal(m[2])}"),
    (r"(?<=第)\d+", lambda m: han_cardinal(m[0]).replace("两", "二")),
    (r"\d+\.\d+(?=[万亿]?[元块])", lambda m: _drop_trailing_zeros(han_cardinal(m[0]))),
    (
        rf"(?:(?<=^)|(?<=\W)|(?<=[^\x00-\x7f]))(?<![第\d.])(\d+){TO}(\d+)(?=[多余几]?(?:{MEASURE_WORDS}))",
        _measured,
    ),
    (
        rf"(?<![第\d.,])(2)()(?=(?:{MEASURE_WORDS})(?!月份))(?!年级|年[一二三四五六]班|楼|号)",
        _measured,
    ),
    (
        rf"(?:{AFTER_LABEL})\d{{3,}}(?!\.\d|,\d|[年个元人次万亿岁分条块])",
        lambda m: han_digits(m[0], "幺"),
    ),
    (
        r"(?<![\d.])\d{3,4}(?=号?(?:房间?|航班|次列车|次航班|路公交|教室|宿舍|国道))",
        lambda m: han_digits(m[0], "幺"),
    ),
    (r"(?<![A-Za-z])([vV])? ?(\d+(?:\.\d+){2,})", _version),
    (r"([A-Za-z]+)[- ]?(\d+(?:\.\d+)?)", _letters_and_digits),
    (r"(?<![\d.])(\d+(?:\.\d+)?)(?=[A-Za-z])", lambda m: f"{han_cardinal(m[1])} "),
    (
        rf"(?<![\d.\w])({NUM}) ?- ?({NUM})(?= ?=)",
        lambda m: f"{han_cardinal(m[1])}减{han_cardinal(m[2])}",
    ),
    (
        rf"(?<![\d.])(-?(?:{NUM})){TO}({NUM})(?!\d)",
        lambda m: f"{_signed(m[1])}到{han_cardinal(m[2])}",
    ),
    (r"(?<=[\d) ])[xX×*](?=[\d( ])", lambda m: "乘以"),
    (rf"(?:(?<=^)|(?<=[^\w)])|(?<=[^\x00-\x7f]))-({NUM})", lambda m: f"负{han_cardinal(m[1])}"),
    (NUM, _number),
)
MARKS = compile_rules(
    (rf"[{''.join(ROMAN)}]", lambda m: ROMAN[m[0]]),
    (rf"[{''.join(CIRCLED)}]", lambda m: CIRCLED[m[0]]),
    (r"——|—|–|--+", lambda m: "，"),
    (rf"[{re.escape(''.join(SYMBOLS))}]", lambda m: SYMBOLS[m[0]]),
    (r"/(?=(?:天|日|周|月|年|人|小时|分钟|秒|次|个|台|件)(?![\u4e00-\u9fff]{2}))", lambda m: "每"),
    (r"(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])", lambda m: "或"),
)
RULES = (*ADDRESSES, *DATES, *AMOUNTS, *NUMBERS, *MARKS)
