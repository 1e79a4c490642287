"""`make bench`: Stable Diffusion 2.1's U-Net in our engine beside plain diffusers, on a processor.

The known sizes with random weights (no hub is needed), 256 px, the same latents and words, one
process. Everyone takes a turn in every round, and a ratio is taken within its round. A picture's
time is measured step by step and added up: a whole picture at 50 steps in float32 takes minutes.

Random weights paint no motif: what a setting costs in likeness (PSNR against the 50-step picture)
is stated, but says little of what it costs in trained weights.
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

SIDE, ROUNDS, PLAIN_STEPS, STEPS, GUIDANCE = 32, 3, 50, 25, 7.5  # SIDE: of the latents
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
    """One way to make a picture with our engine."""

    name: str
    steps: int = STEPS
    guided: tuple[float, float] = (0.0, 1.0)
    reuse: int = 1


SETTINGS = (
    Setting(f"{STEPS} steps"),
    Setting(f"{STEPS} steps, guided from 0.1 to 0.8", guided=(0.1, 0.8)),
    Setting(f"{STEPS} steps, deep layers every 2nd", reuse=2),
    Setting(f"{STEPS} steps, deep layers every 3rd", reuse=3),
)


def main() -> None:
    torch.set_num_threads(THREADS)
    plain, fast = networks()
    figures = steps(plain, fast)
    figures += same_picture(plain, fast)
    figures += pictures(plain, fast)
    measuring.write("pictures", "python -m benchmarks.pictures", figures)


class Networks:
    """A U-Net and a decoder of one precision; `fast` is None in plain diffusers."""

    def __init__(self, kind: torch.dtype, weights: "Networks | None" = None) -> None:
        from diffusers import AutoencoderKL, UNet2DConditionModel

        self.kind = kind
        self.unet: Any = drawn(UNet2DConditionModel, UNET, kind, weights and weights.unet)
        self.vae: Any = drawn(AutoencoderKL, VAE, kind, weights and weights.vae)
        self.fast: Any = None

    def hasten(self) -> "Networks":
        """What the engine does with a pipeline's networks when it opens them."""
        from miaobi.hub.fast_unet import FastUNet, make_fast_decoder

        self.fast = FastUNet(self.unet)
        self.fast.pack(True)
        make_fast_decoder(self.vae, True)
        return self

    def predict(self, latents: Tensor, timestep: Tensor, words: Tensor) -> Tensor:
        """Both halves of the guidance in one batch: (1, 4, h, w) -> (2, 4, h, w), float32."""
        sample = torch.cat((latents, latents)).to(self.kind)
        given = {"encoder_hidden_states": words, "return_dict": False}
        return self.unet(sample, timestep, **given)[0].float()

    def decode(self, latents: Tensor) -> Tensor:
        scaled = (latents / self.vae.config.scaling_factor).to(self.kind)
        return self.vae.decode(scaled, return_dict=False)[0].float()


def drawn(factory: Any, config: dict[str, Any], kind: torch.dtype, other: Any) -> nn.Module:
    """A network of this size: random weights that keep a signal's size, or those of another."""
    with torch.device("meta"):
        network = factory(**config)
    network = network.to(kind).to_empty(device="cpu").eval().requires_grad_(False)
    if other is not None:
        for mine, theirs in zip(network.parameters(), other.parameters(), strict=True):
            mine.copy_(theirs)
        return network
    draw = torch.Generator().manual_seed(0)
    for module in network.modules():
        if (weight := getattr(module, "weight", None)) is None:
            continue
        if weight.dim() > 1:
            nn.init.normal_(weight, 0, weight[0].numel() ** -0.5, generator=draw)
        else:
            weight.fill_(1)
        if getattr(module, "bias", None) is not None:
            module.bias.zero_()
    return network


def networks() -> tuple[Networks, Networks]:
    """Plain diffusers in float32, and ours with the same weights as the engine would open them."""
    from miaobi.nn.prepacked import fast_at_bfloat16

    plain = Networks(torch.float32)
    kind = torch.bfloat16 if fast_at_bfloat16() else torch.float32
    return plain, Networks(kind, plain).hasten()


def inputs(kind: torch.dtype) -> tuple[Tensor, Tensor]:
    """(latents (1, 4, h, w), words (2, 77, 1024)), the same for everyone."""
    draw = torch.Generator().manual_seed(7)
    latents = torch.randn(1, 4, SIDE, SIDE, generator=draw)
    return latents, torch.randn(2, 77, 1024, generator=draw).to(kind)


@torch.inference_mode()
def steps(plain: Networks, fast: Networks) -> list[dict[str, Any]]:
    """Seconds of one guided step, and how much sooner ours is."""
    contestants: dict[str, Callable[[], object]] = {}
    for name, networks in (("diffusers float32", plain), (f"Miaobi {name_of(fast)}", fast)):
        latents, words = inputs(networks.kind)
        if networks.fast is not None:
            networks.fast.begin(10_000)
        contestants[name] = lambda n=networks, x=latents, w=words: n.predict(
            x, torch.tensor(500), w
        )
    taken = rounds(contestants)
    label = "SD 2.1 size, 256 px, one guided step: "
    rows = [figure(label + name, "s", values) for name, values in taken.items()]
    first, second = taken.values()
    ahead = [a / b for a, b in zip(first, second, strict=True)]
    return [*rows, figure(label + "times sooner than diffusers", "ratio", ahead, at_least=2.2)]


def name_of(networks: Networks) -> str:
    return str(networks.kind).removeprefix("torch.")


def rounds(contestants: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Seconds of everyone in every round; one untimed turn warms each up."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(ROUNDS + 1):
        for name, work in contestants.items():
            seconds = measuring.seconds(work)
            if number:
                taken[name].append(seconds)
    return taken


@torch.inference_mode()
def same_picture(plain: Networks, fast: Networks) -> list[dict[str, Any]]:
    """The same latents, sampler and steps: how near our picture is to that of plain diffusers."""
    few = Setting("same picture", steps=4)
    theirs, _ = picture(plain, few, "DPMSolverMultistepScheduler")
    ours, _ = picture(fast, few, "DPMSolverMultistepScheduler")
    label = f"SD 2.1 size, {few.steps} steps, the same sampler: "
    rows = [figure(label + f"{name_of(fast)} to float32", "dB", [psnr(ours, theirs)], at_least=35)]
    exact = Networks(torch.float32, plain).hasten()
    ours, _ = picture(exact, few, "DPMSolverMultistepScheduler")
    apart = float((shown(ours) - shown(theirs)).abs().max())
    del exact
    gc.collect()
    return [*rows, figure(label + "float32, largest difference", "of 1", [apart], at_most=1e-3)]


@torch.inference_mode()
def pictures(plain: Networks, fast: Networks) -> list[dict[str, Any]]:
    """Finished pictures: ours in each setting beside the plain script at its 50 steps.

    The 50-step picture is painted by our network (the figure above says how near that is); its
    time is that of plain steps taken between our pictures, times 50, and a plain decoding.
    """
    full = Setting("50 steps", steps=PLAIN_STEPS)
    reference, _ = picture(fast, full, "PNDMScheduler")
    latents, words = inputs(plain.kind)
    label = "SD 2.1 size, 256 px, finished picture: "
    rows = []
    for setting in SETTINGS:
        one = measuring.seconds(lambda: plain.predict(latents, torch.tensor(500), words))
        decoding = measuring.seconds(lambda: plain.decode(latents))
        made, took = picture(fast, setting, "DPMSolverMultistepScheduler")
        other = measuring.seconds(lambda: plain.predict(latents, torch.tensor(500), words))
        script = (PLAIN_STEPS + 1) * (
            one + other
        ) / 2 + decoding  # PNDM takes its second step twice
        likeness = round(psnr(made, reference), 2)
        rows.append(figure(f"{label}{setting.name}", "s", [took], psnr_to_50_steps=likeness))
        rows.append(
            figure(
                f"{label}{setting.name}, times sooner than the plain script",
                "ratio",
                [script / took],
                at_least=5,
            )
        )
    return rows


def picture(networks: Networks, setting: Setting, sampler: str) -> tuple[Tensor, float]:
    """(the picture (1, 3, H, W), seconds) of one setting: guidance, sampler, decoder."""
    import diffusers

    more = {"skip_prk_steps": True} if sampler == "PNDMScheduler" else {}
    scheduler = getattr(diffusers, sampler)(**BETAS, **more)
    scheduler.set_timesteps(setting.steps)
    latents, words = inputs(networks.kind)
    latents = latents * scheduler.init_noise_sigma
    if networks.fast is not None:
        networks.fast.begin(setting.steps, setting.guided, setting.reuse)
    started = time.perf_counter()
    for timestep in scheduler.timesteps:
        sample = scheduler.scale_model_input(latents, timestep)
        without, with_words = networks.predict(sample, timestep, words).chunk(2)
        guided = without + GUIDANCE * (with_words - without)
        latents = scheduler.step(guided, timestep, latents, return_dict=False)[0]
    made = networks.decode(latents)
    return made, time.perf_counter() - started


def shown(picture: Tensor) -> Tensor:
    """[-1, 1] -> [0, 1], as a file holds it."""
    return (picture / 2 + 0.5).clamp(0, 1)


def psnr(first: Tensor, second: Tensor) -> float:
    """Peak signal-to-noise ratio of two pictures in dB."""
    error = float((shown(first) - shown(second)).pow(2).mean())
    return 100.0 if error == 0 else -10 * math.log10(error)


if __name__ == "__main__":
    main()
