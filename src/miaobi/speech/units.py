"""Money and measures by their signs: what they are called in English and in Mandarin."""

MONEY = {  # sign or code -> (one, several, one hundredth, several hundredths)
    "$": ("dollar", "dollars", "cent", "cents"), "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"), "₩": ("won", "won", "jeon", "jeon"),
    "₽": ("ruble", "rubles", "kopeck", "kopecks"), "¢": ("cent", "cents", "", ""),
    "US$": ("U S dollar", "U S dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "CN¥": ("yuan", "yuan", "fen", "fen"), "USD": ("U S dollar", "U S dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"), "GBP": ("pound", "pounds", "penny", "pence"),
    "CNY": ("yuan", "yuan", "fen", "fen"), "RMB": ("yuan", "yuan", "fen", "fen"),
    "JPY": ("yen", "yen", "sen", "sen"),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
}  # fmt: skip
UNITS: dict[str, str | tuple[str, str]] = {
    "km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "µm": "micrometer",
    "μm": "micrometer", "nm": "nanometer", "mi": "mile", "yd": "yard", "ft": ("foot", "feet"),
    "kg": "kilogram", "g": "gram", "mg": "milligram", "µg": "microgram", "t": "ton",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "L": "liter", "l": "liter", "mL": "milliliter",
    "ml": "milliliter", "cl": "centiliter", "gal": "gallon", "ha": "hectare",
    "mph": "mile per hour", "kmh": "kilometer per hour", "kph": "kilometer per hour",
    "rpm": "revolution per minute", "s": "second", "sec": "second", "secs": "second",
    "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "ms": "millisecond", "µs": "microsecond", "W": "watt", "kW": "kilowatt", "MW": "megawatt",
    "GW": "gigawatt", "kWh": "kilowatt hour", "MWh": "megawatt hour", "V": "volt",
    "kV": "kilovolt", "A": "amp", "mA": "milliamp", "mAh": "milliamp hour",
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "J": "joule",
    "kJ": "kilojoule", "cal": "calorie", "kcal": "kilocalorie", "Pa": "pascal",
    "kPa": "kilopascal", "hPa": "hectopascal", "bar": "bar", "psi": ("P S I", "P S I"),
    "dB": "decibel", "KB": "kilobyte", "kB": "kilobyte", "MB": "megabyte", "GB": "gigabyte",
    "TB": "terabyte", "kb": "kilobit", "Mb": "megabit", "Gb": "gigabit",
    "kbps": "kilobit per second", "Mbps": "megabit per second", "Gbps": "gigabit per second",
    "px": "pixel", "dpi": ("dots per inch", "dots per inch"), "fps": "frame per second",
    "K": "kelvin", "N": "newton", "Ω": "ohm", "kΩ": "kiloohm", "in.": ("inch", "inches"),
}  # fmt: skip
PER = {
    "h": "hour", "hr": "hour", "s": "second", "sec": "second", "min": "minute", "day": "day",
    "kg": "kilogram", "L": "liter", "l": "liter", "m": "meter", "m²": "square meter",
    "m2": "square meter", "m³": "cubic meter", "m3": "cubic meter", "km": "kilometer",
    "mo": "month", "yr": "year", "wk": "week", "mL": "milliliter", "dL": "deciliter",
}  # fmt: skip
SCALES = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million",
          "bn": "billion", "b": "billion", "B": "billion", "tn": "trillion"}  # fmt: skip
HAN_MONEY = {
    "¥": "元", "$": "美元", "US$": "美元", "€": "欧元", "£": "英镑", "HK$": "港元", "NT$": "新台币",
    "₩": "韩元", "₽": "卢布", "₹": "卢比", "C$": "加元", "A$": "澳元", "RMB": "元", "CNY": "元",
    "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "JP¥": "日元", "HKD": "港元",
}  # fmt: skip
HAN_UNITS = {
    "km": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "dm": "分米", "nm": "纳米", "µm": "微米",
    "μm": "微米", "kg": "公斤", "g": "克", "mg": "毫克", "t": "吨", "L": "升", "l": "升",
    "mL": "毫升", "ml": "毫升", "ha": "公顷", "h": "小时", "min": "分钟", "s": "秒", "ms": "毫秒",
    "W": "瓦", "kW": "千瓦", "MW": "兆瓦", "kWh": "千瓦时", "V": "伏", "kV": "千伏", "A": "安",
    "mA": "毫安", "mAh": "毫安时", "Hz": "赫兹", "kHz": "千赫", "MHz": "兆赫", "GHz": "吉赫",
    "J": "焦耳", "kJ": "千焦", "cal": "卡", "kcal": "千卡", "Pa": "帕", "kPa": "千帕",
    "hPa": "百帕", "MPa": "兆帕", "dB": "分贝", "Ω": "欧", "N": "牛", "lb": "磅", "ft": "英尺",
    "mi": "英里", "in": "英寸", "oz": "盎司", "mph": "英里每小时", "rpm": "转每分钟",
    "fps": "帧每秒", "m²": "平方米", "㎡": "平方米", "m2": "平方米", "km²": "平方公里",
    "km2": "平方公里", "cm²": "平方厘米", "cm2": "平方厘米", "m³": "立方米", "m3": "立方米",
    "cm³": "立方厘米", "㎏": "公斤", "㎞": "公里", "㎝": "厘米", "㎜": "毫米", "㎎": "毫克",
    "℃": "摄氏度", "℉": "华氏度", "°C": "摄氏度", "°F": "华氏度", "°": "度", "px": "像素",
}  # fmt: skip
HAN_PER = {
    "h": "小时", "s": "秒", "min": "分钟", "m²": "平方米", "㎡": "平方米", "m³": "立方米",
    "L": "升", "kg": "公斤", "天": "天", "月": "月", "年": "年", "人": "人", "次": "次",
    "个": "个", "斤": "斤", "小时": "小时", "秒": "秒", "分钟": "分钟", "平方米": "平方米",
}  # fmt: skip
