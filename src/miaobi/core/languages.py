"""Language codes as people and programs write them, reduced to those of ISO 639-1."""

# three-letter codes and names -> two-letter code
CODES = {
    "ara": "ar",
    "arabic": "ar",
    "chi": "zh",
    "chinese": "zh",
    "cmn": "zh",
    "deu": "de",
    "dut": "nl",
    "dutch": "nl",
    "eng": "en",
    "english": "en",
    "fra": "fr",
    "fre": "fr",
    "french": "fr",
    "ger": "de",
    "german": "de",
    "hin": "hi",
    "hindi": "hi",
    "ita": "it",
    "italian": "it",
    "japanese": "ja",
    "jpn": "ja",
    "kor": "ko",
    "korean": "ko",
    "mandarin": "zh",
    "nld": "nl",
    "por": "pt",
    "portuguese": "pt",
    "rus": "ru",
    "russian": "ru",
    "spa": "es",
    "spanish": "es",
    "zho": "zh",
    "中文": "zh",
    "汉语": "zh",
    "英文": "en",
    "英语": "en",
}


def language_code(tag: str) -> str:
    """Return the language of a tag such as en-US, zh_CN or English; "" for "auto".

    An unknown language is returned as it is, in lower case and without its region.
    """
    language = tag.strip().replace("_", "-").partition("-")[0].lower()
    return "" if language == "auto" else CODES.get(language, language)
