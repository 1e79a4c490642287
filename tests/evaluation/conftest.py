"""A text-to-image model and a judge as small as they can be, with random weights."""

from pathlib import Path

import pytest
import torch

from miaobi.core.paths import atomic_write
from miaobi.models import checkpoint
from miaobi.models.dit import DiTConfig
from miaobi.models.judge import Judge, JudgeConfig
from miaobi.models.text_encoder import TextEncoderConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.tokenizer import train_tokenizer
from miaobi.models.vae import VAE, VAEConfig, downsampling_factors
from miaobi.scenes.pictures import Scenes, ScenesConfig

TEXT = TextEncoderConfig(300, 32, 32, 1, 16)


@pytest.fixture
def words(drawings: None) -> bytes:
    """A tokenizer that knows a few captions."""
    small = Scenes(ScenesConfig(size=16))
    captions = [small.scene(number).caption for number in range(60)]
    tokenizer = train_tokenizer(captions, "bpe", 300)
    return str(tokenizer.to_str()).encode()


@pytest.fixture
def painter(words: bytes, tmp_path: Path) -> Path:
    """A folder as `miaobi train t2i` leaves it; its layers that begin as zero say something."""
    folder = tmp_path / "painter"
    torch.manual_seed(0)
    vae = VAE(VAEConfig(widths=(8, 12, 16), decoder_blocks=1, size=(32, 32)))
    channels = vae.encode(torch.zeros(1, 3, 32, 32)).mode().shape[1]
    assert 32 % downsampling_factors(vae.config)[0] == 0
    dit = DiTConfig(channels=channels, width=64, layers=1, head_width=32, text=32)
    network = TextToImage(TextToImageConfig(TEXT, dit, (32, 32)))
    for parameter in (*network.parameters(), *vae.parameters()):
        parameter.data += 0.05 * torch.randn_like(parameter)
    checkpoint.save(network, folder)
    checkpoint.save(vae, folder / "vae")
    atomic_write(folder / "tokenizer.json", words)
    return folder


@pytest.fixture
def judge(words: bytes, tmp_path: Path) -> Path:
    """A folder as `miaobi train judge` leaves it."""
    folder = tmp_path / "judge"
    torch.manual_seed(1)
    config = JudgeConfig(widths=(8, 12, 16), blocks=(1, 1, 1), size=(32, 32), text=TEXT)
    checkpoint.save(Judge(config), folder)
    atomic_write(folder / "tokenizer.json", words)
    return folder
