"""THE table of recipes: presets of `miaobi train`, with every default written out."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice
from miaobi.core.paths import write_error
from miaobi.data.image import PictureConfig
from miaobi.data.scores import ScoreConfig
from miaobi.data.text import DataConfig
from miaobi.data.video import ClipConfig
from miaobi.scenes.layers import LayerConfig
from miaobi.train.objective_autoencoder import AutoencoderLossConfig
from miaobi.train.objective_flow import ClipFlowLossConfig, FlowLossConfig
from miaobi.train.objective_gan import GANLossConfig
from miaobi.train.objective_judge import JudgeLossConfig
from miaobi.train.objective_layers import LayersLossConfig
from miaobi.train.optim import TrainConfig


@dataclass(frozen=True)
class Recipe:
    """Everything that determines a run but the user's data; stored in run.json."""

    family: str  # a row of train/families.py
    size: str = "small"  # a row of SIZES of the model's file
    places: tuple[str, ...] = ()  # data: files, folders, hub:ORG/NAME, corpus:NAME, scenes:KIND
    data: Any = field(default_factory=DataConfig)  # the config of the data of the family
    train: TrainConfig = field(default_factory=TrainConfig)
    model: dict[str, Any] = field(default_factory=dict)  # changes of the size's own options
    keep: str = "float32"  # dtype of the weights in the finished folder: of torch, or "int8"
    loss: Any = None  # the config of the objective, if it has one


@dataclass(frozen=True)
class TrainingPlan:
    """Checked options of a run that can start."""

    recipe: Recipe
    folder: Path
    start_from: Path | None = None  # a checkpoint whose weights and tokenizer the run starts with
    command: str = ""  # command line of the same run

    def create_folder(self) -> None:
        """Create the folder of the run. Raises OutputPathError or DiskFull."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(self.folder, error) from error


DRAWINGS = "MIT AND Apache-2.0"  # license of scenes-art

# preset -> family -> recipe; "" is for the user's own data
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
            loss=AutoencoderLossConfig(),
        ),
        "gan": Recipe(
            "gan",
            data=PictureConfig(size=128, rows=16),
            train=TrainConfig(steps=5000, weight_decay=0.0, betas=(0.0, 0.99), ema=0.998),
            loss=GANLossConfig(),
        ),
        "t2i": Recipe(
            "t2i", "small",
            data=PictureConfig(size=128, rows=64),
            train=TrainConfig(steps=5000, weight_decay=0.01, ema=0.999),
            loss=FlowLossConfig(),
        ),
        "t2v": Recipe(
            "t2v", "small",
            data=ClipConfig(size=128, rows=16),
            train=TrainConfig(steps=5000, learning_rate=5e-4, weight_decay=0.01, ema=0.999),
            loss=ClipFlowLossConfig(shift=3.0),
        ),
    },
    "scenes": {
        "vae": Recipe(
            "vae", "small", ("scenes:composed",),
            PictureConfig(size=128, rows=16, license=DRAWINGS),
            TrainConfig(steps=2600, weight_decay=0.01, ema=0.995),
            loss=AutoencoderLossConfig(), keep="float16",
        ),
        "t2i": Recipe(
            "t2i", "small", ("scenes:composed",),
            PictureConfig(
                size=128, rows=64, pool=30_000, singles=0.7, subjects=3, license=DRAWINGS
            ),
            TrainConfig(steps=1350, optimizer="muon", weight_decay=0.01, ema=0.995),
            loss=FlowLossConfig(shift=3.0), keep="int8",
        ),
        "judge": Recipe(
            "judge", "small", ("scenes:composed",),
            PictureConfig(size=128, rows=32, license=DRAWINGS),
            TrainConfig(
                steps=2600, learning_rate=3e-3, optimizer="muon", weight_decay=0.05, ema=0.998
            ),
            loss=JudgeLossConfig(), keep="float16",
        ),
    },
    # a first stage of "scenes" where time is short: one subject per picture, four latents per
    # token, and AdamW, whose steps are cheaper in small batches
    "singles": {
        "t2i": Recipe(
            "t2i", "small", ("scenes:composed",),
            PictureConfig(
                size=128, rows=48, pool=12_000, singles=1.0, subjects=1, license=DRAWINGS
            ),
            TrainConfig(steps=2600, weight_decay=0.01, ema=0.995),
            {"patch": 2}, "int8", FlowLossConfig(shift=3.0),
        ),
    },
    # for a GPU: 256 px, more scenes, more of them with several subjects
    "scenes-256": {
        "vae": Recipe(
            "vae", "medium", ("scenes:composed",),
            PictureConfig(size=256, rows=64, license=DRAWINGS),
            TrainConfig(steps=30_000, optimizer="muon", weight_decay=0.01, ema=0.999),
            loss=AutoencoderLossConfig(), keep="float16",
        ),
        "t2i": Recipe(
            "t2i", "medium", ("scenes:composed",),
            PictureConfig(size=256, rows=256, pool=300_000, license=DRAWINGS),
            TrainConfig(
                steps=60_000, optimizer="muon", weight_decay=0.01, ema=0.9995,
                validate_every=2000, save_every=1000,
            ),
            loss=FlowLossConfig(shift=2.0), keep="int8",
        ),
    },
    # sprites and backgrounds of clips as generators: 1,155 sprites, and the places they move in
    "puppets": {
        "layers": Recipe(
            "layers", "", ("layers:clips",), LayerConfig(license=DRAWINGS),
            TrainConfig(steps=2400, warmup=40, optimizer="muon", weight_decay=0.0, ema=0.99),
            keep="int8", loss=LayersLossConfig(),
        ),
        # poses without pixels, hence large batches; the layers are those of our own model
        "t2v": Recipe(
            "t2v", "tiny", ("clips:composed",),
            ClipConfig(size=128, frames=48, fps=24, rows=128, pool=30_000, license=DRAWINGS),
            TrainConfig(steps=2000, optimizer="muon", weight_decay=0.01, ema=0.998),
            {"autoencoder": "puppets", "frame_patch": 3}, "float16",
            ClipFlowLossConfig(shift=1.0, guidance=2.0, given=0.0),
        ),
    },
    # two seconds at 128 px, eight frames per second; best started --from a text-to-image folder
    "clips": {
        "t2v": Recipe(
            "t2v", "small", ("clips:composed",),
            ClipConfig(size=128, frames=16, fps=8, rows=32, pool=20_000, license=DRAWINGS),
            TrainConfig(
                steps=20_000, learning_rate=5e-4, warmup=200, optimizer="muon", weight_decay=0.01,
                ema=0.999, validate_every=1000, save_every=500,
            ),
            loss=ClipFlowLossConfig(shift=3.0), keep="int8",
        ),
    },
    # for a GPU with large memory: three seconds at 256 px, from the t2i of "scenes-256"
    "clips-256": {
        "t2v": Recipe(
            "t2v", "medium", ("clips:composed",),
            ClipConfig(size=256, frames=24, fps=8, rows=64, pool=30_000, license=DRAWINGS),
            TrainConfig(
                steps=100_000, learning_rate=4e-4, warmup=1000, optimizer="muon",
                weight_decay=0.01, ema=0.9995, validate_every=2000, save_every=1000,
            ),
            loss=ClipFlowLossConfig(shift=4.0), keep="int8",
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
            AutoencoderLossConfig(kl=0.3),
        ),
        "gan": Recipe(
            "gan", "", ("scenes:labelled",),
            PictureConfig(size=128, rows=16, license=DRAWINGS),
            TrainConfig(steps=6000, weight_decay=0.0, betas=(0.0, 0.99), ema=0.998),
            keep="int8", loss=GANLossConfig(near=10, near_steps=100_000, alone=2000),
        ),
    },
    # few enough drawings to learn all of them in an hour or two on one CPU core
    "animals": {
        "vae": Recipe(
            "vae", "small", ("scenes:labelled",),
            PictureConfig(size=128, rows=32, group="animal", license=DRAWINGS),
            TrainConfig(
                steps=900, learning_rate=1.2e-3, warmup=40, optimizer="muon", weight_decay=0.01,
                ema=0.99,
            ),
            {"bottleneck": "vector", "latent": 128, "labels": True}, "int8",
            AutoencoderLossConfig(kl=0.3),
        ),
        # best started --from a folder of "animals-alone"; regularized to drawings until the end
        "gan": Recipe(
            "gan", "", ("scenes:labelled",),
            PictureConfig(size=128, rows=24, group="animal", license=DRAWINGS),
            TrainConfig(
                steps=70, learning_rate=2e-4, warmup=10, weight_decay=0.0, betas=(0.0, 0.99),
                ema=0.97,
            ),
            keep="int8", loss=GANLossConfig(near=20, near_steps=100_000),
        ),
    },
    # first stage of a GAN: the generator alone is trained to reconstruct the drawings
    "animals-alone": {
        "gan": Recipe(
            "gan", "", ("scenes:labelled",),
            PictureConfig(size=128, rows=24, group="animal", license=DRAWINGS),
            TrainConfig(steps=900, warmup=40, optimizer="muon", weight_decay=0.0, ema=0.99),
            keep="int8", loss=GANLossConfig(near=10, near_steps=1800, alone=900),
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


# of `miaobi tune`: few steps at a low rate; "model" holds the options of LoRA
TUNING = Recipe(
    "lora",
    data=DataConfig(length=128, rows=8),
    train=TrainConfig(steps=200, learning_rate=5e-4, warmup=20, weight_decay=0.0),
    model={"rank": 8, "alpha": 16, "dropout": 0.0},
)


def find_recipe(family: str, preset: str) -> Recipe:
    """Find the recipe of a preset for a family of models. Raises OptionError."""
    presets = tuple(name for name, rows in RECIPES.items() if family in rows)
    check_choice("preset", preset, presets)
    return RECIPES[preset][family]
