"""Mandarin as it is said: the rules of spoken.py for Chinese text, most special first."""

import re

from miaobi.speech.numerals import han, han_digits
from miaobi.speech.rules import NUM, Match, one_of, rules
from miaobi.speech.units import HAN_MONEY as MONEY
from miaobi.speech.units import HAN_PER as PER
from miaobi.speech.units import HAN_UNITS as UNITS

TO = r" ?[-–—~至到] ?"
# 两 and not 二 before what is counted one by one
COUNTED = (
    "个", "只", "条", "件", "本", "张", "位", "名", "次", "天", "年", "岁", "周", "种", "块",
    "斤", "米", "公里", "千米", "公斤", "公分", "分", "分钟", "分半", "小时", "钟头", "倍", "元",
    "美元", "欧元", "英镑", "港元", "日元", "点", "点半", "棵", "朵", "头", "匹", "辆", "架",
    "艘", "座", "间", "套", "双", "对", "副", "把", "支", "枝", "根", "颗", "粒", "片", "块钱",
    "滴", "杯", "瓶", "碗", "盘", "盒", "箱", "包", "袋", "桶", "篇", "首", "部", "幅", "封",
    "场", "届", "轮", "局", "秒", "句", "段", "章", "遍", "回", "趟", "步", "口", "家", "所",
    "扇", "面", "台", "组", "队", "群", "批", "排", "行", "列", "克", "吨", "升", "毫升", "厘米",
    "毫米", "平方米", "立方米", "亩", "里", "尺", "万", "亿", "成", "半", "人", "门", "节", "课",
    "代", "项", "份", "样", "笔", "亿元", "万元", "晚", "夜", "股", "桩", "顿", "阵", "道", "圈",
    "集", "期", "页", "瓦", "伏", "摄氏度", "位数", "边", "侧", "端", "岸", "国", "地", "省",
    "市", "校", "方", "枚", "发", "刻钟",
)  # fmt: skip
DIGIT_NAMES = (
    "编号", "房间号", "门牌号", "手机号", "电话号码", "航班号", "尾号", "号码", "车牌", "学号",
    "工号", "卡号", "账号", "房号", "房间", "密码", "验证码", "邮编", "代码", "航班", "车次",
    "波音", "空客", "歼", "型号", "拨打", "电话", "热线", "打", "呼叫", "短信", "发送", "区号",
    "分机", "QQ", "微信", "微信号",
)  # fmt: skip
SIGNS = {
    "+": "加", "±": "正负", "×": "乘以", "÷": "除以", "=": "等于", "≠": "不等于", "≈": "约等于",
    "≤": "小于等于", "≥": "大于等于", "<": "小于", ">": "大于", "&": "和", "@": " at ",
    "%": "百分号", "→": "到", "√": "根号", "∞": "无穷大", "π": "派", "°": "度", "¥": "元",
    "$": "美元", "€": "欧元", "~": "到", "№": "第",
}  # fmt: skip
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
CIRCLED = {chr(0x2460 + number): han(str(number + 1)) for number in range(20)}
FRACTIONS = {"½": "二分之一", "⅓": "三分之一", "⅔": "三分之二", "¼": "四分之一", "¾": "四分之三"}


CLOCK = re.compile(r"(\d\d?)[:：](\d\d)(?:[:：](\d\d))?")
MEASURE = one_of({*COUNTED})
CODES = ("RMB", "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "€", "£", "$")
SCALE = r"(?P<scale>[万亿千百]+)?"
EACH = rf"(?:/(?P<per>{one_of(PER)}))?"
NAMED = "|".join(  # right after such a name, or after a word between
    rf"(?<={name}{link})" for name in DIGIT_NAMES for link in ("", "是", "为", "：", ":", " ")
)


def _signed(number: str, below: str = "负") -> str:
    return below + han(number[1:]) if number[:1] == "-" else han(number)


def _year(number: str) -> str:
    return han_digits(number) if len(number) in (2, 4) else han(number)


def _date(m: Match) -> str | None:
    if not (1 <= int(m[2]) <= 12 and 1 <= int(m[3]) <= 31):
        return None
    return f"{_year(m[1])}年{han(m[2])}月{han(m[3])}日"


def _month(m: Match) -> str | None:
    if not (1 <= int(m[2]) <= 12 and len(m[1]) == 4):
        return None
    return f"{_year(m[1])}年{han(m[2])}月"


def _years(m: Match) -> str:
    return f"{_year(m[1])}{'年' if m[2] else ''}到{_year(m[3])}年"


def _decade(m: Match) -> str:
    """90年代, 1990年代."""
    century = m[1] or ""
    return f"{han_digits(century + m[2]) if century else han(m[2])}年代"


def _time(m: Match) -> str | None:
    hour, minute, second = int(m[1]), int(m[2]), m[3]
    if hour > 24 or minute > 59:
        return None
    words = f"{'两' if hour == 2 else han(str(hour))}点"
    if minute == 30 and not second:
        words += "半"
    elif minute or second:
        words += ("零" if minute < 10 else "") + (f"{han(str(minute))}分" if minute else "分")
    else:
        words += "整" if hour > 12 or m[1].startswith("0") else ""
    return words + (f"{'零' if int(second) < 10 else ''}{han(second)}秒" if second else "")


def _times(m: Match) -> str | None:
    first, last = (CLOCK.fullmatch(part) for part in (m[1], m[2]))
    begin, end = (_time(part) if part else None for part in (first, last))
    return f"{begin}到{end}" if begin and end else None


def _money(m: Match) -> str:
    sign, scale = m["sign"], m["scale"] or ""
    words = _signed(("-" if m["minus"] else "") + m["n"])
    if m["to"]:
        words += f"到{han(m['to'])}"
    if words == "二" and not m["to"]:
        words = "两"
    unit = MONEY[sign]
    per = f"每{PER[m['per']]}" if m["per"] else ""
    return f"{'人民币' if sign in ('RMB', 'CNY') else ''}{_no_idle_zero(words)}{scale}{unit}{per}"


def _no_idle_zero(words: str) -> str:
    """十二点五零 -> 十二点五: of money and measures, whose last zero is not said."""
    whole, point, part = words.partition("点")
    if point and part.endswith("零") and len(part) > 1:
        part = part.rstrip("零")
        return f"{whole}点{part}" if part else whole
    return words


def _percent(m: Match) -> str:
    name = "百分之" if m["sign"] == "%" else "千分之"
    minus = "负" if m["n"].startswith("-") else ""
    first, last = (f"{name}{_share(part.lstrip('-'))}" for part in (m["n"], m["to"] or "0"))
    return f"{minus}{first}到{last}" if m["to"] else minus + first


def _share(number: str) -> str:
    return "百" if number == "100" else han(number)


def _unit(m: Match) -> str:
    unit = UNITS[m["unit"]]
    below = "零下" if "度" in unit and unit != "度" else "负"
    words = _signed(m["n"], below)
    if m["to"]:
        words += f"到{_signed(m['to'], below)}"
    elif words == "二" and unit not in ("度", "摄氏度", "赫兹", "安", "开"):
        words = "两"
    return words + (m["scale"] or "") + unit + (f"每{PER[m['per']]}" if m["per"] else "")


def _phone(m: Match) -> str:
    groups = re.findall(r"\d+", m[0])
    if len(groups[-1]) == 11:  # a mobile number
        number = groups.pop()
        groups += [number[:3], number[3:7], number[7:]]
    plus = "加" if m[0].startswith("+") else ""
    return plus + "，".join(han_digits(group, "幺") for group in groups)


def _fraction(m: Match) -> str | None:
    whole, over, under = m[1], m[2], m[3]
    if not int(under) or int(over) >= int(under):
        return None
    return (f"{han(whole)}又" if whole else "") + f"{han(under)}分之{han(over)}"


def _counted(m: Match) -> str:
    """两个, 两到三天; 第二 and 十二 stay."""
    first = "两" if m[1] == "2" else han(m[1])
    if not m[2]:
        return first
    return f"{first}到{'两' if m[2] == '2' else han(m[2])}"


def _letters_and_digits(m: Match) -> str:
    letters, number = m[1], m[2]
    as_digits = len(number) >= 3 or number.startswith("0")
    words = han_digits(number) if as_digits and "." not in number else han(number)
    return f"{letters} {words}"


def _version(m: Match) -> str:
    return (f"{m[1]} " if m[1] else "") + "点".join(han(part) for part in m[2].split("."))


def _plain(m: Match) -> str:
    number = m[0]
    whole = number.replace(",", "").partition(".")[0]
    if (len(whole) > 1 and whole[0] == "0") or len(whole) > 15:
        return han_digits(number.replace(",", ""))
    return han(number)


def _score(m: Match) -> str:
    return f"{han(m[1] or m[3])}比{han(m[2] or m[4])}"


def _web(m: Match) -> str:
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


ADDRESSES = rules(
    (r"(?:https?://|www\.)[\w./-]*\w|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _web),
    (r"(?<![\d.])\+?86[- ]?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", _phone),
    (r"(?<![\d.])1[3-9]\d(?:\d{8}|[- ]\d{4}[- ]\d{4})(?!\d)", _phone),
    (r"(?<![\d.])(?:0\d{2,3}|400|800|95)-\d{3,4}-?\d{3,4}(?!\d)", _phone),
)
DATES = rules(
    (r"(?<![\d.])(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?![\d.])", _date),
    (r"(?<![\d.])(\d{4})[-/](\d\d?)(?=[月,，。]|$)(?!月)", _month),
    (rf"(?<![\d.])(\d{{4}})(年)?{TO}(\d{{4}}|\d\d)年(?!代)", _years),
    (
        r"(?<![\d.])(\d{4})()[-—–~](\d{4})(?=学年|赛季|年度|财年)",
        lambda m: f"{han_digits(m[1])}到{han_digits(m[3])}",
    ),
    (r"(?<![\d.])(\d\d)?(\d0)年代", _decade),
    (r"(?<=前)(\d{1,4})年", lambda m: f"{han(m[1])}年"),
    (r"(?<![\d.])(\d{4})年", lambda m: f"{han_digits(m[1])}年"),
    (r"(?<![\d.])(\d{4})(?=学年|赛季|届|财年)", lambda m: han_digits(m[1])),
    (rf"(?<![\d.])(\d\d?[:：]\d\d){TO}(\d\d?[:：]\d\d)(?!\d)", _times),
    (r"(?<=比分)(\d+)[:：](\d+)|(?<=[以是])(\d)[:：](\d+)", _score),
    (r"(?<![\d.:])(\d\d?)[:：](\d\d)(?:[:：](\d\d))?(?![\d:])", _time),
    (r"(?<![\d.])(\d+(?:\.\d+)?)[:：](\d+(?:\.\d+)?)()()(?!\d)", _score),
    (r"(?<![\d.])(\d{1,2})[·•](\d{1,2})(?!\d)", lambda m: han_digits(m[1] + m[2])),
)
AMOUNTS = rules(
    (
        rf"(?P<minus>-)?(?P<sign>{one_of(MONEY)}) ?(?P<n>{NUM})(?:{TO}(?P<to>{NUM}))?"
        rf"{SCALE}元?{EACH}",
        _money,
    ),
    (
        rf"(?P<minus>(?<!\w)-)?(?P<n>{NUM})(?:{TO}(?P<to>{NUM}))?{SCALE} ?"
        rf"(?P<sign>{one_of(CODES)}){EACH}(?!\d)",
        _money,
    ),
    (rf"(?P<n>(?<!\d)-?(?:{NUM}))(?:[%‰]?{TO}(?P<to>{NUM}))? ?(?P<sign>[%‰])", _percent),
    (
        rf"(?P<n>(?:(?<!\w)|(?<=[^\x00-\x7f]))-?(?:{NUM}))"
        rf"(?:(?:℃|°C)?{TO}(?P<to>-?(?:{NUM})))?{SCALE} ?"
        rf"(?P<unit>{one_of(UNITS)}){EACH}(?![A-Za-z\d])",
        _unit,
    ),
    (r"(?<![\d./])(?:(\d+)又)?(\d{1,3})/(\d{1,4})(?![\d/])", _fraction),
    (
        rf"(\d+)?([{''.join(FRACTIONS)}])",
        lambda m: (f"{han(m[1])}又" if m[1] else "") + FRACTIONS[m[2]],
    ),
)
NUMBERS = rules(
    (r"(?<=零下)-(\d+)", lambda m: han(m[1])),
    (rf"(?<=第)(\d+){TO}(\d+)", lambda m: f"{han(m[1])}到{han(m[2])}"),
    (r"(?<=第)\d+", lambda m: han(m[0]).replace("两", "二")),
    (r"\d+\.\d+(?=[万亿]?[元块])", lambda m: _no_idle_zero(han(m[0]))),
    (
        rf"(?:(?<=^)|(?<=\W)|(?<=[^\x00-\x7f]))(?<![第\d.])(\d+){TO}(\d+)(?=[多余几]?(?:{MEASURE}))",
        _counted,
    ),
    (
        rf"(?<![第\d.,])(2)()(?=(?:{MEASURE})(?!月份))(?!年级|年[一二三四五六]班|楼|号)",
        _counted,
    ),
    (
        rf"(?:{NAMED})\d{{3,}}(?!\.\d|,\d|[年个元人次万亿岁分条块])",
        lambda m: han_digits(m[0], "幺"),
    ),
    (
        r"(?<![\d.])\d{3,4}(?=号?(?:房间?|航班|次列车|次航班|路公交|教室|宿舍|国道))",
        lambda m: han_digits(m[0], "幺"),
    ),
    (r"(?<![A-Za-z])([vV])? ?(\d+(?:\.\d+){2,})", _version),
    (r"([A-Za-z]+)[- ]?(\d+(?:\.\d+)?)", _letters_and_digits),
    (r"(?<![\d.])(\d+(?:\.\d+)?)(?=[A-Za-z])", lambda m: f"{han(m[1])} "),
    (rf"(?<![\d.\w])({NUM}) ?- ?({NUM})(?= ?=)", lambda m: f"{han(m[1])}减{han(m[2])}"),
    (rf"(?<![\d.])(-?(?:{NUM})){TO}({NUM})(?!\d)", lambda m: f"{_signed(m[1])}到{han(m[2])}"),
    (r"(?<=[\d) ])[xX×*](?=[\d( ])", lambda m: "乘以"),
    (rf"(?:(?<=^)|(?<=[^\w)])|(?<=[^\x00-\x7f]))-({NUM})", lambda m: f"负{han(m[1])}"),
    (NUM, _plain),
)
MARKS = rules(
    (rf"[{''.join(ROMAN)}]", lambda m: ROMAN[m[0]]),
    (rf"[{''.join(CIRCLED)}]", lambda m: CIRCLED[m[0]]),
    (r"——|—|–|--+", lambda m: "，"),
    (rf"[{re.escape(''.join(SIGNS))}]", lambda m: SIGNS[m[0]]),
    (r"/(?=(?:天|日|周|月|年|人|小时|分钟|秒|次|个|台|件)(?![\u4e00-\u9fff]{2}))", lambda m: "每"),
    (r"(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])", lambda m: "或"),
)
RULES = (*ADDRESSES, *DATES, *AMOUNTS, *NUMBERS, *MARKS)
