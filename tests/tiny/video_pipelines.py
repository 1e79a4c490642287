"""Real video pipelines of diffusers, of a few thousand random weights, saved as downloaded ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.tiny.checkpoints import seeded
from tests.tiny.pipelines import BETAS, clip_text, clip_tokenizer, vae

WORDS = 32  # the width of a prompt's words


def t5_tokenizer(folder: Path) -> Any:
    """A tokenizer of the kind T5 has, that knows letters."""
    from tokenizers import Tokenizer, models
    from transformers import T5TokenizerFast

    letters = [chr(code) for code in range(33, 127)]
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -2.0)]
    vocab += [(letter, -3.0) for letter in letters]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tokenizer.json"
    Tokenizer(models.Unigram(vocab, unk_id=2)).save(str(path))
    return T5TokenizerFast(tokenizer_file=str(path), extra_ids=0)


def t5() -> Any:
    """The encoder of a T5."""
    from transformers import T5Config, T5EncoderModel

    config = T5Config(vocab_size=128, d_model=WORDS, d_kv=8, d_ff=37, num_layers=1, num_heads=4)
    return seeded(lambda: T5EncoderModel(config))


def save_ltx(folder: Path) -> Path:
    """LTX-Video: a clip is compressed hard, its Transformer sees packed tokens."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    transformer = seeded(
        lambda: LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            patch_size=1,
            patch_size_t=1,
            num_attention_heads=4,
            attention_head_dim=8,
            cross_attention_dim=32,
            num_layers=1,
            caption_channels=WORDS,
        )
    )
    autoencoder = seeded(
        lambda: AutoencoderKLLTXVideo(
            latent_channels=8,
            block_out_channels=(8, 8, 8, 8),
            decoder_block_out_channels=(8, 8, 8, 8),
            layers_per_block=(1, 1, 1, 1, 1),
            decoder_layers_per_block=(1, 1, 1, 1, 1),
            spatio_temporal_scaling=(True, True, False, False),
            decoder_spatio_temporal_scaling=(True, True, False, False),
            decoder_inject_noise=(False, False, False, False, False),
            upsample_residual=(False, False, False, False),
            upsample_factor=(1, 1, 1, 1),
            timestep_conditioning=False,
            patch_size=1,
            patch_size_t=1,
            encoder_causal=True,
            decoder_causal=False,
        )
    )
    LTXPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=autoencoder,
        text_encoder=t5(),
        tokenizer=t5_tokenizer(folder.with_name(folder.name + "-words")),
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


def save_wan(folder: Path) -> Path:
    """Wan 2: a causal autoencoder of clips, a Transformer with patches of three axes."""
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanPipeline,
        WanTransformer3DModel,
    )
    from transformers import UMT5Config, UMT5EncoderModel

    autoencoder = seeded(
        lambda: AutoencoderKLWan(
            base_dim=3,
            z_dim=16,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
        )
    )
    transformer = seeded(
        lambda: WanTransformer3DModel(
            patch_size=(1, 2, 2),
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=16,
            out_channels=16,
            text_dim=WORDS,
            freq_dim=32,
            ffn_dim=32,
            num_layers=1,
            cross_attn_norm=True,
            qk_norm="rms_norm_across_heads",
            rope_max_seq_len=32,
        )
    )
    words = UMT5Config(vocab_size=128, d_model=WORDS, d_kv=8, d_ff=37, num_layers=1, num_heads=4)
    WanPipeline(
        tokenizer=t5_tokenizer(folder.with_name(folder.name + "-words")),
        text_encoder=seeded(lambda: UMT5EncoderModel(words)),
        vae=autoencoder,
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
    ).save_pretrained(folder)
    return folder


def _cogvideox_parts(folder: Path, channels: int) -> dict[str, Any]:
    from diffusers import (
        AutoencoderKLCogVideoX,
        CogVideoXDDIMScheduler,
        CogVideoXTransformer3DModel,
    )

    transformer = seeded(
        lambda: CogVideoXTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=16,
            in_channels=channels,
            out_channels=4,
            time_embed_dim=2,
            text_embed_dim=WORDS,
            num_layers=1,
            sample_width=2,
            sample_height=2,
            sample_frames=9,
            patch_size=2,
            temporal_compression_ratio=4,
            max_text_seq_length=16,
            use_rotary_positional_embeddings=True,
        )
    )
    autoencoder = seeded(
        lambda: AutoencoderKLCogVideoX(
            in_channels=3,
            out_channels=3,
            down_block_types=("CogVideoXDownBlock3D",) * 4,
            up_block_types=("CogVideoXUpBlock3D",) * 4,
            block_out_channels=(8, 8, 8, 8),
            latent_channels=4,
            layers_per_block=1,
            norm_num_groups=2,
            temporal_compression_ratio=4,
        )
    )
    return {
        "tokenizer": t5_tokenizer(folder.with_name(folder.name + "-words")),
        "text_encoder": t5(),
        "vae": autoencoder,
        "transformer": transformer,
        "scheduler": CogVideoXDDIMScheduler(),
    }


def save_cogvideox(folder: Path) -> Path:
    """CogVideoX from words."""
    from diffusers import CogVideoXPipeline

    CogVideoXPipeline(**_cogvideox_parts(folder, 4)).save_pretrained(folder)
    return folder


def save_cogvideox_image(folder: Path) -> Path:
    """CogVideoX from a first frame: its Transformer takes twice the channels."""
    from diffusers import CogVideoXImageToVideoPipeline

    CogVideoXImageToVideoPipeline(**_cogvideox_parts(folder, 8)).save_pretrained(folder)
    return folder


def save_animatediff(folder: Path) -> Path:
    """AnimateDiff: Stable Diffusion 1 with layers of motion between its own."""
    from diffusers import AnimateDiffPipeline, DDIMScheduler, MotionAdapter, UNet2DConditionModel

    unet = seeded(
        lambda: UNet2DConditionModel(
            block_out_channels=(8, 8),
            layers_per_block=1,
            sample_size=8,
            in_channels=4,
            out_channels=4,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=WORDS,
            norm_num_groups=2,
        )
    )
    adapter = seeded(
        lambda: MotionAdapter(
            block_out_channels=(8, 8),
            motion_layers_per_block=1,
            motion_norm_num_groups=2,
            motion_num_attention_heads=2,
        )
    )
    AnimateDiffPipeline(
        vae=vae(blocks=4),
        text_encoder=clip_text(),
        unet=unet,
        motion_adapter=adapter,
        tokenizer=clip_tokenizer(folder.with_name(folder.name + "-words")),
        scheduler=DDIMScheduler(**BETAS, clip_sample=False),
    ).save_pretrained(folder)
    return folder


def llama_tokenizer(folder: Path) -> Any:
    """Pieces of bytes, learned of what HunyuanVideo says around every prompt."""
    from diffusers.pipelines.hunyuan_video.pipeline_hunyuan_video import DEFAULT_PROMPT_TEMPLATE
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import LlamaTokenizerFast

    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.train_from_iterator(
        [DEFAULT_PROMPT_TEMPLATE["template"]] * 3,
        trainers.BpeTrainer(
            vocab_size=600,
            special_tokens=["<unk>", "<s>", "</s>", "<pad>"],
            show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    folder.mkdir(parents=True, exist_ok=True)
    pieces.save(str(folder / "tokenizer.json"))
    return LlamaTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), pad_token="<pad>")


def save_hunyuan(folder: Path) -> Path:
    """HunyuanVideo: two encoders of words, streams of words and clip side by side, then joined."""
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from transformers import LlamaConfig, LlamaModel

    transformer = seeded(
        lambda: HunyuanVideoTransformer3DModel(
            in_channels=4,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=10,
            num_layers=1,
            num_single_layers=1,
            num_refiner_layers=1,
            patch_size=1,
            patch_size_t=1,
            guidance_embeds=True,
            text_embed_dim=WORDS,
            pooled_projection_dim=WORDS,
            rope_axes_dim=(2, 4, 4),
        )
    )
    autoencoder = seeded(
        lambda: AutoencoderKLHunyuanVideo(
            latent_channels=4,
            down_block_types=("HunyuanVideoDownBlock3D",) * 4,
            up_block_types=("HunyuanVideoUpBlock3D",) * 4,
            block_out_channels=(8, 8, 8, 8),
            layers_per_block=1,
            norm_num_groups=4,
            spatial_compression_ratio=8,
            temporal_compression_ratio=4,
        )
    )
    words = LlamaConfig(
        vocab_size=600,
        hidden_size=WORDS,
        intermediate_size=37,
        num_hidden_layers=3,
        num_attention_heads=4,
    )
    place = folder.with_name(folder.name + "-words")
    HunyuanVideoPipeline(
        text_encoder=seeded(lambda: LlamaModel(words)),
        tokenizer=llama_tokenizer(place / "1"),
        transformer=transformer,
        vae=autoencoder,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder_2=clip_text(),
        tokenizer_2=clip_tokenizer(place / "2"),
    ).save_pretrained(folder)
    return folder


PIPELINES: dict[str, Callable[[Path], Path]] = {
    "ltx": save_ltx,
    "wan": save_wan,
    "cogvideox": save_cogvideox,
    "animatediff": save_animatediff,
    "hunyuan": save_hunyuan,
}
