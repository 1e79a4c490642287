"""Damaged SSML documents: each ends in turns and their spoken form, or in one clear message.

python -m benchmarks.damaged_ssml

Measures how many documents were read and refused, the longest time, and the memory. The seeds are
below; tests read a few documents, this reads 2,000.
"""

import random
import resource
import time
from collections import Counter
from collections.abc import Iterator

from miaobi.core.errors import PromptError
from miaobi.core.sentences import sentences
from miaobi.speech.normalization import normalize_spans, split_words
from miaobi.speech.ssml import read_ssml

DOCUMENTS = 2000
SEEDS = (
    '<speak>The price is $5-$10 at 9:30PM.<break time="500ms"/> Call 911, 112 or 999.</speak>',
    '<speak version="1.1"><p>One <s>12%-15%</s></p><p>Two <emphasis level="strong">x</emphasis></p>'
    "</speak>",
    '<speak><prosody rate="120%" volume="+3dB">p &lt; 0.05 and 10³ kg</prosody> done.</speak>',
    '<speak><say-as interpret-as="telephone">555-0134</say-as><say-as interpret-as="date">'
    '2024-03-05</say-as><say-as interpret-as="ordinal">21</say-as></speak>',
    '<speak><voice name="Ann">Thutmose II</voice><sub alias="World Wide Web">WWW</sub></speak>',
    '<speak><phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme><mark name="a"/></speak>',
    "<speak>5月1日-5月7日，请拨打119、120或110。<break strength='weak'/>气温-5℃~8℃。</speak>",
    '<?xml version="1.0"?><speak xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="zh-CN">'
    '<say-as interpret-as="digits">12345</say-as>版本2.0.1，¥100-¥200</speak>',
)
PIECES = (
    *(
        "<",
        ">",
        "&",
        "&amp;",
        "&#0;",
        "&#x1F600;",
        "&#x10FFFF;",
        "<s>",
        "</s>",
        "</speak>",
        "<speak>",
    ),
    *(
        "<break/>",
        '<break time="9e9s"/>',
        '<break time="-1s"/>',
        "<a/>",
        "<!--",
        "-->",
        "<![CDATA[",
    ),
    *("]]>", "<?x y?>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "\0", "\ufeff", "\ud83d\ude00", "\u202e"),
    *('<say-as interpret-as="cardinal">', "</say-as>", '<prosody rate="9999%">', '<sub alias="">'),
    *(
        "1" * 500,
        "1,",
        "$",
        "-",
        "½",
        "10^",
        "²",
        "II ",
        "9am-",
        "１２：３０",
        "〇",
        "ⅷ",
        "x<y ",
        "§§",
    ),
    *("<p>" * 50, "</p>" * 50, '"', "'", "=", " ", "\n", "\u2028", "0" * 40 + ".", "١٢٣", "²³"),
)


def damaged_documents(count: int, seed: int = 0) -> Iterator[str]:
    """Yield damaged SSML documents: cut, changed, repeated, mixed, grown."""
    rng = random.Random(f"ssml {seed}")
    for _ in range(count):
        text = rng.choice(SEEDS)
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            text = _damage(text, rng)
        yield text


def _damage(text: str, rng: random.Random) -> str:
    """Damage a document in one of seven ways."""
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.randint(1, 40))
    way = rng.choices(range(7), (1, 1, 2, 3, 2, 8, 2))[0]
    if way == 0:
        return text[:start]
    if way == 1:
        return text[:start] + text[end:]
    if way == 2:
        return text[:start] + text[start:end] * rng.choice((2, 50, 500)) + text[end:]
    if way == 3:
        return text[:start] + rng.choice(PIECES) * rng.choice((1, 1, 1, 3, 300)) + text[start:]
    if way == 4:
        other = rng.choice(SEEDS)
        cut = rng.randrange(len(other) + 1)
        return text[:start] + other[cut : cut + rng.randint(1, 200)] + text[end:]
    if way == 5:  # between two tags, so that more documents stay well-formed
        gaps = [index + 1 for index, char in enumerate(text) if char == ">"] or [0]
        start = rng.choice(gaps)
        return text[:start] + rng.choice(PIECES) + text[start:]
    changed = list(text)
    for _ in range(rng.randint(1, 10)):
        if changed:
            changed[rng.randrange(len(changed))] = chr(rng.randrange(rng.choice((128, 0x3000))))
    return "".join(changed)


def read_document(text: str) -> int:
    """Read an SSML document and normalize its turns; return the number of words.

    Raises PromptError for a document that cannot be read.
    """
    words = 0
    for turn in read_ssml(text):
        for span in turn.spans:
            spoken = span.said or span.text
            for sentence in sentences(spoken):
                spans = normalize_spans(sentence)
                assert "".join(part.written for part in spans) == sentence
                words += len(split_words(spans))
    return words


def main() -> None:
    """Read the documents and print the figures."""
    results: Counter[str] = Counter()
    slowest, longest = 0.0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for document in damaged_documents(DOCUMENTS):
        started = time.process_time()
        try:
            read_document(document)
            results["read"] += 1
        except PromptError as error:
            results["refused"] += 1
            longest = max(longest, len(str(error)))
        except Exception as error:  # the fault that is looked for
            results[f"failed: {type(error).__name__}: {str(error)[:80]}"] += 1
        slowest = max(slowest, time.process_time() - started)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(dict(results))
    print(
        f"slowest {slowest:.2f} s of processor time, {memory:.0f} MB more, message {longest} long"
    )


if __name__ == "__main__":
    main()
