"""Stable Diffusion 2.1 in our engine compared with diffusers.

`python -m benchmarks.stable_diffusion`: the U-Net has the original size and random weights (no Hub
access needed), at 256 px, with the same latents and prompt embeddings, in one process on the CPU.
Implementations take turns, and a speedup is computed within a round. The time of a 50-step picture
is that of single steps, added up.

With random weights, the similarity to the 50-step picture (PSNR) indicates little about trained
weights.
"""

import gc
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks import measuring
from benchmarks.measuring import figure

SIDE, ROUNDS, PLAIN_STEPS, STEPS, GUIDANCE = 32, 3, 50, 25, 7.5  # SIDE of the latents
THREADS = 2
UNET = {
    "sample_size": 64,
    "in_channels": 4,
    "out_channels": 4,
    "cross_attention_dim": 1024,
    "block_out_channels": (320, 640, 1280, 1280),
    "attention_head_dim": (5, 10, 20, 20),
    "down_block_types": ("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
    "up_block_types": ("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
    "use_linear_projection": True,
}
VAE = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
    "sample_size": 768,
}
BETAS = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
    "prediction_type": "v_prediction",
}


@dataclass(frozen=True)
class Setting:
    """Sampling options of our engine."""

    name: str
    steps: int = STEPS
    guided: tuple[float, float] = (0.0, 1.0)
    reuse: int = 1


SETTINGS = (
    Setting(f"{STEPS} steps"),
    Setting(f"{STEPS} steps, guidance interval 0.1 to 0.8", guided=(0.1, 0.8)),
    Setting(f"{STEPS} steps, cache interval 2", reuse=2),
    Setting(f"{STEPS} steps, cache interval 3", reuse=3),
)


def main() -> None:
    torch.set_num_threads(THREADS)
    plain, fast = networks()
    figures = steps(plain, fast)
    figures += same_picture(plain, fast)
    figures += pictures(plain, fast)
    measuring.write("stable_diffusion", "python -m benchmarks.stable_diffusion", figures)


class Networks:
    """A U-Net and a VAE of one precision; `fast` is None in plain diffusers."""

    def __init__(self, kind: torch.dtype, weights: "Networks | None" = None) -> None:
        from diffusers import AutoencoderKL, UNet2DConditionModel

        self.kind = kind
        self.unet: Any = random_network(UNet2DConditionModel, UNET, kind, weights and weights.unet)
        self.vae: Any = random_network(AutoencoderKL, VAE, kind, weights and weights.vae)
        self.fast: Any = None

    def accelerate(self) -> "Networks":
        """Apply the optimizations of the engine."""
        from miaobi.hub.deep_cache import DeepCacheUNet, optimize_decoder

        self.fast = DeepCacheUNet(self.unet)
        self.fast.pack(True)
        optimize_decoder(self.vae, True)
        return self

    def predict(self, latents: Tensor, timestep: Tensor, context: Tensor) -> Tensor:
        """Predict uncond and cond in one batch: latents (1, 4, h, w) -> (2, 4, h, w), float32."""
        sample = torch.cat((latents, latents)).to(self.kind)
        output = self.unet(sample, timestep, encoder_hidden_states=context, return_dict=False)
        return output[0].float()

    def decode(self, latents: Tensor) -> Tensor:
        """Decode latents (1, 4, h, w) to a picture (1, 3, H, W) in [-1, 1]."""
        scaled = (latents / self.vae.config.scaling_factor).to(self.kind)
        return self.vae.decode(scaled, return_dict=False)[0].float()


def random_network(
    factory: Any, config: dict[str, Any], kind: torch.dtype, other: Any
) -> nn.Module:
    """Create a network with variance-preserving random weights, or those of `other`."""
    with torch.device("meta"):
        network = factory(**config)
    network = network.to(kind).to_empty(device="cpu").eval().requires_grad_(False)
    if other is not None:
        for parameter, source in zip(network.parameters(), other.parameters(), strict=True):
            parameter.copy_(source)
        return network
    rng = torch.Generator().manual_seed(0)
    for module in network.modules():
        if (weight := getattr(module, "weight", None)) is None:
            continue
        if weight.dim() > 1:
            nn.init.normal_(weight, 0, weight[0].numel() ** -0.5, generator=rng)
        else:
            weight.fill_(1)
        if getattr(module, "bias", None) is not None:
            module.bias.zero_()
    return network


def networks() -> tuple[Networks, Networks]:
    """Create plain diffusers in float32, and our networks with the same weights."""
    from miaobi.nn.prepacked import has_fast_bfloat16

    plain = Networks(torch.float32)
    kind = torch.bfloat16 if has_fast_bfloat16() else torch.float32
    return plain, Networks(kind, plain).accelerate()


def inputs(kind: torch.dtype) -> tuple[Tensor, Tensor]:
    """Draw latents (1, 4, h, w) and prompt embeddings (2, 77, 1024), the same for all."""
    rng = torch.Generator().manual_seed(7)
    latents = torch.randn(1, 4, SIDE, SIDE, generator=rng)
    return latents, torch.randn(2, 77, 1024, generator=rng).to(kind)


@torch.inference_mode()
def steps(plain: Networks, fast: Networks) -> list[dict[str, Any]]:
    """Time one guided step, in seconds, and compute the speedup of ours."""
    contestants: dict[str, Callable[[], object]] = {}
    for name, networks in (("diffusers float32", plain), (f"Miaobi {name_of(fast)}", fast)):
        latents, context = inputs(networks.kind)
        if networks.fast is not None:
            networks.fast.start(10_000)
        contestants[name] = lambda n=networks, x=latents, c=context: n.predict(
            x, torch.tensor(500), c
        )
    times = rounds(contestants)
    label = "SD 2.1 size, 256 px, one guided step: "
    rows = [figure(label + name, "s", values) for name, values in times.items()]
    first, second = times.values()
    speedup = [a / b for a, b in zip(first, second, strict=True)]
    return [*rows, figure(label + "speedup over diffusers", "ratio", speedup, at_least=2.2)]


def name_of(networks: Networks) -> str:
    """Return the name of the precision."""
    return str(networks.kind).removeprefix("torch.")


def rounds(contestants: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Time each implementation in each round, in seconds, after an untimed warm-up."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(ROUNDS + 1):
        for name, work in contestants.items():
            seconds = measuring.seconds(work)
            if number:
                times[name].append(seconds)
    return times


@torch.inference_mode()
def same_picture(plain: Networks, fast: Networks) -> list[dict[str, Any]]:
    """Compare our picture with that of plain diffusers for the same latents, sampler and steps."""
    few = Setting("same picture", steps=4)
    theirs, _ = picture(plain, few, "DPMSolverMultistepScheduler")
    ours, _ = picture(fast, few, "DPMSolverMultistepScheduler")
    label = f"SD 2.1 size, {few.steps} steps, same sampler: "
    name = label + f"PSNR of {name_of(fast)} to diffusers float32"
    rows = [figure(name, "dB", [psnr(ours, theirs)], at_least=35)]
    exact = Networks(torch.float32, plain).accelerate()
    ours, _ = picture(exact, few, "DPMSolverMultistepScheduler")
    difference = float((to_unit(ours) - to_unit(theirs)).abs().max())
    del exact
    gc.collect()
    name = label + "maximum difference of float32"
    return [*rows, figure(name, "", [difference], at_most=1e-3)]


@torch.inference_mode()
def pictures(plain: Networks, fast: Networks) -> list[dict[str, Any]]:
    """Time full pictures of ours in each setting, compared with a diffusers script of 50 steps.

    The 50-step reference picture is computed by our network (see the PSNR above); its time is that
    of plain diffusers steps, interleaved with our pictures, times 50, plus a plain decoding.
    """
    full = Setting("50 steps", steps=PLAIN_STEPS)
    reference, _ = picture(fast, full, "PNDMScheduler")
    latents, context = inputs(plain.kind)
    label = "SD 2.1 size, 256 px, full picture: "
    rows = []
    for setting in SETTINGS:
        before = measuring.seconds(lambda: plain.predict(latents, torch.tensor(500), context))
        decoding = measuring.seconds(lambda: plain.decode(latents))
        output, elapsed = picture(fast, setting, "DPMSolverMultistepScheduler")
        after = measuring.seconds(lambda: plain.predict(latents, torch.tensor(500), context))
        # PNDM takes its second step twice
        script = (PLAIN_STEPS + 1) * (before + after) / 2 + decoding
        similarity = round(psnr(output, reference), 2)
        name = f"{label}{setting.name}"
        rows.append(figure(name, "s", [elapsed], psnr_to_50_steps=similarity))
        name = f"{name}, speedup over the plain script"
        rows.append(figure(name, "ratio", [script / elapsed], at_least=5))
    return rows


def picture(networks: Networks, setting: Setting, sampler: str) -> tuple[Tensor, float]:
    """Sample and decode one picture (1, 3, H, W), and time it in seconds."""
    import diffusers

    options = {"skip_prk_steps": True} if sampler == "PNDMScheduler" else {}
    scheduler = getattr(diffusers, sampler)(**BETAS, **options)
    scheduler.set_timesteps(setting.steps)
    latents, context = inputs(networks.kind)
    latents = latents * scheduler.init_noise_sigma
    if networks.fast is not None:
        networks.fast.start(setting.steps, setting.guided, setting.reuse)
    started = time.perf_counter()
    for timestep in scheduler.timesteps:
        sample = scheduler.scale_model_input(latents, timestep)
        uncond, cond = networks.predict(sample, timestep, context).chunk(2)
        guided = uncond + GUIDANCE * (cond - uncond)
        latents = scheduler.step(guided, timestep, latents, return_dict=False)[0]
    output = networks.decode(latents)
    return output, time.perf_counter() - started


def to_unit(picture: Tensor) -> Tensor:
    """Map a picture (1, 3, H, W) from [-1, 1] to [0, 1], clamped as in a file."""
    return (picture / 2 + 0.5).clamp(0, 1)


def psnr(first: Tensor, second: Tensor) -> float:
    """Compute the peak signal-to-noise ratio of two pictures (1, 3, H, W) in dB."""
    error = float((to_unit(first) - to_unit(second)).pow(2).mean())
    return 100.0 if error == 0 else -10 * math.log10(error)


if __name__ == "__main__":
    main()
