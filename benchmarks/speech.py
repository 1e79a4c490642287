"""Error rates of 200 synthesized sentences with numbers (Whisper): `python -m benchmarks.speech`.

Whisper transcribes "five dollars" as "$5" or "five dollars". So both reference and transcript are
normalized to digits by functions that share no code with the tested normalization: Whisper's own
English normalizer (Radford et al., 2022) and, for Chinese, `digits_of` below. Then single digits
and words (English) or characters (Chinese) are compared. Homophones count as errors.

Also measured: word times compared with Whisper's, and the latency of a long narration.
"""

import argparse
import json
import re
import tempfile
import time
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import figure
from benchmarks.narration import error_rate, syllables
from benchmarks.speech_sentences import CHINESE, ENGLISH
from benchmarks.word_timing import TimingMatches, compare, timing_figures

TIMED = 25  # sentences of the word timing
VALUES = {char: number for number, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "幺": 1,
}
PLACES = {"十": 10, "百": 100, "千": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}
UNITS = {
    "km": "kilometers",
    "m": "meters",
    "cm": "centimeters",
    "kg": "kilograms",
    "g": "grams",
    "gb": "gigabytes",
    "mph": "miles per hour",
    "h": "hour",
    "l": "liters",
    "°c": "degrees celsius",
    "°f": "degrees fahrenheit",
    "kilometer": "kilometers",
    "meter": "meters",
    "cents": "¢",
    "saint": "st",
    "street": "street",
    "percent": "%",
    "ii": "2",
    "xiv": "14",
    "second": "2",
    "first": "1",
    "third": "3",
    "half": "12",
    "thirds": "3",
    "o'clock": "00",
}
HAN_UNITS = {
    "°C": "摄氏度",
    "℃": "摄氏度",
    "km/h": "公里每小时",
    "km": "公里",
    "kg": "公斤",
    "GB": "GB",
    "千米": "公里",
    "千克": "公斤",
}


@cache
def whisper_normalizer() -> Any:
    """Create Whisper's normalizer of English."""
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

    return EnglishTextNormalizer({})


def english(text: str) -> list[str]:
    """Split normalized English into words and single digits."""
    text = re.sub(r"(\d)\s?°\s?([CF])\b", r"\1 degrees \2", text)
    text = text.replace(" degrees C", " degrees celsius").replace(
        " degrees F", " degrees fahrenheit"
    )
    text = re.sub(r"\b([ap])\.m\.?", r"\1m", text, flags=re.I)
    text = re.sub(r"\b(1[3-9]|2[0-3]):(\d\d)\b", _afternoon, text)
    text = re.sub(r"km/h", "kilometers per hour", text)
    text = re.sub(r"(\d+)(st|nd|rd|th)\b", r"\1", text)
    text = re.sub(
        r"\b(\d+)/(\d+)/(\d{4})\b", lambda m: f"{MONTHS[int(m[1]) - 1]} {m[2]} {m[3]}", text
    )
    text = re.sub(r"(\d)[-–](\d)", r"\1 to \2", text)
    words = whisper_normalizer()(text).split()
    units: list[str] = []
    for word in words:
        word = re.sub(r"^(\d+)(st|nd|rd|th)$", r"\1", word)
        word = re.sub(r"(?<=\d)\.0+$", "", word)
        for part in re.findall(r"\d|[^\W\d]+|[$€£%¢]", word):
            units += UNITS.get(part, part).split()
    return [word for word in units if word not in ("and", "the", "of", "a")]


def _afternoon(match: re.Match[str]) -> str:
    """Convert 24-hour time: 17:00 -> 5 pm."""
    minutes = "" if match[2] == "00" else f":{match[2]}"
    return f"{int(match[1]) - 12}{minutes} pm"


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def chinese(text: str) -> list[str]:
    """Split normalized Chinese into characters, Latin words and single digits."""
    import opencc

    text = opencc.OpenCC("t2s").convert(unicodedata.normalize("NFKC", text))
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    for sign, name in HAN_UNITS.items():
        text = re.sub(rf"(?<=[\d\s一-鿿]){re.escape(sign)}(?![A-Za-z])", name, text)
    text = re.sub(r"(\d+(?:\.\d+)?)%", r"百分之\1", text)
    text = re.sub(r"(\d+)/(\d+)", r"\2分之\1", text)
    text = re.sub(r"零下|负|(?<!\d)-(?=\d)", "负", text)
    text = re.sub(r"以(\d):(\d)", r"以\1比\2", text)
    text = re.sub(r"(\d{1,2}):(\d\d)", r"\1点\2分", text)
    text = digits_of(text).replace("点半", "点30分").replace("点整", "点").replace("点00分", "点")
    text = re.sub(r"点0?(\d+)分", r"点\1分", text)
    text = re.sub(r"(\d)点(\d)", r"\1.\2", text)
    text = re.sub(r"(\.\d*?)0+(?=\D)", r"\1", text)
    return re.findall(r"[\u4e00-\u9fff]|[a-z]+|\d", text.lower())


def digits_of(text: str) -> str:
    """Convert Chinese numerals: 一百二十 -> 120, 二零二四 -> 2024, 14亿 -> 1400000000."""
    numeral = "".join([*VALUES, *PLACES, *GROUPS])
    return re.sub(
        rf"(\d+(?:\.\d+)?)([万亿]+)|[{numeral}]+(?:点[{''.join(VALUES)}]+)?[万亿]*", _digits, text
    )


def _digits(match: re.Match[str]) -> str:
    if match[1]:
        value = float(match[1])
        for sign in match[2]:
            value *= GROUPS[sign]
        return f"{value:.0f}"
    whole, _, fraction = match[0].partition("点")
    scale = 1
    while fraction and fraction[-1] in GROUPS:
        scale *= GROUPS[fraction[-1]]
        fraction = fraction[:-1]
    if not any(char in PLACES or char in GROUPS for char in whole):
        integer = "".join(str(VALUES[char]) for char in whole)
    else:
        integer = str(_value(whole))
    if not fraction:
        return integer
    number = f"{integer}.{''.join(str(VALUES[char]) for char in fraction)}"
    return number if scale == 1 else f"{float(number) * scale:.0f}"


def _value(numeral: str) -> int:
    total = group = digit = 0
    for char in numeral:
        if char in VALUES:
            digit = VALUES[char]
        elif char in PLACES:
            group += (digit or 1) * PLACES[char]
            digit = 0
        else:
            total = (total + group + digit or 1) * GROUPS[char]
            group = digit = 0
    return total + group + digit


def transcription_errors(
    language: str, model: str, folder: Path, count: int
) -> dict[str, list[float]]:
    """Synthesize and transcribe each sentence; return errors and lengths, in units."""
    import miaobi

    text, split = (ENGLISH, english) if language == "en" else (CHINESE, chinese)
    sentences = text.strip().splitlines()[:count]
    errors, lengths, syllable_errors = [], [], []
    for number, sentence in enumerate(sentences):
        artifact = miaobi.speech(sentence, model=model, seed=number)
        path = artifact.save(folder / "sentence.wav")
        transcript = miaobi.transcribe(path, language=language).text
        expected, actual = split(sentence), split(transcript)
        rate = error_rate(expected, actual)
        errors.append(rate * len(expected))
        lengths.append(len(expected))
        if language == "zh":
            syllable_rate = error_rate(syllables(expected), syllables(actual))
            syllable_errors.append(syllable_rate * len(expected))
        if rate:
            print(f"{rate:.0%} {sentence}\n     {transcript.strip()}", flush=True)
            print(f"     {' '.join(actual)}", flush=True)
    return {"errors": errors, "lengths": lengths, "syllable_errors": syllable_errors}


def latency(model: str, limit: float) -> dict[str, Any]:
    """Time the first audio of a long narration with a loaded model, in seconds."""
    import miaobi
    from miaobi.core.events import Sound

    story = " ".join(ENGLISH.strip().splitlines())
    miaobi.speech("Ready.", model=model)  # loads it
    times = []
    for seed in range(5):
        started = time.perf_counter()
        events = miaobi.stream_speech(story, model=model, seed=seed)
        next(event for event in events if isinstance(event, Sound))
        times.append(time.perf_counter() - started)
        events.close()  # type: ignore[attr-defined]
    name = f"time to first audio, {len(story):,} characters, {model}"
    return figure(name, "s", times, at_most=limit)


def word_times(language: str, model: str, folder: Path) -> list[dict[str, Any]]:
    """Compare the word times with Whisper's."""
    import miaobi

    text, total = ENGLISH if language == "en" else CHINESE, TimingMatches()
    for number, sentence in enumerate(text.strip().splitlines()[:TIMED]):
        artifact = miaobi.speech(sentence, model=model, seed=number)
        path = artifact.save(folder / "timed.wav")
        words = [word for segment in artifact.segments for word in segment.words]
        total += compare([(word.text, word.start) for word in words], path, language)
    return timing_figures(f"{language}, {model}", total)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--only", default="")
    count, only = vars(arguments.parse_args()).values()
    rows: list[dict[str, Any]] = []
    for language, model in (("en", "hibari"), ("en", "kokoro-82m"), ("zh", "kokoro-82m")):
        if only and only != f"{language}-{model}":
            continue
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            result = transcription_errors(language, model, Path(folder), count)
        unit = "word error rate" if language == "en" else "character error rate"
        metric = "WER (Whisper)" if language == "en" else "CER (Whisper)"
        name = f"{len(result['lengths'])} sentences with numbers, {language}, {model}"
        rate = sum(result["errors"]) / sum(result["lengths"])
        rows.append(figure(f"{metric}, {name}", unit, [rate], at_most=0.06))
        if result["syllable_errors"]:
            rate = sum(result["syllable_errors"]) / sum(result["lengths"])
            label = f"syllable error rate (Whisper), {name}"
            rows.append(figure(label, "syllable error rate", [rate]))
        print(f"{time.perf_counter() - started:.0f} s", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            rows += word_times(language, model, Path(folder))
        if count == 100:
            merge(rows)
    if not only:
        rows += [latency("hibari", 0.5), latency("kokoro-82m", 1.5)]
        merge(rows)


def merge(rows: list[dict[str, Any]]) -> None:
    """Write the figures, and keep those of parts that were not run."""
    path = measuring.RESULTS / "speech.json"
    before = json.loads(path.read_text())["figures"] if path.is_file() else []
    names = {row["name"] for row in rows}
    others = [row for row in before if row["name"] not in names]
    measuring.write("speech", "python -m benchmarks.speech", others + rows)


if __name__ == "__main__":
    main()
