"""Real diffusers pipelines of a few thousand random weights, saved the way a downloaded one looks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers.pre_tokenizers import ByteLevel

from tests.tiny.checkpoints import seeded

WORDS = 32  # the width of a prompt's words
BETAS = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
}


def clip_tokenizer(folder: Path, pad: str = "<|endoftext|>") -> Any:
    """A tokenizer that knows every letter, and no word."""
    from transformers import CLIPTokenizer

    letters = sorted(ByteLevel.alphabet())
    names = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(
        str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77, pad_token=pad
    )


def clip_text(
    layers: int = 2, width: int = WORDS, act: str = "quick_gelu", project: bool = False
) -> Any:
    """A text encoder; "gelu" and more layers are what OpenCLIP's look like."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=514,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        hidden_act=act,
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=1,
        projection_dim=width,
    )
    return seeded(lambda: (CLIPTextModelWithProjection if project else CLIPTextModel)(config))


def vae(blocks: int = 4, channels: int = 4, **options: Any) -> Any:
    """An autoencoder that makes a side 2 ** (blocks - 1) times smaller."""
    from diffusers import AutoencoderKL

    return seeded(
        lambda: AutoencoderKL(
            block_out_channels=(8,) * blocks,
            down_block_types=("DownEncoderBlock2D",) * blocks,
            up_block_types=("UpDecoderBlock2D",) * blocks,
            latent_channels=channels,
            norm_num_groups=4,
            sample_size=64,
            **options,
        )
    )


def unet(in_channels: int = 4, words: int = WORDS, **options: Any) -> Any:
    """A U-Net of two levels, with attention on the lower one."""
    from diffusers import UNet2DConditionModel

    return seeded(
        lambda: UNet2DConditionModel(
            **{
                "block_out_channels": (16, 32),
                "layers_per_block": 2,
                "sample_size": 8,
                "in_channels": in_channels,
                "out_channels": 4,
                "norm_num_groups": 8,
                "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
                "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
                "cross_attention_dim": words,
                "attention_head_dim": 4,
                **options,
            }
        )
    )


def save_sd1(folder: Path, in_channels: int = 4) -> Path:
    """Stable Diffusion 1: noise prediction, PNDM; with 9 channels an inpainting one."""
    from diffusers import PNDMScheduler, StableDiffusionInpaintPipeline, StableDiffusionPipeline

    pipeline = StableDiffusionPipeline if in_channels == 4 else StableDiffusionInpaintPipeline
    pipeline(
        vae=vae(),
        text_encoder=clip_text(),
        unet=unet(in_channels),
        tokenizer=clip_tokenizer(folder.with_name(folder.name + "-words")),
        scheduler=PNDMScheduler(**BETAS, skip_prk_steps=True),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def save_sd2(folder: Path) -> Path:
    """Stable Diffusion 2: v-prediction, linear projections, an OpenCLIP-like text encoder, DDIM."""
    from diffusers import DDIMScheduler, StableDiffusionPipeline

    StableDiffusionPipeline(
        vae=vae(),
        text_encoder=clip_text(layers=3, act="gelu"),
        unet=unet(use_linear_projection=True, attention_head_dim=(2, 4)),
        tokenizer=clip_tokenizer(folder.with_name(folder.name + "-words"), pad="!"),
        scheduler=DDIMScheduler(
            **BETAS, prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=False
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def save_sdxl(folder: Path) -> Path:
    """Stable Diffusion XL: two text encoders, sizes and crops among the conditions."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline

    words = clip_tokenizer(folder.with_name(folder.name + "-words"))
    StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=clip_text(),
        tokenizer=words,
        tokenizer_2=words,
        text_encoder_2=clip_text(act="gelu", project=True),
        unet=unet(
            words=2 * WORDS,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=WORDS + 6 * 8,
            use_linear_projection=True,
            attention_head_dim=(2, 4),
        ),
        scheduler=EulerDiscreteScheduler(**BETAS),
    ).save_pretrained(folder)
    return folder


def save_sd3(folder: Path) -> Path:
    """Stable Diffusion 3: a Transformer (MM-DiT), 16 latent channels, flow matching."""
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        SD3Transformer2DModel,
        StableDiffusion3Pipeline,
    )

    words = clip_tokenizer(folder.with_name(folder.name + "-words"))
    transformer = seeded(
        lambda: SD3Transformer2DModel(
            sample_size=8,
            patch_size=2,
            in_channels=16,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=2 * WORDS,
            pooled_projection_dim=2 * WORDS,
            out_channels=16,
        )
    )
    StableDiffusion3Pipeline(
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae(channels=16, shift_factor=0.06, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=clip_text(project=True),
        tokenizer=words,
        text_encoder_2=clip_text(act="gelu", project=True),
        tokenizer_2=words,
        text_encoder_3=None,
        tokenizer_3=None,
    ).save_pretrained(folder)
    return folder


PIPELINES: dict[str, Callable[[Path], Path]] = {
    "sd1": save_sd1,
    "sd2": save_sd2,
    "sdxl": save_sdxl,
    "sd3": save_sd3,
}


def save_lora(folder: Path, path: Path, rank: int = 4) -> Path:
    """A LoRA on the U-Net of a saved Stable Diffusion, made by peft as its trainers make it."""
    from diffusers import StableDiffusionPipeline, UNet2DConditionModel
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft import LoraConfig, get_peft_model_state_dict

    network = UNet2DConditionModel.from_pretrained(folder, subfolder="unet")
    network.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=["to_q", "to_v"]))
    draw = torch.Generator().manual_seed(1)
    for name, weight in network.named_parameters():
        if "lora" in name:
            torch.nn.init.normal_(weight, 0, 0.5, generator=draw)
    weights = convert_state_dict_to_diffusers(get_peft_model_state_dict(network))
    StableDiffusionPipeline.save_lora_weights(
        path.parent, unet_lora_layers=weights, weight_name=path.name, safe_serialization=True
    )
    return path
