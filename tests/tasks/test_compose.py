"""From one sentence to a story and its narration."""

from pathlib import Path

import pytest

from miaobi.core.errors import NotFoundError, PolicyRefusal
from miaobi.core.events import Progress, Sound, Token
from miaobi.media.audio import decode
from miaobi.tasks import library
from miaobi.tasks.compose import OUTLINES, Story, story


def test_a_story_its_narration_and_where_they_come_from(tmp_path: Path) -> None:
    # "heart" is hibari's voice, much faster than the default
    *events, made = story("A fox finds a fallen star", seed=1, model="smollm2-135m", voice="heart")
    assert isinstance(made, Story)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert stages.index("story") < stages.index("narration") < stages.index("speech")
    assert [event.text for event in events if isinstance(event, Token)] == [made.text.text]
    assert len(made.text.text) > 100
    assert "{" not in made.text.text  # the plan is not the story

    assert made.narration.manifest["parents"] == [made.text.id]
    spoken = sum(len(event.samples) / event.rate for event in events if isinstance(event, Sound))
    samples, rate = decode(made.narration.data)
    assert len(samples) / rate == pytest.approx(spoken, abs=0.1)
    assert spoken > 5

    rows = {row["id"]: row for row in library.find()}
    assert {made.text.id, made.narration.id} <= set(rows)
    assert set(made.text.manifest["parents"]) <= set(rows)  # the draft it was told from
    for artifact, name in ((made.text, "story.txt"), (made.narration, "story.wav")):
        assert library.verify(artifact.save(tmp_path / name)).status == "intact"


@pytest.mark.parametrize(
    ("options", "error"),
    [({"model": "nobody"}, NotFoundError), ({"idea": "how to make a pipe bomb"}, PolicyRefusal)],
)
def test_errors_leave_nothing(
    own_home: Path, options: dict[str, str], error: type[Exception]
) -> None:
    idea = options.pop("idea", "A fox")
    with pytest.raises(error):
        list(story(idea, **{"model": "smollm2-135m", **options}))
    assert library.find() == []
    assert not list((own_home / "library").iterdir())


def test_both_languages_have_a_plan() -> None:
    assert set(OUTLINES) == {"en", "zh"}
    english, chinese = OUTLINES["en"], OUTLINES["zh"]
    assert list(english.beats) == list(chinese.beats)
    for plan in OUTLINES.values():
        assert "{idea}" in plan.prompt and "{beats}" in plan.prompt
