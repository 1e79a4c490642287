"""Samplers by name: each of the tables exists in diffusers and paints; what is slow is replaced."""

import pytest

from miaobi.core.errors import OptionError
from miaobi.hub.schedulers import DIFFUSION, FLOW, FLOW_SIGMAS, make_scheduler, schedulers_for
from tests.tiny.pipelines import BETAS


def pndm() -> object:
    from diffusers import PNDMScheduler

    return PNDMScheduler(**BETAS, skip_prk_steps=True, prediction_type="v_prediction")


@pytest.mark.parametrize("name", DIFFUSION)
def test_a_sampler_keeps_what_the_model_was_taught(name: str) -> None:
    scheduler, steps = make_scheduler(pndm(), name)
    assert type(scheduler).__name__ == DIFFUSION[name][0] and steps is None
    assert scheduler.config.prediction_type == "v_prediction"
    assert scheduler.config.beta_end == BETAS["beta_end"]
    scheduler.set_timesteps(4)
    assert len(scheduler.timesteps) >= 4
    assert scheduler.config.get("use_karras_sigmas", False) == ("karras" in name)


def test_slow_ones_are_replaced_and_others_kept() -> None:
    from diffusers import EulerAncestralDiscreteScheduler, FlowMatchEulerDiscreteScheduler

    scheduler, steps = make_scheduler(pndm(), "")
    assert (type(scheduler).__name__, steps) == ("DPMSolverMultistepScheduler", 25)
    for own in (EulerAncestralDiscreteScheduler(**BETAS), FlowMatchEulerDiscreteScheduler()):
        kept, steps = make_scheduler(own, "")
        assert type(kept) is type(own) and kept is not own and steps is None


def test_tables_by_what_is_predicted() -> None:
    from diffusers import (
        DDPMWuerstchenScheduler,
        DPMSolverMultistepScheduler,
        FlowMatchEulerDiscreteScheduler,
    )

    assert schedulers_for(pndm()) is DIFFUSION
    assert schedulers_for(FlowMatchEulerDiscreteScheduler()) is FLOW
    sana = DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True)
    assert schedulers_for(sana) is FLOW_SIGMAS
    assert make_scheduler(sana, "unipc")[0].config.use_flow_sigmas
    assert schedulers_for(DDPMWuerstchenScheduler()) == {}
    with pytest.raises(OptionError, match="sampler is 'ddim'. Choose one of: euler, heun."):
        make_scheduler(FlowMatchEulerDiscreteScheduler(), "ddim")
