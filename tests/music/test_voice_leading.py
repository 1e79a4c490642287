"""Voice-leading penalties and errors, on cases from textbooks."""

from miaobi.music.tokens import FIRST_PITCH, MIN_PITCH
from miaobi.music.voice_leading import VoiceLeading, count_errors


def token(pitch: int) -> int:
    return FIRST_PITCH + pitch - MIN_PITCH


def told(**lines: list[tuple[int, int]]) -> VoiceLeading:
    voices = VoiceLeading(0, 0)
    for name, line in lines.items():
        for tick, pitch in line:
            voices.add(("melody", "bass", "alto", "tenor").index(name), tick, token(pitch))
    return voices


def test_parallel_fifths_and_octaves_cost_much() -> None:
    voices = told(melody=[(0, 67), (24, 69)], bass=[(0, 48)])
    cost = voices.penalty(1, 24)
    assert cost[token(50)] < -8  # C-G to D-A
    assert cost[token(53)] > -1  # C-G to F-A
    assert told(melody=[(0, 67)], bass=[(0, 48)]).penalty(1, 24)[token(50)] > -1  # the melody stays


def test_crossing_gaps_ranges_and_leading_notes() -> None:
    voices = told(melody=[(0, 71)], bass=[(0, 55)], alto=[(0, 67)])
    cost = voices.penalty(3, 0)
    assert cost[token(69)] < -4 and cost[token(53)] < -4  # over the alto, under the bass
    assert cost[token(59)] <= -3  # the leading note again
    assert cost[token(62)] == 0
    assert told(melody=[(0, 76)], bass=[(0, 48)]).penalty(2, 0)[token(60)] < -2  # a gap
    assert told(melody=[(0, 72)]).penalty(1, 0)[token(30)] < -4  # nobody sings so low


def test_a_rest_is_nobody() -> None:
    voices = told(melody=[(0, 72)])
    voices.add(1, 0, 2)
    assert (
        voices.pitch_at(1, 0) is None
        and voices.pitch_at(0, 5) == 72
        and voices.pitch_at(2, 0) is None
    )


def test_faults() -> None:
    top, low = [(0, 24, 67), (24, 48, 69)], [(0, 24, 48), (24, 48, 50)]
    assert count_errors([top, low]) == {"parallels": 1, "crossings": 0, "gaps": 0}
    assert count_errors([top, [(0, 48, 48)]])["parallels"] == 0
    assert count_errors([low, top])["crossings"] == 2
    assert count_errors([top, low, [(0, 48, 40)]])["gaps"] == 2
    assert count_errors([top, [(0, 24, 60), (24, 48, 65)]]) == {
        "parallels": 0,
        "crossings": 0,
        "gaps": 0,
    }
