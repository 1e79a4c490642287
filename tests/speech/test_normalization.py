"""Numbers, dates, times, money, units, signs and abbreviations as they are said, in two languages."""

import pytest

from miaobi.speech.normalization import is_speakable, normalize, normalize_spans

ENGLISH = """
I have 3 cats. -> I have three cats.
1,234,567 people -> one million two hundred thirty-four thousand five hundred sixty-seven people
2000 people -> two thousand people
1500 soldiers -> one thousand five hundred soldiers
0.5 -> zero point five
3.14159 -> three point one four one five nine
-7 -> minus seven
It is -5 outside. -> It is minus five outside.
1000000 -> one million
12345678901234567890 -> one two three four five six seven eight nine zero one two three four five six seven eight nine zero
007 -> zero zero seven
0.75 seconds -> zero point seven five seconds
.5 -> point five
1st -> first
2nd and 3rd -> second and third
the 21st century -> the twenty-first century
the 100th time -> the one hundredth time
in 1984 -> in nineteen eighty-four
in 2000 -> in two thousand
in 2008, it -> in two thousand eight, it
by 2024. -> by twenty twenty-four.
the year 1905 -> the year nineteen oh five
1776 was -> seventeen seventy-six was
476 AD -> four hundred seventy-six AD
44 BC -> forty-four BC
the 1990s -> the nineteen nineties
the '80s -> the eighties
in the 60s -> in the sixties
1939-45 -> nineteen thirty-nine to forty-five
1990–1995 -> nineteen ninety to nineteen ninety-five
March 5, 2021 -> March fifth, twenty twenty-one
Mar. 5 -> March fifth
March 5th -> March fifth
March 3-5, 2021 -> March third to fifth, twenty twenty-one
5 March 2021 -> the fifth of March, twenty twenty-one
the 5th of May -> the fifth of May
The 3rd of July -> The third of July
2021-03-05 -> March fifth, twenty twenty-one
3/5/2021 -> March fifth, twenty twenty-one
12/25/99 -> December twenty-fifth, nineteen ninety-nine
05.03.2021 -> March fifth, twenty twenty-one
July 2024 -> July twenty twenty-four
7:30 -> seven thirty
7:30 pm -> seven thirty PM
7:05 a.m. -> seven oh five AM
10:00 -> ten o'clock
14:00 -> two PM
14:30 -> two thirty PM
17:00 -> five PM
from 9:00 to 17:00 -> from nine o'clock to five PM
23:05 -> eleven oh five PM
00:30 -> twelve thirty AM
0:30 -> zero thirty
12:30 -> twelve thirty
00:00 -> midnight
24:00 -> midnight
14:00 hours -> fourteen hundred hours
06:30 hours -> zero six thirty hours
12:00 noon -> twelve noon
7pm -> seven PM
9-5 pm -> nine to five PM
at 9 a.m. on Monday -> at nine AM on Monday
10:30:15 -> ten thirty and fifteen seconds
$5 -> five dollars
$1 -> one dollar
$5.20 -> five dollars and twenty cents
$1.01 -> one dollar and one cent
$0.99 -> ninety-nine cents
$1,200.50 -> one thousand two hundred dollars and fifty cents
$3.5 million -> three point five million dollars
$5k -> five thousand dollars
$1bn -> one billion dollars
$5-10 -> five to ten dollars
a $20 bill -> a twenty dollar bill
£3.50 -> three pounds and fifty pence
€20 -> twenty euros
20 € -> twenty euros
¥500 -> five hundred yen
50¢ -> fifty cents
US$5 -> five U S dollars
500 USD -> five hundred U S dollars
RMB 500 -> five hundred yuan
-$5 -> minus five dollars
$100/month -> one hundred dollars per month
$15 per hour -> fifteen dollars per hour
5% -> five percent
3.5 % -> three point five percent
5-10% -> five to ten percent
-2% -> minus two percent
20°C -> twenty degrees Celsius
-5 °F -> minus five degrees Fahrenheit
90° -> ninety degrees
5 km -> five kilometers
1 km -> one kilometer
3.5kg -> three point five kilograms
100 km/h -> one hundred kilometers per hour
60 mph -> sixty miles per hour
5 m/s -> five meters per second
20 m² -> twenty square meters
3 m³ -> three cubic meters
16GB -> sixteen gigabytes
2.4 GHz -> two point four gigahertz
500 ml -> five hundred milliliters
220V -> two hundred twenty volts
5-10 km -> five to ten kilometers
6'2" -> six feet two
4K video -> four K video
5 lbs -> five pounds
1/2 -> one half
3/4 of it -> three quarters of it
2 1/2 cups -> two and a half cups
½ -> one half
1½ hours -> one and a half hours
¾ lb -> three quarters of a pound
50/50 -> fifty fifty
24/7 -> twenty-four seven
9/11 -> nine eleven
555-123-4567 -> five five five, one two three, four five six seven
(555) 123-4567 -> five five five, one two three, four five six seven
555-1234 -> five five five, one two three four
+1 555 123 4567 -> plus one, five five five, one two three, four five six seven
+44 20 7946 0958 -> plus four four, two oh, seven nine four six, oh nine five eight
5-10 people -> five to ten people
pp. 5-10 -> pages five to ten
p. 12 -> page twelve
No. 5 -> number five
#1 -> number one
vol. 3 -> volume three
Fig. 2 -> Figure two
§ 5 -> section five
3:1 -> three to one
won 3-2 -> won three to two
2+2=4 -> two plus two equals four
5 - 3 = 2 -> five minus three equals two
3 × 4 = 12 -> three times four equals twelve
6 ÷ 2 -> six divided by two
±5 -> plus or minus five
x ≤ 5 -> x is at most five
v2.5 -> version two point five
version 2.0.1 -> version two point zero point one
192.168.1.1 -> one nine two dot one six eight dot one dot one
www.example.com -> W W W dot example dot com
https://example.com/a-b -> example dot com slash a dash b
me@example.org -> me at example dot org
Henry VIII -> Henry the eighth
Louis XIV -> Louis the fourteenth
World War II -> World War two
Chapter IV -> Chapter four
Part III -> Part three
Room 204 -> Room two oh four
Flight 370 -> Flight three seventy
Route 66 -> Route sixty-six
COVID-19 -> COVID nineteen
GPT-4 -> GPT four
B2B -> B two B
MP3 -> MP three
5G -> five G
A4 -> A four
a 10-year-old boy -> a ten-year-old boy
Dr. Smith -> Doctor Smith
Mr. and Mrs. Jones -> Mister and Missus Jones
Prof. Lee -> Professor Lee
St. John -> Saint John
Main St. -> Main Street.
12 Elm Dr. in town -> twelve Elm Drive in town
Martin Luther King Jr. was -> Martin Luther King Junior was
Acme Inc. said -> Acme Incorporated said
Smith & Co. -> Smith and Company.
Mt. Everest -> Mount Everest
Gen. Lee -> General Lee
e.g. apples -> for example apples
i.e. now -> that is now
pears, etc. -> pears, et cetera.
cats vs. dogs -> cats versus dogs
approx. 5 -> approximately five
w/o sugar -> without sugar
U.S. troops -> U S troops
Ph.D. -> P H D.
Mon-Fri -> Monday to Friday
Tues. -> Tuesday
Jan. and Feb. -> January and February
and/or -> and or
yes/no -> yes slash no
R&D -> R and D
50% off @ home -> fifty percent off at home
Hello 😀 world -> Hello world
**bold** and _it_ -> bold and it
wait -- what -> wait, what
4 °C to 8 °C -> four degrees Celsius to eight degrees Celsius
90–95°F -> ninety to ninety-five degrees Fahrenheit
2 ft 3 in. wide -> two feet three inches wide
1.5 million -> one point five million
7 billion -> seven billion
$2–3 million -> two to three million dollars
3x5 -> three by five
2^3 -> two to the power of three
"""
CHINESE = """
我有3只猫 -> 我有三只猫
2个苹果 -> 两个苹果
2000元 -> 两千元
20000元 -> 两万元
200人 -> 二百人
2万人 -> 两万人
12个月 -> 十二个月
2个月 -> 两个月
22条 -> 二十二条
102个 -> 一百零二个
1,234,567人 -> 一百二十三万四千五百六十七人
1000000 -> 一百万
12345678901234567 -> 一二三四五六七八九零一二三四五六七
10010 -> 一万零一十
0.5 -> 零点五
3.14159 -> 三点一四一五九
-3 -> 负三
零下-3度 -> 零下三度
007 -> 零零七
第2名 -> 第二名
第12章 -> 第十二章
2024年 -> 二零二四年
1984年出生 -> 一九八四年出生
公元前221年 -> 公元前二百二十一年
20世纪90年代 -> 二十世纪九十年代
1990年代 -> 一九九零年代
1939-1945年 -> 一九三九到一九四五年
2023-2024学年 -> 二零二三到二零二四学年
2024年3月5日 -> 二零二四年三月五日
2024-03-05 -> 二零二四年三月五日
2024/3/5 -> 二零二四年三月五日
2024.3.5 -> 二零二四年三月五日
3月5号 -> 三月五号
2月2日 -> 二月二日
2024年12月 -> 二零二四年十二月
下午2:30 -> 下午两点半
8:05 -> 八点零五分
14:00 -> 十四点整
10:30:15 -> 十点三十分十五秒
9:00-17:00 -> 九点到十七点整
早上7:15 -> 早上七点十五分
7点30分 -> 七点三十分
2小时 -> 两小时
2分30秒 -> 两分三十秒
1小时30分钟 -> 一小时三十分钟
¥12.50 -> 十二点五元
¥100 -> 一百元
￥5 -> 五元
$5.20 -> 五点二美元
5.20元 -> 五点二元
3万元 -> 三万元
1.5亿元 -> 一点五亿元
3万美元 -> 三万美元
€20 -> 二十欧元
£3 -> 三英镑
50元/月 -> 五十元每月
¥30/小时 -> 三十元每小时
2元 -> 两元
10-20元 -> 十到二十元
5% -> 百分之五
3.5% -> 百分之三点五
5%-10% -> 百分之五到百分之十
10-20% -> 百分之十到百分之二十
3‰ -> 千分之三
-2% -> 负百分之二
20℃ -> 二十摄氏度
-5℃ -> 零下五摄氏度
-5℃到12℃ -> 零下五到十二摄氏度
180° -> 一百八十度
2米 -> 两米
50㎡ -> 五十平方米
5-10公里 -> 五到十公里
2公斤 -> 两公斤
1/2 -> 二分之一
3/4的人 -> 四分之三的人
3又1/4 -> 三又四分之一
3:2获胜 -> 三比二获胜
比分是3:2 -> 比分是三比二
1:100 -> 一比一百
电话13812345678 -> 电话幺三八，幺二三四，五六七八
138 1234 5678 -> 幺三八，幺二三四，五六七八
+86 13812345678 -> 加八六，幺三八，幺二三四，五六七八
010-12345678 -> 零幺零，幺二三四五六七八
400-820-8820 -> 四零零，八二零，八八二零
拨打110 -> 拨打幺幺零
请打12345 -> 请打幺二三四五
5~10个 -> 五到十个
3-5天 -> 三到五天
2-3年 -> 两到三年
10—20人 -> 十到二十人
5到8岁 -> 五到八岁
周一~周五 -> 周一到周五
第3-5页 -> 第三到五页
房间号是308 -> 房间号是三零八
1203房间 -> 幺二零三房间
编号007 -> 编号零零七
邮编100871 -> 邮编幺零零八七幺
验证码是4021 -> 验证码是四零二幺
波音747 -> 波音七四七
G1234次列车 -> G幺二三四次列车
尾号5678 -> 尾号五六七八
3+5=8 -> 三加五等于八
10-3=7 -> 十减三等于七
2×4=8 -> 二乘以四等于八
6÷2=3 -> 六除以二等于三
±3 -> 正负三
≥18岁 -> 大于等于十八岁
A4纸 -> A 四纸
5G网络 -> 五 G网络
4K视频 -> 四 K视频
3D打印 -> 三 D打印
版本2.0.1 -> 版本二点零点一
7×24小时 -> 七乘以二十四小时
100人/天 -> 一百人每天
男/女 -> 男或女
5·1劳动节 -> 五一劳动节
9·18事变 -> 九一八事变
Ⅱ型 -> 二型
①准备 -> 一准备
访问www.example.com -> 访问W W W 点 example 点 com
发到abc@qq.com -> 发到abc at qq 点 com
M&M豆 -> M和M豆
你好😀世界 -> 你好 世界
**重点** -> 重点
等等——什么 -> 等等，什么
5年级2班 -> 五年级二班
2年级 -> 二年级
2号楼2层 -> 二号楼二层
2位数 -> 两位数
60周年 -> 六十周年
100%棉 -> 百分之百棉
１２３元 -> 一百二十三元
5,000米 -> 五千米
1万2千 -> 一万二千
第1次 -> 第一次
零点5 -> 零点五
24小时 -> 二十四小时
365天 -> 三百六十五天
6.5折 -> 六点五折
30多岁 -> 三十多岁
1.75米 -> 一点七五米
300万 -> 三百万
2.5亿 -> 二点五亿
今年25岁 -> 今年二十五岁
第21届 -> 第二十一届
有HK$300 -> 有三百港元
付了RMB 500 -> 付了人民币五百元
付了500 USD -> 付了五百美元
烧到37.5°C -> 烧到三十七点五摄氏度
跑了5km -> 跑了五公里
重3.5kg -> 重三点五公斤
时速120km/h -> 时速一百二十公里每小时
面积120m² -> 面积一百二十平方米
一瓶500ml -> 一瓶五百毫升
电压220V -> 电压二百二十伏
频率2.4GHz -> 频率二点四吉赫
容量5000mAh -> 容量五千毫安时
我用iPhone 15 -> 我用iPhone 十五
像GPT-4一样 -> 像GPT 四一样
得了COVID-19 -> 得了COVID 十九
我用Windows 11和MP3 -> 我用Windows 十一和MP 三
有x>5吗 -> 有x大于五吗
"""


def cases(table: str) -> list[tuple[str, str]]:
    rows = [line.split(" -> ") for line in table.strip().splitlines()]
    return [(written, spoken) for written, spoken in rows]


def test_the_tables_are_long() -> None:
    assert len(cases(ENGLISH)) >= 150
    assert len(cases(CHINESE)) >= 120


@pytest.mark.parametrize(("written", "spoken"), cases(ENGLISH))
def test_english(written: str, spoken: str) -> None:
    assert normalize(written, "en") == spoken


@pytest.mark.parametrize(("written", "spoken"), cases(CHINESE))
def test_chinese(written: str, spoken: str) -> None:
    assert normalize(written, "zh") == spoken


@pytest.mark.parametrize("table", [ENGLISH, CHINESE])
def test_the_pieces_are_the_text_and_no_digit_is_left(table: str) -> None:
    language = "en" if table == ENGLISH else "zh"
    for written, _ in cases(table):
        pieces = normalize_spans(written, language)
        assert "".join(piece.written for piece in pieces) == written
        assert not any(char.isdigit() for piece in pieces for char in piece.spoken)


def test_a_sentence_keeps_what_is_not_changed() -> None:
    text = "“Well,” she said — at 7:30 — “it’s $5.”"
    assert normalize(text) == "“Well,” she said, at seven thirty, “it's five dollars.”"


def test_long_texts_are_normalized_in_pieces() -> None:
    text = "It costs $5 today. " * 200
    pieces = normalize_spans(text, "en")
    assert "".join(piece.written for piece in pieces) == text
    assert normalize(text) == " ".join(["It costs five dollars today."] * 200)
    assert normalize("0" * 40 + ".5米", "zh") == "零" * 40 + "点五米"


def test_each_sentence_is_read_in_its_own_language() -> None:
    assert normalize("It costs $5.", "zh") == "It costs five dollars."
    assert normalize("12345，100。", "zh") == "一万二千三百四十五，一百。"
    assert normalize("12345", "zh") == "一万二千三百四十五"
    assert normalize("12345", "en") == "twelve thousand three hundred forty-five"
    assert normalize("我会说3种语言") == "我会说三种语言"


@pytest.mark.parametrize("words", ["😀🎉", "…", "  \n", "***", "—", "~~~", "“”"])
def test_what_cannot_be_said(words: str) -> None:
    assert not is_speakable(words)


@pytest.mark.parametrize("words", ["a", "你", "7", "$", "%", "é"])
def test_what_can_be_said(words: str) -> None:
    assert is_speakable(words)


@pytest.mark.parametrize(
    "words",
    ["1" * 2000, "1," * 1000, "-" * 2000, "$" * 2000, "1/" * 1000, "a1" * 1000, "1:1" * 700],
)
def test_no_text_takes_long(words: str) -> None:
    """Within the processor time that a unit test may take (tests/tiers.py)."""
    normalize(words, "en")
    normalize(words + "的", "zh")
