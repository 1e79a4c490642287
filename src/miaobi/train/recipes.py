"""THE table of recipes: what `miaobi train` does by name, with every default written out."""

from dataclasses import dataclass, field
from typing import Any

from miaobi.core.checks import check_choice
from miaobi.data.image import PictureConfig
from miaobi.data.scores import ScoreConfig
from miaobi.data.text import DataConfig
from miaobi.data.video import ClipConfig
from miaobi.scenes.layers import LayerConfig
from miaobi.train.adversarial import AdversarialConfig
from miaobi.train.clips import ClipFlowConfig
from miaobi.train.judging import JudgingConfig
from miaobi.train.layering import LayeringConfig
from miaobi.train.optim import TrainConfig
from miaobi.train.pictures import AutoencodingConfig, FlowConfig


@dataclass(frozen=True)
class Recipe:
    """Everything a run is made from but the data of the user."""

    family: str  # a row of train/families.py
    size: str = "small"  # of models/gpt.py SIZES, RNN_SIZES …
    places: tuple[str, ...] = ()  # data: files, folders, hub:ORG/NAME, corpus:NAME, scenes:KIND
    data: Any = field(default_factory=DataConfig)  # DataConfig, or PictureConfig
    train: TrainConfig = field(default_factory=TrainConfig)
    model: dict[str, Any] = field(default_factory=dict)  # what differs from the size's own values
    keep: str = "float32"  # of the weights in the finished folder: a torch type, or "int8"
    loss: Any = None  # of pictures: a config of train/pictures.py


# width and layers of an RNN
RNN_SIZES = {"tiny": (128, 1), "small": (384, 2), "medium": (640, 2), "large": (1024, 3)}

# model.KEY -> the words it may be, or the lowest and highest number
CHOICES = {
    "cell": ("lstm", "gru"),
    "positions": ("learned", "rotary"),
    "norm": ("layer", "rms"),
    "bottleneck": ("grid", "vector"),
}
RANGES = {
    "layers": (1, 1000),
    "width": (1, 100_000),
    "heads": (1, 1000),
    "head_width": (2, 10_000),
    "hidden": (1, 1_000_000),
    "eps": (0, 1),
    "rotary_base": (1, 1e9),
    "dropout": (0, 0.9),
    "latent": (1, 10_000),
    "patch": (1, 64),
    "vocab": (258, 1_000_000),
    "context": (1, 10_000),
    "text_layers": (1, 100),
    "frame_patch": (1, 16),
    "rank": (1, 10_000),
    "alpha": (1, 100_000),  # of LoRA
}

# widths and decoder blocks of a VAE
VAE_SIZES = {
    "tiny": ((16, 24, 32), 1),
    "small": ((64, 128, 256), 2),
    "medium": ((96, 192, 384), 3),
    "large": ((128, 256, 512), 4),
}
DRAWINGS = "MIT AND Apache-2.0"  # of scenes-art

# preset -> family -> recipe; "" is the one for a user's own folder
RECIPES: dict[str, dict[str, Recipe]] = {
    "": {
        "gpt": Recipe(
            "gpt", "small",
            data=DataConfig(vocab=2048, length=128, rows=16),
            train=TrainConfig(steps=600, learning_rate=1.5e-3, warmup=40),
            model={"dropout": 0.1},
        ),
        "rnn": Recipe(
            "rnn", "small",
            data=DataConfig(vocab=2048, length=128, rows=16),
            train=TrainConfig(steps=600, learning_rate=3e-3, warmup=40),
            model={"dropout": 0.1},
        ),
        "vae": Recipe(
            "vae", "small",
            data=PictureConfig(size=128, rows=16),
            train=TrainConfig(steps=2000, weight_decay=0.01, ema=0.995),
            loss=AutoencodingConfig(),
        ),
        "gan": Recipe(
            "gan",
            data=PictureConfig(size=128, rows=16),
            train=TrainConfig(steps=5000, weight_decay=0.0, betas=(0.0, 0.99), ema=0.998),
            loss=AdversarialConfig(),
        ),
        "t2i": Recipe(
            "t2i", "small",
            data=PictureConfig(size=128, rows=64),
            train=TrainConfig(steps=5000, weight_decay=0.01, ema=0.999),
            loss=FlowConfig(),
        ),
        "t2v": Recipe(
            "t2v", "small",
            data=ClipConfig(size=128, rows=16),
            train=TrainConfig(steps=5000, learning_rate=5e-4, weight_decay=0.01, ema=0.999),
            loss=ClipFlowConfig(shift=3.0),
        ),
    },
    "scenes": {
        "vae": Recipe(
            "vae", "small", ("scenes:composed",),
            PictureConfig(size=128, rows=16, license=DRAWINGS),
            TrainConfig(steps=2600, weight_decay=0.01, ema=0.995),
            loss=AutoencodingConfig(), keep="float16",
        ),
        "t2i": Recipe(
            "t2i", "small", ("scenes:composed",),
            PictureConfig(
                size=128, rows=64, pool=30_000, singles=0.7, subjects=3, license=DRAWINGS
            ),
            TrainConfig(steps=1350, optimizer="muon", weight_decay=0.01, ema=0.995),
            loss=FlowConfig(shift=3.0), keep="int8",
        ),
        "judge": Recipe(
            "judge", "small", ("scenes:composed",),
            PictureConfig(size=128, rows=32, license=DRAWINGS),
            TrainConfig(
                steps=2600, learning_rate=3e-3, optimizer="muon", weight_decay=0.05, ema=0.998
            ),
            loss=JudgingConfig(), keep="float16",
        ),
    },
    # what comes before "scenes" where time is short: one subject in each picture, four latents a
    # token, and AdamW, whose steps are the cheaper ones in small batches
    "singles": {
        "t2i": Recipe(
            "t2i", "small", ("scenes:composed",),
            PictureConfig(
                size=128, rows=48, pool=12_000, singles=1.0, subjects=1, license=DRAWINGS
            ),
            TrainConfig(steps=2600, weight_decay=0.01, ema=0.995),
            {"patch": 2}, "int8", FlowConfig(shift=3.0),
        ),
    },
    # for a GPU: 256 px, more scenes, more of them with several subjects
    "scenes-256": {
        "vae": Recipe(
            "vae", "medium", ("scenes:composed",),
            PictureConfig(size=256, rows=64, license=DRAWINGS),
            TrainConfig(steps=30_000, optimizer="muon", weight_decay=0.01, ema=0.999),
            loss=AutoencodingConfig(), keep="float16",
        ),
        "t2i": Recipe(
            "t2i", "medium", ("scenes:composed",),
            PictureConfig(size=256, rows=256, pool=300_000, license=DRAWINGS),
            TrainConfig(
                steps=60_000, optimizer="muon", weight_decay=0.01, ema=0.9995,
                validate_every=2000, save_every=1000,
            ),
            loss=FlowConfig(shift=2.0), keep="int8",
        ),
    },
    # what clips are made of, known by heart: 1,155 drawings, and the places they move in
    "puppets": {
        "layers": Recipe(
            "layers", "", ("layers:clips",), LayerConfig(license=DRAWINGS),
            TrainConfig(steps=2400, warmup=40, optimizer="muon", weight_decay=0.0, ema=0.99),
            keep="int8", loss=LayeringConfig(),
        ),
        # where they go: no pixels, hence so many; the layers are those of our own model
        "t2v": Recipe(
            "t2v", "tiny", ("clips:composed",),
            ClipConfig(size=128, frames=48, fps=24, rows=128, pool=30_000, license=DRAWINGS),
            TrainConfig(steps=2000, optimizer="muon", weight_decay=0.01, ema=0.998),
            {"autoencoder": "puppets", "frame_patch": 3}, "float16",
            ClipFlowConfig(shift=1.0, guidance=2.0, given=0.0),
        ),
    },
    # two seconds at 128 px, eight frames a second; best begun --from a text-to-image folder
    "clips": {
        "t2v": Recipe(
            "t2v", "small", ("clips:composed",),
            ClipConfig(size=128, frames=16, fps=8, rows=32, pool=20_000, license=DRAWINGS),
            TrainConfig(
                steps=20_000, learning_rate=5e-4, warmup=200, optimizer="muon", weight_decay=0.01,
                ema=0.999, validate_every=1000, save_every=500,
            ),
            loss=ClipFlowConfig(shift=3.0), keep="int8",
        ),
    },
    # for a GPU with much memory: three seconds at 256 px, from the t2i of "scenes-256"
    "clips-256": {
        "t2v": Recipe(
            "t2v", "medium", ("clips:composed",),
            ClipConfig(size=256, frames=24, fps=8, rows=64, pool=30_000, license=DRAWINGS),
            TrainConfig(
                steps=100_000, learning_rate=4e-4, warmup=1000, optimizer="muon",
                weight_decay=0.01, ema=0.9995, validate_every=2000, save_every=1000,
            ),
            loss=ClipFlowConfig(shift=4.0), keep="int8",
        ),
    },
    "subjects": {
        "vae": Recipe(
            "vae", "small", ("scenes:labelled",),
            PictureConfig(size=128, rows=32, license=DRAWINGS),
            TrainConfig(
                steps=1500, learning_rate=1.2e-3, warmup=40, optimizer="muon", weight_decay=0.01,
                ema=0.995,
            ),
            {"bottleneck": "vector", "latent": 128, "labels": True}, "int8",
            AutoencodingConfig(kl=0.3),
        ),
        "gan": Recipe(
            "gan", "", ("scenes:labelled",),
            PictureConfig(size=128, rows=16, license=DRAWINGS),
            TrainConfig(steps=6000, weight_decay=0.0, betas=(0.0, 0.99), ema=0.998),
            keep="int8", loss=AdversarialConfig(near=10, near_steps=100_000, alone=2000),
        ),
    },
    # few enough drawings that an hour or two of one processor core teach each of them
    "animals": {
        "vae": Recipe(
            "vae", "small", ("scenes:labelled",),
            PictureConfig(size=128, rows=32, group="animal", license=DRAWINGS),
            TrainConfig(
                steps=900, learning_rate=1.2e-3, warmup=40, optimizer="muon", weight_decay=0.01,
                ema=0.99,
            ),
            {"bottleneck": "vector", "latent": 128, "labels": True}, "int8",
            AutoencodingConfig(kl=0.3),
        ),
        # best begun --from a folder of "animals-alone"; held close to drawings all the way
        "gan": Recipe(
            "gan", "", ("scenes:labelled",),
            PictureConfig(size=128, rows=24, group="animal", license=DRAWINGS),
            TrainConfig(
                steps=70, learning_rate=2e-4, warmup=10, weight_decay=0.0, betas=(0.0, 0.99),
                ema=0.97,
            ),
            keep="int8", loss=AdversarialConfig(near=20, near_steps=100_000),
        ),
    },
    # the first half of a GAN: its generator by itself, which learns what each drawing is like
    "animals-alone": {
        "gan": Recipe(
            "gan", "", ("scenes:labelled",),
            PictureConfig(size=128, rows=24, group="animal", license=DRAWINGS),
            TrainConfig(steps=900, warmup=40, optimizer="muon", weight_decay=0.0, ema=0.99),
            keep="int8", loss=AdversarialConfig(near=10, near_steps=1800, alone=900),
        ),
    },
    "shakespeare": {
        "gpt": Recipe(
            "gpt", "small", ("corpus:shakespeare",),
            DataConfig(vocab=4096, length=256, rows=16, license="public domain"),
            TrainConfig(steps=2400, learning_rate=1e-3, warmup=100, ema=0.998),
            {"dropout": 0.1}, "float16",
        ),
        "rnn": Recipe(
            "rnn", "small", ("corpus:shakespeare",),
            DataConfig(vocab=1024, length=256, rows=16, license="public domain"),
            TrainConfig(steps=2400, learning_rate=3e-3, warmup=100, ema=0.998),
            {"dropout": 0.15}, "float16",
        ),
    },
    "scores": {
        "music": Recipe(
            "music", "tiny", ("corpus:scores",),
            ScoreConfig(length=384, rows=8, license="BSD-3-Clause (music: public domain)"),
            TrainConfig(steps=1000, optimizer="muon", learning_rate=3e-3, warmup=50, ema=0.99),
            {"width": 160, "heads": 5, "kv_heads": 5, "head_width": 32, "hidden": 448,
             "dropout": 0.05}, "float16",
        ),
    },
    "tang": {
        "gpt": Recipe(
            "gpt", "small", ("corpus:tang",),
            DataConfig("characters", vocab=7600, length=256, rows=16,
                       license="MIT (text: public domain)"),
            TrainConfig(steps=3200, learning_rate=1e-3, warmup=100, ema=0.998), keep="float16",
        ),
    },
}  # fmt: skip


# `miaobi tune`: few steps at a low rate; "model" holds the options of LoRA
TUNING = Recipe(
    "lora",
    data=DataConfig(length=128, rows=8),
    train=TrainConfig(steps=200, learning_rate=5e-4, warmup=20, weight_decay=0.0),
    model={"rank": 8, "alpha": 16, "dropout": 0.0},
)


def find_recipe(family: str, preset: str) -> Recipe:
    """The recipe of a preset for a family of models. Raises OptionError."""
    presets = tuple(name for name, rows in RECIPES.items() if family in rows)
    check_choice("preset", preset, presets)
    return RECIPES[preset][family]
