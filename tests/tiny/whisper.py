"""A real Whisper of a few thousand random weights, saved as openai/whisper-… is."""

from pathlib import Path

import torch
from tokenizers import AddedToken

from tests.tiny.checkpoints import LAYOUTS, byte_pieces, seeded

LANGUAGES = ("en", "zh", "de", "yue")


def save_whisper(folder: Path, size: str = LAYOUTS["single"], mels: int = 80) -> Path:
    """Two layers each, the special tokens in their order, time tokens to 30 seconds."""
    import transformers as t

    pieces = byte_pieces(["<|endoftext|>"])
    rest = [
        "<|startoftranscript|>",
        *(f"<|{name}|>" for name in LANGUAGES),
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nospeech|>",
        "<|notimestamps|>",
    ]
    pieces.add_special_tokens([AddedToken(word, special=True) for word in rest])
    times = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]
    pieces.add_tokens([AddedToken(word, normalized=False) for word in times])
    tokenizer = t.WhisperTokenizerFast(tokenizer_object=pieces)
    at = pieces.token_to_id
    config = t.WhisperConfig(
        vocab_size=pieces.get_vocab_size(),
        num_mel_bins=mels,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_target_positions=448,
        decoder_start_token_id=at(rest[0]),
        pad_token_id=0,
        bos_token_id=0,
        eos_token_id=0,
        suppress_tokens=[],
        begin_suppress_tokens=[],
    )
    network = seeded(lambda: t.WhisperForConditionalGeneration(config))
    draw = torch.Generator().manual_seed(1)
    with torch.no_grad():
        network.model.decoder.embed_tokens.weight.normal_(generator=draw)
    network.generation_config = t.GenerationConfig(
        alignment_heads=[[1, 0]],
        suppress_tokens=[],
        begin_suppress_tokens=[0],
        lang_to_id={f"<|{name}|>": at(f"<|{name}|>") for name in LANGUAGES},
        task_to_id={"transcribe": at("<|transcribe|>"), "translate": at("<|translate|>")},
        no_timestamps_token_id=at("<|notimestamps|>"),
        decoder_start_token_id=at(rest[0]),
        is_multilingual=True,
        pad_token_id=0,
        eos_token_id=0,
    )
    network.save_pretrained(folder, max_shard_size=size)
    tokenizer.save_pretrained(folder)
    t.WhisperFeatureExtractor(feature_size=mels).save_pretrained(folder)
    return folder
