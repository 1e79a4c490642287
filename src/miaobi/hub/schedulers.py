"""THE tables of samplers of diffusers' pipelines, by what a model was taught to predict."""

import math
from functools import cache
from typing import Any

from miaobi.core.checks import check_choice

Rows = dict[str, tuple[str, dict[str, Any]]]  # name -> (class of diffusers, options)

# noise, v or the picture itself along a schedule of betas: Stable Diffusion 1, 2, XL …
DIFFUSION: Rows = {
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
    "lcm": ("LCMScheduler", {}),  # for models or LoRAs taught to need 4 to 8 steps
}
# velocity along a straight line: Stable Diffusion 3, Flux …
FLOW: Rows = {
    "euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "heun": ("FlowMatchHeunDiscreteScheduler", {}),
}
# the same by way of a diffusion sampler: Sana …
FLOW_SIGMAS: Rows = {
    "dpm++2m": ("DPMSolverMultistepScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
}
SAMPLERS = tuple(dict.fromkeys([*DIFFUSION, *FLOW, *FLOW_SIGMAS]))
# what older models name, and the steps they want; DPM++ 2M needs half as many for the same picture
SLOW = ("PNDMScheduler", "DDIMScheduler", "DDPMScheduler", "LMSDiscreteScheduler")
BETTER, STEPS = "dpm++2m", 25


def table_for(own: Any) -> Rows:
    """The samplers that can stand in for a model's own scheduler; empty when none can."""
    if type(own).__name__.startswith("FlowMatch"):
        return FLOW
    if own.config.get("prediction_type") == "flow_prediction":
        return FLOW_SIGMAS
    return DIFFUSION if "beta_schedule" in own.config else {}


def scheduler_for(own: Any, sampler: str) -> tuple[Any, int | None]:
    """(a fresh scheduler, the steps it wants by default or None) for a sampler's name.

    "" keeps the model's own, but for SLOW ones. Raises OptionError for one it cannot use.
    """
    import diffusers

    steps = None
    table = table_for(own)
    if not sampler:
        if type(own).__name__ not in SLOW or table is not DIFFUSION:
            return type(own).from_config(own.config), None
        sampler, steps = BETTER, STEPS
    check_choice("sampler", sampler, tuple(table))
    name, options = table[sampler]
    return getattr(diffusers, name).from_config(own.config, **options), steps


@cache
def cosine_scheduler() -> Any:
    """The class of Stable Audio's sampler: DPM-Solver++ with noise, levels told by their angle.

    It is what diffusers calls CosineDPMSolverMultistepScheduler, but for its noise: independent
    draws for each step, in place of a tree of Brownian motion from a library of its own.
    """
    from diffusers import EDMDPMSolverMultistepScheduler

    class CosineScheduler(EDMDPMSolverMultistepScheduler):  # type: ignore[misc]
        @classmethod
        def from_config(cls, config: Any = None, **options: Any) -> Any:
            return super().from_config(config, **{"algorithm_type": "sde-dpmsolver++", **options})

        def precondition_noise(self, sigma: Any) -> Any:
            return sigma.atan() / (math.pi / 2)

    return CosineScheduler
