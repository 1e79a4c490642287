"""Real sound models of a few thousand random weights, saved as downloaded ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from tests.tiny.checkpoints import LAYOUTS, byte_pieces, seeded
from tests.tiny.video_pipelines import WORDS, t5, t5_tokenizer


def save_musicgen(
    folder: Path, size: str = LAYOUTS["single"], channels: int = 1, melody: bool = False
) -> Path:
    """MusicGen: T5, a decoder of four books of codes, EnCodec at 50 frames a second."""
    import transformers as t

    words = t.T5Config(
        vocab_size=128,
        d_model=WORDS,
        d_kv=8,
        d_ff=37,
        num_layers=1,
        num_heads=4,
        decoder_start_token_id=0,
    )
    codec = t.EncodecConfig(
        target_bandwidths=[6.4],
        sampling_rate=1600,
        audio_channels=1,
        hidden_size=16,
        num_filters=4,
        num_residual_layers=1,
        upsampling_ratios=[8, 4],
        codebook_size=64,
        codebook_dim=16,
        num_lstm_layers=1,
        norm_type="weight_norm",
        use_causal_conv=False,
    )
    family = "MusicgenMelody" if melody else "Musicgen"
    decoder = getattr(t, f"{family}DecoderConfig")(
        vocab_size=64,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=4,
        ffn_dim=32,
        num_codebooks=4 * channels,
        max_position_embeddings=256,
        audio_channels=channels,
        pad_token_id=64,
        bos_token_id=64,
    )
    config = getattr(t, f"{family}Config")(
        text_encoder=words.to_dict(), audio_encoder=codec.to_dict(), decoder=decoder.to_dict()
    )
    network = seeded(lambda: getattr(t, f"{family}ForConditionalGeneration")(config))
    draw = torch.Generator().manual_seed(1)
    with torch.no_grad():  # transformers begins with empty books and a decoder that hardly reads
        for name, weight in (*network.named_buffers(), *network.named_parameters()):
            if name.endswith(("codebook.embed", "enc_to_dec_proj.weight")) or "lm_heads" in name:
                weight.normal_(generator=draw)
    network.generation_config = t.GenerationConfig(
        do_sample=True,
        guidance_scale=3.0,
        max_length=1500,
        decoder_start_token_id=64,
        bos_token_id=64,
        pad_token_id=64,
    )
    network.save_pretrained(folder, max_shard_size=size)
    t5_tokenizer(folder).save_pretrained(folder)
    return folder


def save_audioldm2(folder: Path) -> Path:
    """AudioLDM 2: CLAP and T5, a GPT-2 between them and the U-Net, spectrograms, HiFi-GAN."""
    import diffusers as d
    import transformers as t
    from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
        AudioLDM2ProjectionModel,
        AudioLDM2UNet2DConditionModel,
    )

    unet = seeded(
        lambda: AudioLDM2UNet2DConditionModel(
            block_out_channels=(8, 16),
            layers_per_block=1,
            norm_num_groups=8,
            sample_size=32,
            in_channels=4,
            out_channels=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=(8, 16),
        )
    )
    vae = seeded(
        lambda: d.AutoencoderKL(
            block_out_channels=(8, 16),
            in_channels=1,
            out_channels=1,
            norm_num_groups=8,
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            latent_channels=4,
        )
    )
    words = {
        "hidden_size": 8,
        "intermediate_size": 16,
        "num_attention_heads": 1,
        "num_hidden_layers": 1,
        "vocab_size": 320,
        "projection_dim": 8,
    }
    heard = {
        "spec_size": 8,
        "window_size": 4,
        "num_mel_bins": 8,
        "intermediate_size": 16,
        "depths": [1, 1],
        "num_attention_heads": [1, 1],
        "num_hidden_layers": 1,
        "hidden_size": 192,
        "projection_dim": 8,
        "patch_size": 2,
        "patch_stride": 2,
        "patch_embed_input_channels": 4,
    }
    clap = t.ClapConfig(text_config=words, audio_config=heard, projection_dim=16)
    between = t.GPT2Config(n_embd=16, n_head=1, n_layer=1, vocab_size=100, n_positions=128)
    between.max_new_tokens = 8
    vocoder = t.SpeechT5HifiGanConfig(
        model_in_dim=8,
        sampling_rate=16_000,
        upsample_initial_channel=16,
        upsample_rates=[8, 4],
        upsample_kernel_sizes=[16, 8],
        resblock_kernel_sizes=[3, 7],
        resblock_dilation_sizes=[[1, 3], [1, 3]],
        normalize_before=False,
    )
    pieces = byte_pieces(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    letters = t5_tokenizer(folder.with_name(folder.name + "-words"))
    letters.model_max_length = 512
    d.AudioLDM2Pipeline(
        vae=vae,
        unet=unet,
        text_encoder=seeded(lambda: t.ClapModel(clap)),
        text_encoder_2=t5(),
        tokenizer=t.RobertaTokenizerFast(
            vocab=dict(pieces.get_vocab()), merges=[], model_max_length=77
        ),
        tokenizer_2=letters,
        language_model=seeded(lambda: t.GPT2Model(between)),
        projection_model=seeded(
            lambda: AudioLDM2ProjectionModel(
                text_encoder_dim=16, text_encoder_1_dim=WORDS, langauge_model_dim=16
            )
        ),
        feature_extractor=t.ClapFeatureExtractor(),
        vocoder=seeded(lambda: t.SpeechT5HifiGan(vocoder)),
        scheduler=d.DDIMScheduler(
            beta_start=0.0015,
            beta_end=0.0195,
            beta_schedule="scaled_linear",
            clip_sample=False,
            set_alpha_to_one=False,
        ),
    ).save_pretrained(folder)
    return folder


def oobleck(rate: int, ratios: list[int], channels: int) -> Any:
    """The autoencoder of Stable Audio and ACE-Step: waves in stereo."""
    from diffusers import AutoencoderOobleck

    return seeded(
        lambda: AutoencoderOobleck(
            encoder_hidden_size=6,
            downsampling_ratios=ratios,
            decoder_channels=3,
            decoder_input_channels=channels,
            audio_channels=2,
            channel_multiples=[2, 4],
            sampling_rate=rate,
        )
    )


def save_stable_audio(folder: Path) -> Path:
    """Stable Audio Open, with the scheduler that it names; its window is 2.56 seconds here."""
    import diffusers as d
    from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel

    tokenizer = t5_tokenizer(folder.with_name(folder.name + "-words"))
    tokenizer.model_max_length = 24
    d.StableAudioPipeline(
        vae=oobleck(400, [2, 4], 3),
        text_encoder=t5(),
        tokenizer=tokenizer,
        projection_model=seeded(
            lambda: StableAudioProjectionModel(
                text_encoder_dim=WORDS, conditioning_dim=4, min_value=0, max_value=32
            )
        ),
        transformer=seeded(
            lambda: d.StableAudioDiTModel(
                sample_size=128,
                in_channels=3,
                num_layers=1,
                attention_head_dim=4,
                num_attention_heads=2,
                num_key_value_attention_heads=2,
                out_channels=3,
                cross_attention_dim=4,
                time_proj_dim=8,
                global_states_input_dim=8,
                cross_attention_input_dim=4,
            )
        ),
        scheduler=d.EDMDPMSolverMultistepScheduler(),
    ).save_pretrained(folder)
    index = json.loads((folder / "model_index.json").read_text())
    index["scheduler"][1] = "CosineDPMSolverMultistepScheduler"
    (folder / "model_index.json").write_text(json.dumps(index))
    told = {
        "_class_name": index["scheduler"][1],
        "sigma_min": 0.3,
        "sigma_max": 500,
        "sigma_data": 1.0,
        "sigma_schedule": "exponential",
        "num_train_timesteps": 1000,
        "solver_order": 2,
        "prediction_type": "v_prediction",
        "rho": 7.0,
        "solver_type": "midpoint",
        "lower_order_final": True,
        "euler_at_final": False,
        "final_sigmas_type": "zero",
    }
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(told))
    return folder


def save_ace_step(folder: Path, turbo: bool = False) -> Path:
    """ACE-Step 1.5: Qwen3 reads words and lyrics, flow matching on latents in stereo."""
    import diffusers as d
    import transformers as t
    from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder

    pieces = byte_pieces(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    qwen = t.Qwen3Config(
        vocab_size=320,
        hidden_size=WORDS,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=512,
    )
    shape = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
    }
    d.AceStepPipeline(
        vae=oobleck(480, [4, 6], 8),
        text_encoder=seeded(lambda: t.Qwen3Model(qwen)),
        tokenizer=t.Qwen2TokenizerFast(tokenizer_object=pieces, pad_token="<|endoftext|>"),
        transformer=seeded(
            lambda: d.AceStepTransformer1DModel(
                **shape,
                num_hidden_layers=1,
                in_channels=24,
                audio_acoustic_hidden_dim=8,
                is_turbo=turbo,
            )
        ),
        condition_encoder=seeded(
            lambda: AceStepConditionEncoder(
                **shape,
                text_hidden_dim=WORDS,
                timbre_hidden_dim=8,
                num_lyric_encoder_hidden_layers=1,
                num_timbre_encoder_hidden_layers=1,
            )
        ),
        scheduler=d.FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
    ).save_pretrained(folder)
    return folder


MODELS: dict[str, Callable[[Path], Path]] = {
    "musicgen": save_musicgen,
    "audioldm2": save_audioldm2,
    "stable-audio": save_stable_audio,
    "ace-step": save_ace_step,
}
