"""Conversations of training data in the chat template of a model: every turn is in them."""

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast

from miaobi.core.errors import DataError
from miaobi.core.requests import Message
from miaobi.data.sources import Document
from miaobi.hub.vocabulary import apply_template
from miaobi.train.prepare_lora import with_template

CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + CHATML
SILENT = "{% for m in messages if m.role != 'system' %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
TURNS = (Message("system", "Be kind."), Message("user", "Hi"), Message("assistant", "Yo"))


def tokenizer(template: str | None) -> PreTrainedTokenizerFast:
    words = WordLevel({"a": 0}, unk_token="a")
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer(words), chat_template=template)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            CHATML,
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
            "<|im_start|>assistant\nYo<|im_end|>\n",
        ),
        (
            NO_SYSTEM,
            "<|im_start|>user\nBe kind.\n\nHi<|im_end|>\n<|im_start|>assistant\nYo<|im_end|>\n",
        ),
        (SILENT, "[user] Be kind.\n\nHi\n[assistant] Yo\n"),
    ],
)
def test_a_conversation_in_a_template(template: str, expected: str) -> None:
    document = Document("Be kind.\nHi\nYo", "a:1", TURNS)
    assert with_template(tokenizer(template), document) == Document(expected, "a:1", TURNS)


def test_texts_and_models_without_a_template_are_left() -> None:
    plain, chat = Document("A fox.", "a:1"), Document("Hi\nYo", "a:2", TURNS[1:])
    assert with_template(tokenizer(CHATML), plain) == plain
    assert with_template(tokenizer(None), chat) == chat


def test_thoughts_may_be_left_out() -> None:
    template = "{% for m in messages %}[{{ m.content.split('</think>')[-1] }}]{% endfor %}"
    turns = (Message("user", "Hi"), Message("assistant", "<think>Hm.</think>Yo"))
    assert apply_template(tokenizer(template), turns, "a:1") == "[Hi][Yo]"


def test_what_a_template_refuses_is_named() -> None:
    template = "{{ raise_exception('no') }}"
    with pytest.raises(DataError) as caught:
        apply_template(tokenizer(template), TURNS, "a.jsonl:7")
    assert str(caught.value) == (
        "a.jsonl:7: the chat template of the model cannot hold this conversation. "
        "Give turns that alternate between user and assistant."
    )
