"""Text normalization rules for Mandarin, the most specific first."""

import re

from miaobi.speech.chinese_amounts import AMOUNTS, DATES, RANGES, TO, drop_trailing_zeros
from miaobi.speech.chinese_math import EMOTICONS, MATH, NOTATION
from miaobi.speech.lexicon import word_list, word_map
from miaobi.speech.numerals import han_cardinal, han_digits, roman_value
from miaobi.speech.rules import NUM, Match, compile_rules, following, one_of, preceding

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
ROMAN |= {letter.lower(): name for letter, name in ROMAN.items()}
CIRCLED = {  # ①, ⑴, ⒈, ❶, ㈠ and ㊀
    chr(first + number): han_cardinal(str(number + 1))
    for first, count in (
        (0x2460, 20),
        (0x2474, 20),
        (0x2488, 20),
        (0x2776, 10),
        (0x3220, 10),
        (0x3280, 10),
    )
    for number in range(count)
}
RULERS = "|".join(rf"(?<={name})" for name in word_list("mandarin", "regnal_names"))
LATIN_ROMAN = "(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
LABELS = word_list("mandarin", "number_labels")
AFTER_LABEL = "|".join(  # right after a label, or after a linking word
    rf"(?<={label}{link})" for label in LABELS for link in ("", "是", "为", "：", ":", " ")
)
NO_CODE = r"\.\d|,\d|%|[年个元人次万亿岁分条块米天斤公多余折页件名只场局杯台张]"
CALLED = re.compile(  # telephone numbers before a telephone number: 拨打119、120或
    rf"(?:{one_of(LABELS)})(?:号码?)?(?:[是为：:]| )?"
    r"(?:\d{3,12}(?:、|，|,|或者|或|和|及|与|/| ))*$"
)


def _signed(number: str) -> str:
    return f"负{han_cardinal(number[1:])}" if number[:1] == "-" else han_cardinal(number)


def _phone(m: Match) -> str:
    groups = re.findall(r"\d+", m[0])
    if len(groups[-1]) == 11:  # a mobile number
        number = groups.pop()
        groups += [number[:3], number[3:7], number[7:]]
    plus = "加" if m[0].startswith("+") else ""
    return plus + "，".join(han_digits(group, "幺") for group in groups)


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
        part = number.partition(".")[2]
        return han_digits(whole) + (f"点{han_digits(part)}" if part else "")
    return han_cardinal(number)


def _range(m: Match) -> str:
    in_formula = "-" in m[0][1:] and (
        re.search("[+×÷*=] ?$", preceding(m)) or re.match(" ?[+×÷*=]", following(m))
    )
    return f"{_signed(m[1])}{'减' if in_formula else '到'}{han_cardinal(m[2])}"


def _ruler(m: Match) -> str:
    return f"{han_cardinal(str(roman_value(m[1])))}世"


def _roman(m: Match) -> str | None:
    return han_cardinal(str(roman_value(m[0]))) if m[0] else None


def _called(m: Match) -> str | None:
    return han_digits(m[0], "幺") if CALLED.search(preceding(m)) else None


def _ip_address(m: Match) -> str:
    words = "点".join(han_digits(part) for part in m[1].split("."))
    return words + (f"冒号{han_digits(m[2])}" if m[2] else "")


def _book_number(m: Match) -> str:
    return m[1] + "，".join(han_digits(g) if g != "X" else g for g in re.findall(r"\d+|X", m[2]))


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
        (":", " 冒号 "),
        ("?", " 问号 "),
        ("=", " 等于 "),
        ("#", " 井号 "),
        ("+", " 加 "),
        ("&", " 和 "),
    ):
        words = words.replace(sign, f" {name} ")
    return " ".join(words.split())


ADDRESSES = compile_rules(
    (
        r"(?:https?://|www\.)[A-Za-z0-9_./?=&#%:+-]*[A-Za-z0-9]"
        r"|[A-Za-z0-9_][A-Za-z0-9_.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
        r"|(?<![A-Za-z0-9_.@-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|cn|org|net|edu|gov|io)"
        r"(?![A-Za-z0-9])(?:/[A-Za-z0-9_/-]*[A-Za-z0-9])?",
        _url,
    ),
    (r"(?<![\d.])\(0\d{2,3}\) ?\d{7,8}(?!\d)|\+86-\d{2,3}-\d{7,8}(?!\d)", _phone),
    (r"(?<![\d.])[48]00 \d{3} \d{4}(?!\d)", _phone),
    (
        r"(?<![\d.])(?:12306|12315|12320|10086|10010|95588|996|985|211)"
        r"(?=高校|大学|院校|工程|网站|热线|客服|工作制|平台|投诉|、(?:985|211))|(?<![\d.])(?:618|911)(?=大促|事件|购物|活动|狂欢)",
        lambda m: han_digits(m[0], "幺"),
    ),
    (r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{2,5}))?(?![\d.])", _ip_address),
    (r"(ISBN(?:-1[03])?)[:： ]? ?(\d[\d -]{8,15}[\dX])(?!\d)", _book_number),
    (r"(?<![\d.])\+?86[- ]?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", _phone),
    (r"(?<![\d.])1[3-9]\d(?:\d{8}|[- ]\d{4}[- ]\d{4})(?!\d)", _phone),
    (r"(?<![\d.])(?:0\d{2,3}|400|800|95)-\d{3,4}-?\d{3,4}(?!\d)", _phone),
)
CALLS = compile_rules(
    (rf"(?<![\d.])\d{{3,12}}(?!{NO_CODE}|\d|-\d)", _called),
)
NUMBERS = compile_rules(
    (r"(?<=[转机])\d{2,6}(?!\d)", lambda m: han_digits(m[0], "幺")),
    (
        r"(?<=[歼运轰直强苏图安])-(\d+)|(?<=东风|米格|伊尔|空警)-(\d+)",
        lambda m: han_digits(m[1] or m[2]),
    ),
    (r"(?<=长征|神舟|天宫|嫦娥|天问|红旗|快舟|北斗)-(\d+)", lambda m: han_cardinal(m[1])),
    (r"(?<![A-Za-z])WWI(I?)(?![A-Za-z])", lambda m: f"第{'二' if m[1] else '一'}次世界大战"),
    (
        rf"(?:{RULERS})(?=[IVXL]+(?![A-Za-z世]))({LATIN_ROMAN})",
        _ruler,
    ),
    (r"(?<=GTA )V(?![A-Za-z])|(?<=FF)VII(?![A-Za-z])", _roman),
    (r"(?<![A-Za-z])No\. ?(\d+)", lambda m: f"第{han_cardinal(m[1])}"),
    (r"([A-Z])·(\d{4,6})", lambda m: f"{m[1]} {han_digits(m[2])}"),
    (rf"(?<![A-Za-z]){LATIN_ROMAN}(?=[世型期级章节卷部代类度号篇])", _roman),
    (
        r"(?<=[\u4e00-\u9fffA-Za-z] |[\u4e00-\u9fff]{2})(?:III?|IV|VI{1,3}|IX|XI{1,3}|XIV|XV|XVI)"
        r"(?![A-Za-z0-9])",
        _roman,
    ),
    (r"(?<=零下)-(\d+)", lambda m: han_cardinal(m[1])),
    (rf"(?<=第)(\d+){TO}(\d+)", lambda m: f"{han_cardinal(m[1])}到{han_cardinal(m[2])}"),
    (r"(?<=第)\d+", lambda m: han_cardinal(m[0]).replace("两", "二")),
    (
        rf"(?<![\d,.\-–—~至到])(?:{NUM})(?<=\.\d)(?=[万亿]?[元块])|(?<![\d,.\-–—~至到])(?:{NUM})(?<=\.\d\d)(?=[万亿]?[元块])",
        lambda m: drop_trailing_zeros(han_cardinal(m[0])),
    ),
    (
        rf"(?:(?<=^)|(?<=\W)|(?<=[^\x00-\x7f]))(?<![第\d.])(\d+){TO}(\d+)(?=[多余几]?(?:{MEASURE_WORDS}))",
        _measured,
    ),
    (
        rf"(?<![第\d.,])(2)()(?=(?:{MEASURE_WORDS})(?!月份))(?!年级|年[一二三四五六]班|楼|号)",
        _measured,
    ),
    (
        rf"(?:{AFTER_LABEL})\d{{3,}}(?!{NO_CODE})",
        lambda m: han_digits(m[0], "幺"),
    ),
    (
        r"(?<![\d.])\d{3,4}(?=号?(?:房间?|航班|次列车|次航班|路公交|室|教室|宿舍|国道))",
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
        _range,
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
    (r"/(?=(?:天|日|周|月|年|人|小时|分钟?|秒|次|个|台|件)(?![\u4e00-\u9fff]{2}))", lambda m: "每"),
    (
        r"(?<=[元角块分次人币])/(?=斤|公斤|吨|平|瓶|张|份|位|晚|股|盒|条|米|升|克|度|杯|只|本|节|课|间|套|辆|箱)",
        lambda m: "每",
    ),
    (r"(?<=和)/(?=或)", lambda m: ""),
    (r"(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])", lambda m: "或"),
)
RULES = (
    *EMOTICONS,
    *ADDRESSES,
    *NOTATION,
    *CALLS,
    *RANGES,
    *DATES,
    *AMOUNTS,
    *MATH,
    *NUMBERS,
    *MARKS,
)
