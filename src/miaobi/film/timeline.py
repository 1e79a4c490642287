"""From parts to one film: when each shot begins, which words are seen when, what is heard where."""

import math
from dataclasses import dataclass

from miaobi.core.film import FPS, Card, Cue, Cut, FilmPlan, FilmRequest, Track
from miaobi.film.project import Parts
from miaobi.film.shots import Spoken, picture_of, sound_of
from miaobi.film.storyboard import Board
from miaobi.media.cues import LINE, cues
from miaobi.tasks import library

FADE = 0.75  # seconds in which one shot goes over into the next
TITLE, CREDITS = 2.5, 3.25  # seconds that cards are seen
LEAD, TAIL = 0.55, 0.65  # seconds before a voice begins in a shot, and after it has ended
NOTICE = {"en": "AI GENERATED", "zh": "AI 生成"}
SUBTITLED = {"16:9": 1.0, "1:1": 0.8, "9:16": 0.62}  # how much of a line fits


@dataclass(frozen=True)
class Timeline:
    """Seconds at which each shot begins, and at which its voice does."""

    starts: tuple[float, ...]
    voices: tuple[float, ...]
    lengths: tuple[float, ...]


def lengths(board: Board, voices: list[Spoken | None]) -> list[float]:
    """How long each shot is seen: as the storyboard says, or as long as its words take."""
    out = []
    for number, (shot, voice) in enumerate(zip(board.shots, voices, strict=True)):
        lead = TITLE if number == 0 and board.title else LEAD
        words = lead + voice.seconds + TAIL if voice else 0.0
        least = shot.seconds + (TITLE - LEAD if number == 0 and board.title else 0.0)
        # whole frames: what is seen never drifts from what is heard
        out.append(math.ceil(max(least, words) * FPS - 1e-6) / FPS)
    return out


def timeline(board: Board, voices: list[Spoken | None]) -> Timeline:
    """Where everything lies."""
    long = lengths(board, voices)
    starts = [sum(long[:n]) - FADE * n for n in range(len(long))]
    leads = [TITLE if n == 0 and board.title else LEAD for n in range(len(long))]
    spoken = [start + lead for start, lead in zip(starts, leads, strict=True)]
    return Timeline(tuple(starts), tuple(spoken), tuple(long))


def subtitles(board: Board, voices: list[Spoken | None], plan: FilmPlan) -> tuple[Cue, ...]:
    """All cues of the film; a question on a card is not repeated below it."""
    when = timeline(board, voices)
    line = round(LINE[board.language] * SUBTITLED[plan.aspect])
    out: list[Cue] = []
    for number, (shot, voice) in enumerate(zip(board.shots, voices, strict=True)):
        if voice is None or shot.card:
            continue
        end = when.starts[number] + when.lengths[number] - FADE / 2 - when.voices[number]
        at = when.voices[number]
        shown = cues(voice.words, line, end)
        out += [Cue(cue.text, cue.start + at, cue.end + at) for cue in shown]
    return tuple(out)


def request(board: Board, voices: list[Spoken | None], plan: FilmPlan, parts: Parts) -> FilmRequest:
    """The whole film as the cutting room takes it."""
    when = timeline(board, voices)
    shots = [
        Cut(
            picture_of(parts, number),
            when.lengths[number - 1],
            shot.motion,
            FADE if number > 1 else 0.0,
        )
        for number, shot in enumerate(board.shots, 1)
    ]
    end = when.starts[-1] + when.lengths[-1] - FADE
    shots.append(Cut(shots[-1].picture, CREDITS, "still", FADE))
    cards = [Card(credits(board, parts), end, end + CREDITS, "credits")]
    if board.title:
        cards.insert(0, Card((board.title,), 0.0, TITLE - 0.1))
    for shot, start, long in zip(board.shots, when.starts, when.lengths, strict=True):
        if shot.card:
            cards.append(Card(shot.card, start + FADE / 2, start + long - FADE / 2, "quiz"))
    return FilmRequest(
        model="cutter",
        seed=plan.seed,
        parents=parts.ids(),
        cuts=tuple(shots),
        tracks=tuple(_tracks(board, voices, when, parts, end + CREDITS)),
        cues=subtitles(board, voices, plan),
        cards=tuple(cards),
        notice=NOTICE[board.language],
        size=plan.size,
        language=board.language,
        burned=plan.burned,
        kept=parts.folder / "cuts",
        format=plan.format,
    )


def _tracks(
    board: Board, voices: list[Spoken | None], when: Timeline, parts: Parts, end: float
) -> list[Track]:
    out = []
    for number, voice in enumerate(voices):
        if voice is not None:
            out.append(Track(voice.path, "voice", when.voices[number]))
        if sound := sound_of(parts, f"sounds/{number + 1:02}"):
            out.append(Track(sound, "sound", when.starts[number], seconds=when.lengths[number]))
    if music := sound_of(parts, "music"):
        out.append(Track(music, "music", seconds=end))
    return out


def credits(board: Board, parts: Parts) -> tuple[str, ...]:
    """That it is generated, and by which models: in the language of the film."""
    chinese = board.language == "zh"
    made = {
        "script": ("Script", "文本"),
        "pictures/01": ("Pictures", "画面"),
        "narration/01": ("Voice", "配音"),
        "music": ("Music", "音乐"),
    }
    lines = ["本片由人工智能生成" if chinese else "This film was generated by AI"]
    for name, words in made.items():
        for row in library.find(id=parts.id(name)) if parts.id(name) else ():
            lines.append(f"{words[chinese]}{'：' if chinese else ': '}{row['model']}")
    return (*lines, "妙笔 Miaobi")
