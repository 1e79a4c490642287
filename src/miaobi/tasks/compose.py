"""From one sentence to something whole. So far: a short story and its narration."""

from collections.abc import Iterator
from dataclasses import dataclass

from miaobi.core.artifact import Artifact
from miaobi.core.types import Done, Event, Message, Progress
from miaobi.media.text import language_of
from miaobi.tasks.audio import stream_speech
from miaobi.tasks.text import stream_chat

ASK = {
    "en": (
        "You are a storyteller for the whole family. You write plain, warm prose.",
        "Write a short story of six to eight sentences about this: {idea}\n"
        "Only the story: no title, no list, no remarks.",
    ),
    "zh": (
        "你是一位为全家人讲故事的人，语言朴素、温暖。",
        "请根据这句话写一个六到八句话的短故事：{idea}\n只写故事本身，不要标题，不要列表，不要说明。",
    ),
}
DEFAULT_VOICE = {"en": "af_heart", "zh": "zf_xiaoyi"}


@dataclass(frozen=True)
class Story:
    """A story and the file that tells it."""

    text: Artifact
    narration: Artifact


def story(
    idea: str, *, seed: int | None = None, model: str | None = None, voice: str = ""
) -> Iterator[Event | Story]:
    """Write a short story in the language of the idea and speak it; the last item is a Story.

    The narration names the story as its parent. Raises MiaobiError.
    """
    language = language_of(idea)
    system, ask = ASK[language]
    messages = [Message("system", system), Message("user", ask.format(idea=idea))]
    options = {"max_tokens": 400, "temperature": 0.7, "seed": seed}
    written: Artifact | None = None
    yield Progress("story")
    for event in stream_chat(messages, model=model, **options):
        if isinstance(event, Done):
            written = event.artifact
        yield event
    assert written is not None
    yield Progress("narration")
    voice = voice or DEFAULT_VOICE[language]
    for event in stream_speech(written.text, voice=voice, seed=seed, parents=(written.id,)):
        if isinstance(event, Done):
            yield Story(written, event.artifact)
        else:
            yield event
