"""Word and character error rates (Whisper) of narrated stories: `make bench`."""

import re
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import figure

IDEAS = {
    "en": ["A fox finds a fallen star", "A paper boat crosses the ocean", "A robot learns to bake"],
    "zh": ["一只小狐狸找到了一颗星星", "一只纸船漂过大海", "机器人学会了做饺子"],
}


def units(words: str, language: str) -> list[str]:
    """Split English into words, Chinese into simplified characters; lower case, no punctuation."""
    import opencc

    words = unicodedata.normalize("NFKC", words).lower()
    if language == "zh":
        words = opencc.OpenCC("t2s").convert(words)
        return re.findall(r"[\u4e00-\u9fff]|[a-z0-9]+", words)
    return re.findall(r"[a-z0-9]+", words.replace("'", "").replace("’", ""))


def syllables(characters: list[str]) -> list[str]:
    """Convert characters to pinyin with tones, the same for homophones such as 机器 and 鸡气."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(characters, style=Style.TONE3)


def error_rate(reference: list[str], hypothesis: list[str]) -> float:
    """Compute the Levenshtein distance divided by the length of the reference."""
    row = list(range(len(hypothesis) + 1))
    for i, expected in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, actual in enumerate(hypothesis, 1):
            substitution = before + (expected != actual)
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, substitution)
    return row[-1] / max(1, len(reference))


def measure_story(idea: str, language: str, seed: int, folder: Path) -> dict[str, float]:
    """Make one story: error rates, wall time and duration in seconds."""
    import soundfile

    import miaobi
    from miaobi.tasks.compose import Story

    started = time.perf_counter()
    *_, story = miaobi.story(idea, seed=seed)
    elapsed = time.perf_counter() - started
    assert isinstance(story, Story)
    path = story.narration.save(folder / "story.wav")
    transcript = units(miaobi.transcribe(path).text, language)
    reference = units(story.text.text, language)
    rate = syllable_rate = error_rate(reference, transcript)
    if language == "zh":
        syllable_rate = error_rate(syllables(reference), syllables(transcript))
    print(f"{idea}: {rate:.1%} ({syllable_rate:.1%} of syllables), {elapsed:.0f} s", flush=True)
    print(f"  {story.text.text}", flush=True)
    assert miaobi.verify(path).status == "intact"
    duration = soundfile.info(path).duration
    return {"rate": rate, "syllables": syllable_rate, "elapsed": elapsed, "duration": duration}


def main() -> None:
    rows: list[dict[str, Any]] = []
    for language, ideas in IDEAS.items():
        with tempfile.TemporaryDirectory() as folder:
            stories = [
                measure_story(idea, language, seed, Path(folder))
                for idea in ideas
                for seed in (1, 2)
            ]
        unit = "word error rate" if language == "en" else "character error rate"
        metric = "WER (Whisper)" if language == "en" else "CER (Whisper)"
        count = f"{language}, {len(ideas)} stories"
        rates = [story["rate"] for story in stories]
        rows.append(figure(f"{metric}, {language}: {ideas[0]}", unit, rates[:2], at_most=0.1))
        rows.append(figure(f"{metric}, {count}", unit, rates, at_most=0.1))
        if language == "zh":
            name = f"syllable error rate (Whisper), {count}"
            by_syllable = [story["syllables"] for story in stories]
            rows.append(figure(name, "syllable error rate", by_syllable))
        for key, name in (("elapsed", "wall time"), ("duration", "duration")):
            label = f"story and narration: {name}, {language}"
            rows.append(figure(label, "s", [story[key] for story in stories]))
    measuring.write("narration", "make bench", rows)


if __name__ == "__main__":
    main()
