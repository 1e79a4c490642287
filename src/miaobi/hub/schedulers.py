"""Tables of diffusers' schedulers, by the prediction type that a model was trained with."""

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from miaobi.core.checks import check_choice

if TYPE_CHECKING:
    from diffusers import SchedulerMixin
    from torch import Tensor

# sampler -> (class of diffusers, options)
SchedulerTable = dict[str, tuple[str, dict[str, Any]]]

# epsilon, v or sample prediction with a beta schedule: Stable Diffusion 1, 2, XL
DIFFUSION: SchedulerTable = {
    "dpm++2m": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++"}),
    "dpm++2m-karras": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True},
    ),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-a": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "ddim": ("DDIMScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "deis": ("DEISMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),  # for models or LoRAs distilled to 4 to 8 steps
}
# flow matching: Stable Diffusion 3, Flux
FLOW: SchedulerTable = {
    "euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "heun": ("FlowMatchHeunDiscreteScheduler", {}),
}
# flow prediction with a diffusion scheduler: Sana
FLOW_SIGMAS: SchedulerTable = {
    "dpm++2m": ("DPMSolverMultistepScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
}
SAMPLERS = tuple(dict.fromkeys([*DIFFUSION, *FLOW, *FLOW_SIGMAS]))
# schedulers of older models; DPM++ 2M needs half their steps for the same quality
SLOW = ("PNDMScheduler", "DDIMScheduler", "DDPMScheduler", "LMSDiscreteScheduler")
DEFAULT_SAMPLER, DEFAULT_STEPS = "dpm++2m", 25


def schedulers_for(scheduler: "SchedulerMixin") -> SchedulerTable:
    """Return the schedulers that can replace a model's own; empty if none can."""
    if type(scheduler).__name__.startswith("FlowMatch"):
        return FLOW
    if scheduler.config.get("prediction_type") == "flow_prediction":
        return FLOW_SIGMAS
    return DIFFUSION if "beta_schedule" in scheduler.config else {}


def make_scheduler(
    scheduler: "SchedulerMixin", sampler: str
) -> "tuple[SchedulerMixin, int | None]":
    """Return a new scheduler by the name of a sampler, and its default number of steps or None.

    "" keeps the one of the model, except those of SLOW. Raises OptionError for a sampler that the
    model cannot use.
    """
    import diffusers

    steps = None
    table = schedulers_for(scheduler)
    if not sampler:
        if type(scheduler).__name__ not in SLOW or table is not DIFFUSION:
            return type(scheduler).from_config(scheduler.config), None
        sampler, steps = DEFAULT_SAMPLER, DEFAULT_STEPS
    check_choice("sampler", sampler, tuple(table))
    name, options = table[sampler]
    return getattr(diffusers, name).from_config(scheduler.config, **options), steps


@cache
def cosine_scheduler() -> "type[SchedulerMixin]":
    """Build the class of Stable Audio's scheduler: SDE-DPM-Solver++ over angles of the noise level.

    diffusers' CosineDPMSolverMultistepScheduler draws its noise from a Brownian tree, which needs
    the torchsde library; this one draws it independently at each step.
    """
    from diffusers import EDMDPMSolverMultistepScheduler

    class CosineScheduler(EDMDPMSolverMultistepScheduler):  # type: ignore[misc]
        @classmethod
        def from_config(
            cls, config: dict[str, object] | None = None, **options: object
        ) -> "SchedulerMixin":
            return super().from_config(config, **{"algorithm_type": "sde-dpmsolver++", **options})

        def precondition_noise(self, sigma: "Tensor") -> "Tensor":
            """Return the angle of noise levels of any shape, in [0, 1]."""
            return sigma.atan() / (math.pi / 2)

    return CosineScheduler
