"""The smallest generators of each kind, with random weights: made in a moment, and they differ."""

import json
from pathlib import Path

import torch
from torch import nn

from miaobi.models import checkpoint
from miaobi.models.dit import DiTConfig
from miaobi.models.gan import GANConfig, Generator
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.tokenizer import train_tokenizer
from miaobi.models.vae import VAE, VAEConfig
from miaobi.scenes.sprites import STYLES

SUBJECTS = ("fox", "wolf", "cat", "balloon")
CONDITIONS = (len(SUBJECTS), len(STYLES))
SIDE = 32
GAN = GANConfig(
    latent=16, context=24, conditions=CONDITIONS, widths=(24, 16, 16), patch=2, judge_widths=(8, 8)
)
VECTOR = VAEConfig(
    bottleneck="vector",
    latent=12,
    widths=(12, 16),
    decoder_blocks=1,
    size=(SIDE, SIDE),
    conditions=CONDITIONS,
    context=16,
)
GRID = VAEConfig(latent=4, widths=(12, 16), decoder_blocks=1, size=(SIDE, SIDE))


def save_gan(folder: Path) -> Path:
    """A GAN of 32 pixels that knows SUBJECTS in every style."""
    return _save(Generator(GAN), folder, labeled=True)


def save_vector(folder: Path) -> Path:
    """A VAE that is a generator, of the same classes."""
    return _save(VAE(VECTOR), folder, labeled=True)


def save_grid(folder: Path) -> Path:
    """A VAE of latent diffusion."""
    return _save(VAE(GRID), folder)


def save_text_to_image(folder: Path) -> Path:
    """A text-to-image model with its tokenizer and autoencoder."""
    words = ["a fox, 3d style", "a wolf in the snow, flat style", "a cat and a balloon"]
    tokenizer = train_tokenizer(words, "bpe", 280)
    config = TextToImageConfig(
        TextEncoderConfig(tokenizer.get_vocab_size(), 32, 32, 1, 16),
        DiTConfig(channels=GRID.latent, patch=(1, 1), width=32, layers=1, text=32, head_width=16),
        (SIDE, SIDE),
    )
    _save(TextToImage(config), folder)
    save_grid(folder / "vae")
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def _save(network: nn.Module, folder: Path, labeled: bool = False) -> Path:
    """With random numbers also where a network begins with zeros: what it is told has to count."""
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in network.parameters():
            spread = 1.0 if parameter.dim() < 2 else parameter[0].numel() ** -0.5
            parameter.add_(0.7 * spread * torch.randn_like(parameter))
    checkpoint.save(network, folder)
    if labeled:
        (folder / "classes.json").write_text(json.dumps([SUBJECTS, STYLES]))
    return folder
