"""`text` and `chat`."""

from pathlib import Path
from typing import Any

import pytest

from miaobi.core.errors import NotFoundError, OptionError, PromptError
from miaobi.core.events import Done, Progress, Token
from miaobi.core.requests import Message
from miaobi.provenance.verify import INTACT, verify_bytes
from miaobi.tasks import library
from miaobi.tasks.text import chat, label_conversation, stream_chat, stream_text, text, texts

SMALL: dict[str, Any] = {"model": "smollm2-135m", "max_tokens": 8}


def test_same_seed_same_text_and_another_artifact() -> None:
    first, again = (text("Tell me about foxes.", seed=5, **SMALL) for _ in range(2))
    assert first.data == again.data
    assert first.id != again.id
    assert first.seed == again.seed == first.manifest["seed"] == 5


def test_without_a_seed_one_is_drawn_and_can_be_used_again() -> None:
    first = text("Tell me about foxes.", temperature=1.5, **SMALL)
    assert (
        text("Tell me about foxes.", temperature=1.5, seed=first.seed, **SMALL).text == first.text
    )


def test_the_stream_ends_in_done() -> None:
    events = list(stream_text("Tell me about foxes.", seed=5, **SMALL))
    assert isinstance(events[0], Progress) and isinstance(events[-1], Done)
    assert all(isinstance(event, Token) for event in events[1:-1])
    assert "".join(event.text for event in events[1:-1]) == events[-1].artifact.text  # type: ignore[union-attr]


def test_turns_are_messages_or_dicts() -> None:
    turns = [Message("system", "Be brief."), Message("user", "Tell me about foxes.")]
    dicts = [{"role": turn.role, "content": turn.content} for turn in turns]
    assert chat(turns, seed=5, **SMALL).text == chat(dicts, seed=5, **SMALL).text


def test_stop_may_be_one_string_or_a_list() -> None:
    whole = text("Tell me about foxes.", temperature=0, **SMALL).text
    cut = whole.split()[-1]
    expected = whole[: whole.index(cut)]
    assert text("Tell me about foxes.", temperature=0, stop=cut, **SMALL).text == expected
    assert text("Tell me about foxes.", temperature=0, stop=[cut, "#"], **SMALL).text == expected


def test_options_of_none_are_the_defaults() -> None:
    made = text("Tell me about foxes.", temperature=None, top_k=None, seed=None, **SMALL)
    assert made.manifest["parameters"]["temperature"] == 0.7


def test_parents_are_in_the_label() -> None:
    assert text("Hi", parents=("a", "b"), **SMALL).manifest["parents"] == ["a", "b"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"temperature": 99}, "temperature is 99. It has to lie between 0 and 5."),
        ({"temperature": float("nan")}, "temperature is nan."),
        ({"temperature": "hot"}, "temperature is hot."),
        ({"temperature": True}, "temperature is True."),
        ({"top_p": -1}, "top_p is -1."),
        ({"min_p": 1.5}, "min_p is 1.5."),
        ({"top_k": -1}, "top_k is -1."),
        ({"max_tokens": 0}, "max_tokens is 0. It has to lie between 1 and 1,000,000."),
        ({"repeat_penalty": 0}, "repeat_penalty is 0."),
        ({"presence_penalty": 3}, "presence_penalty is 3."),
        ({"frequency_penalty": -3}, "frequency_penalty is -3."),
        ({"seed": -1}, "seed is -1."),
        ({"seed": 2**32 - 1}, "between 0 and 4,294,967,294."),  # llama.cpp would draw another
        ({"stop": ""}, "stop is 0."),
        ({"stop": ["a", ""]}, "stop is 0."),
        ({"json_schema": 5}, "json_schema cannot be used: 5. Give a valid JSON Schema."),
        ({"json_schema": [1]}, "json_schema cannot be used"),
        (
            {"temprature": 1},
            "option is 'temprature'. Choose one of: beam_groups, beams, best",
        ),
    ],
)
def test_bad_options(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as error:
        text("Hi", **{"model": "smollm2-135m", **options})
    assert sentence in str(error.value)
    assert (error.value.exit_code, library.find()) == (2, [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "The prompt is empty."),
        (" \n\t", "The prompt is empty."),
        ("a\0b", "holds binary bytes"),
        ("\udcff", "holds binary bytes"),
        ("a" * 200_001, "has 200,001 characters; the limit is 200,000"),
    ],
)
def test_bad_prompts(words: str, sentence: str) -> None:
    with pytest.raises(PromptError) as error:
        text(words, **SMALL)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("turns", "sentence"),
    [
        ([], "The conversation is empty."),
        ([{"role": "user"}], "A message is {'role': 'user'}."),
        (["hello"], 'A message is \'hello\'. Write {"role": "user"'),
        (
            [{"role": "robot", "content": "hi"}],
            "role is 'robot'. Choose one of: system, user, assistant.",
        ),
    ],
)
def test_bad_turns(turns: list[Any], sentence: str) -> None:
    with pytest.raises(OptionError) as error:
        stream_chat(turns)
    assert sentence in str(error.value)


def test_unknown_models_name_the_nearest() -> None:
    with pytest.raises(NotFoundError, match=r"no text model 'smollm'\. Known: smollm2-135m, "):
        text("Hi", model="smollm")


def test_a_conversation_is_labeled_as_a_whole() -> None:
    turns = [Message("user", "Tell me about foxes."), Message("assistant", "They are red.")]
    made = label_conversation(turns, ("first",), "smollm2-135m")
    assert made.text == "user: Tell me about foxes.\n\nassistant: They are red.\n"
    assert made.manifest["parents"] == ["first"]
    assert made.sidecar is not None and verify_bytes(made.data, made.sidecar).status == INTACT
    assert library.find()[0]["id"] == made.id


@pytest.fixture
def own_model(tmp_path: Path) -> str:
    """A model of ours that has learned nothing yet."""
    import torch

    from miaobi.models import checkpoint
    from miaobi.models.gpt import GPT, preset
    from miaobi.models.tokenizer import train_tokenizer

    torch.manual_seed(0)
    folder = tmp_path / "own"
    tokenizer = train_tokenizer(["a fox ran over the snow to the old river"] * 9, "bpe", 280)
    checkpoint.save(GPT(preset(tokenizer.get_vocab_size(), "tiny", 64)), folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return str(folder)


def test_several_prompts_at_once_are_the_same_as_one_by_one(own_model: str) -> None:
    prompts = ["a fox", "the old river ran", "snow"]
    together = texts(prompts, model=own_model, max_tokens=12, seed=5)
    alone = [text(p, model=own_model, max_tokens=12, seed=5 + n) for n, p in enumerate(prompts)]
    assert [artifact.text for artifact in together] == [artifact.text for artifact in alone]
    assert len({artifact.id for artifact in together}) == 3
    assert [artifact.seed for artifact in together] == [5, 6, 7]
    assert all(artifact.manifest["model"] == own_model for artifact in together)


def test_a_refused_prompt_stops_the_whole_batch(own_model: str) -> None:
    with pytest.raises(PromptError):
        texts(["a fox", ""], model=own_model)
    with pytest.raises(OptionError, match="one prompt at a time"):
        texts(["a fox"], model="smollm2-135m")
    with pytest.raises(OptionError):
        texts([], model=own_model)


def test_the_best_beams_are_handed_out(own_model: str) -> None:
    found = text("a fox", model=own_model, max_tokens=6, beams=4, best=3, seed=1)
    assert len(found.alternatives) == 2
    assert len({found.text, *found.alternatives}) == 3
    assert found.manifest["parameters"]["beams"] == 4
    assert "temperature" not in found.manifest["parameters"]
    assert text("a fox", model=own_model, max_tokens=6, beams=4, seed=9).text == found.text
