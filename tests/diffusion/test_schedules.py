"""Times of the flow: ends, order and shift."""

import torch

from miaobi.diffusion.schedules import flow_times, resolution_shift, shift_times


def test_flow_times_go_from_one_to_zero_and_shift_upwards() -> None:
    plain, moved = flow_times(8), flow_times(8, shift=3)
    assert plain[0] == moved[0] == 1 and plain[-1] == moved[-1] == 0
    assert (moved.diff() < 0).all() and (moved[1:-1] > plain[1:-1]).all()
    # noise over signal is multiplied by the shift
    ratio = (moved / (1 - moved))[1:-1] / (plain / (1 - plain))[1:-1]
    torch.testing.assert_close(ratio, torch.full((7,), 3.0))
    assert shift_times(torch.tensor(0.5), 1.0) == 0.5 and resolution_shift(256, 64) == 2
