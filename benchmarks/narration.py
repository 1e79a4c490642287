"""`make bench`: stories from one sentence, spoken, and read back by Whisper."""

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
    """Words of English, characters of Chinese: simplified, lower case, no punctuation."""
    import opencc

    words = unicodedata.normalize("NFKC", words).lower()
    if language == "zh":
        words = opencc.OpenCC("t2s").convert(words)
        return re.findall(r"[\u4e00-\u9fff]|[a-z0-9]+", words)
    return re.findall(r"[a-z0-9]+", words.replace("'", "").replace("’", ""))


def syllables(characters: list[str]) -> list[str]:
    """Pinyin with tones: 机器 and 鸡气 sound alike, and no ear can tell them apart."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(characters, style=Style.TONE3)


def error_rate(reference: list[str], heard: list[str]) -> float:
    """Levenshtein distance over the length of the reference."""
    row = list(range(len(heard) + 1))
    for i, expected in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (expected != got))
    return row[-1] / max(1, len(reference))


def tell(idea: str, language: str, seed: int, folder: Path) -> dict[str, float]:
    """One story: seconds of work, seconds of speech, and how it is read back."""
    import soundfile

    import miaobi
    from miaobi.tasks.compose import Story

    started = time.perf_counter()
    *_, made = miaobi.story(idea, seed=seed)
    took = time.perf_counter() - started
    assert isinstance(made, Story)
    path = made.narration.save(folder / "story.wav")
    heard = units(miaobi.transcribe(path).text, language)
    written = units(made.text.text, language)
    rate = error_rate(written, heard)
    by_ear = error_rate(syllables(written), syllables(heard)) if language == "zh" else rate
    print(f"{idea}: {rate:.1%} ({by_ear:.1%} by ear), {took:.0f} s\n  {made.text.text}", flush=True)
    assert miaobi.verify(path).status == "intact"
    return {"rate": rate, "by_ear": by_ear, "took": took, "length": soundfile.info(path).duration}


def main() -> None:
    rows: list[dict[str, Any]] = []
    for language, ideas in IDEAS.items():
        with tempfile.TemporaryDirectory() as folder:
            told = [tell(idea, language, seed, Path(folder)) for idea in ideas for seed in (1, 2)]
        unit = "word error rate" if language == "en" else "character error rate"
        rates = [one["rate"] for one in told]
        asked, name = rates[:2], f"read back by Whisper, {language}: {ideas[0]}"
        rows.append(figure(name, unit, asked, at_most=0.1))
        name = f"the same, {len(ideas)} sentences, {language}"
        rows.append(figure(name, unit, rates, at_most=0.1))
        if language == "zh":
            by_ear = [one["by_ear"] for one in told]
            rows.append(figure("the same, by syllable", "syllable error rate", by_ear))
        rows.append(
            figure(f"story and narration, work, {language}", "s", [o["took"] for o in told])
        )
        lengths = [one["length"] for one in told]
        rows.append(figure(f"story and narration, length, {language}", "s", lengths))
    measuring.write("narration", "make bench", rows)


if __name__ == "__main__":
    main()
