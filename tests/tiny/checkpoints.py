"""Real checkpoints of a few thousand random weights, saved the way a downloaded one looks."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

CORPUS = [
    "the cat sat on the mat and ate a fish",
    "Once upon a time a dragon wrote letters to the sea, and the sea wrote back.",
    "你好，世界。今天天气很好。",
    '{"name": "value", "number": 123, "true": false, "null": []}',
] * 4
TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "<|{{ message['role'] }}|>{{ message['content'] }}\n"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
CHATML = (
    "{% for message in messages %}"
    "<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LAYOUTS = {"single": "1GB", "sharded": "10KB"}


def seeded(make: Callable[[], Any], seed: int = 0) -> Any:
    """What `make` makes with the same random weights in every run."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make().eval()


def byte_pieces(special: list[str]) -> Tokenizer:
    """Pieces of bytes, as GPT-2 and Qwen have them."""
    pieces = Tokenizer(models.BPE())
    pieces.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pieces.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    pieces.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=320, special_tokens=special, initial_alphabet=alphabet, show_progress=False
        ),
    )
    return pieces


def sentence_pieces(special: list[str], rest: list[str]) -> Tokenizer:
    """Pieces like sentencepiece's, as Llama and Mistral have them, and bytes for what they lack."""
    pieces = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    pieces.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    pieces.decoder = decoders.Sequence(
        [
            decoders.Replace("\u2581", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    pieces.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(vocab_size=420, special_tokens=special + rest, show_progress=False),
    )
    # the bytes are plain tokens in a real Llama, not special ones
    plain = json.loads(pieces.to_str())
    plain["added_tokens"] = [row for row in plain["added_tokens"] if row["content"] in special]
    return Tokenizer.from_str(json.dumps(plain))


def save_gpt2(folder: Path, size: str = LAYOUTS["single"], context: int = 128) -> Path:
    """A GPT-2 of byte pieces, without a chat template; wider than its tokenizer, as many are."""
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    pieces = byte_pieces(["<|endoftext|>"])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, eos_token="<|endoftext|>")
    config = GPT2Config(
        vocab_size=328,
        n_positions=context,
        n_embd=32,
        n_layer=2,
        n_head=2,
        initializer_range=0.6,
        bos_token_id=0,
        eos_token_id=0,
    )
    seeded(lambda: GPT2LMHeadModel(config)).save_pretrained(folder, max_shard_size=size)
    tokenizer.save_pretrained(folder)
    named(folder, "GPT2Tokenizer")
    return folder


def save_neox(folder: Path, size: str = LAYOUTS["single"]) -> Path:
    """A GPT-NeoX (Pythia) with the tokenizer of `save_gpt2`: a family that is not ours."""
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, PreTrainedTokenizerFast

    pieces = byte_pieces(["<|endoftext|>"])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, eos_token="<|endoftext|>")
    config = GPTNeoXConfig(
        vocab_size=328,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=128,
        initializer_range=0.6,
        bos_token_id=0,
        eos_token_id=0,
    )
    seeded(lambda: GPTNeoXForCausalLM(config)).save_pretrained(folder, max_shard_size=size)
    tokenizer.save_pretrained(folder)
    return folder


def save_llama(folder: Path, size: str = LAYOUTS["single"], kind: str = "llama") -> Path:
    """A Llama with sentencepiece-like pieces, bytes for what they lack, and a chat template."""
    from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

    rest = [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = sentence_pieces(["<unk>", "<s>", "</s>", "<|user|>", "<|assistant|>"], rest)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        chat_template=TEMPLATE,
    )
    config = AutoConfig.for_model(
        kind,
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        initializer_range=0.6,
        bos_token_id=1,
        eos_token_id=2,
    )
    network = seeded(lambda: AutoModelForCausalLM.from_config(config))
    # half characters are as rare as in a trained model: their spelling depends on their neighbors
    with torch.no_grad():
        network.lm_head.weight[tokenizer.convert_tokens_to_ids(rest)] = 0
    network.save_pretrained(folder, max_shard_size=size)
    tokenizer.save_pretrained(folder)
    return folder


def save_mistral(folder: Path, size: str = LAYOUTS["single"]) -> Path:
    """A Mistral with all that `save_llama` has: a family that is not ours, with a template."""
    return save_llama(folder, size, "mistral")


def save_qwen2(folder: Path, size: str = LAYOUTS["single"], kind: str = "qwen2") -> Path:
    """A Qwen of byte pieces with a chat template and two end tokens."""
    from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

    pieces = byte_pieces(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pieces,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        chat_template=CHATML,
    )
    config = AutoConfig.for_model(
        kind,
        vocab_size=336,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=128,
        initializer_range=0.6,
        bos_token_id=0,
        eos_token_id=2,
        tie_word_embeddings=True,
    )
    network = seeded(lambda: AutoModelForCausalLM.from_config(config))
    network.generation_config.eos_token_id = [2, 0]
    network.save_pretrained(folder, max_shard_size=size)
    tokenizer.save_pretrained(folder)
    named(folder, "Qwen2Tokenizer")
    return folder


def save_qwen3(folder: Path, size: str = LAYOUTS["single"]) -> Path:
    """A Qwen3: Qwen2 with normalized queries and keys."""
    return save_qwen2(folder, size, "qwen3")


OURS = {"gpt2": save_gpt2, "llama": save_llama, "qwen2": save_qwen2, "qwen3": save_qwen3}
STRANGERS = {"gpt_neox": save_neox, "mistral": save_mistral}  # not ours: through transformers
TEXT = {**OURS, **STRANGERS}


def save_own(folder: Path, kind: str, tokenizer: str = "bpe") -> Path:
    """A checkpoint as training leaves it: kind is "learned", "rotary", "lstm" or "gru"."""
    from miaobi.models import checkpoint
    from miaobi.models.gpt import GPT, GPTConfig, preset
    from miaobi.models.rnn import RNN, RNNConfig
    from miaobi.models.tokenizer import train_tokenizer

    words = train_tokenizer(CORPUS, tokenizer, 330)
    vocab = words.get_vocab_size()
    small = {"width": 32, "layers": 2, "heads": 2, "kv_heads": 2, "head_width": 16, "hidden": 64}
    makers: dict[str, Callable[[], Any]] = {
        "learned": lambda: GPT(GPTConfig(vocab=vocab, context=128, **small)),  # type: ignore[arg-type]
        "rotary": lambda: GPT(replace(preset(vocab, "tiny", 128), **small)),
        "lstm": lambda: RNN(RNNConfig(vocab=vocab, width=32)),
        "gru": lambda: RNN(RNNConfig(vocab=vocab, width=32, layers=1, cell="gru", tied=False)),
    }
    network = seeded(makers[kind])
    for parameter in network.parameters():  # untrained ones have no opinion
        parameter.data *= 6 if kind in ("learned", "rotary") and parameter.dim() > 1 else 1
        parameter.data *= 4 if kind in ("lstm", "gru") else 1
    checkpoint.save(network, folder)
    words.save(str(folder / "tokenizer.json"))
    return folder


OWN = ("learned", "rotary", "lstm", "gru")  # as in tests.tiny.fixtures


def named(folder: Path, tokenizer: str) -> None:
    """Write the class of the tokenizer as an author's own files have it."""
    rewrite(folder / "tokenizer_config.json", tokenizer_class=tokenizer)


def rewrite(path: Path, **values: Any) -> None:
    """Change some values of a JSON file."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def save_vits(folder: Path, size: str = LAYOUTS["single"], speakers: int = 1) -> Path:
    """An MMS-TTS: letters without digits, weight names as its authors' PyTorch wrote them."""
    from safetensors.torch import load_file, save_file
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    folder.mkdir()
    letters = {char: number for number, char in enumerate("k'zabcdefghijlmnopqrstuvwxy ")}
    vocabulary = {**letters, "<unk>": len(letters)}
    (folder / "letters.json").write_text(json.dumps(vocabulary))
    tokenizer = VitsTokenizer(
        str(folder / "letters.json"),
        language="eng",
        phonemize=False,
        pad_token="k",
        is_uroman=False,
    )
    (folder / "letters.json").unlink()
    config = VitsConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        ffn_dim=16,
        flow_size=16,
        spectrogram_bins=8,
        upsample_initial_channel=16,
        upsample_rates=[4, 4],
        upsample_kernel_sizes=[8, 8],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        depth_separable_num_layers=1,
        duration_predictor_filter_channels=16,
        duration_predictor_num_flows=2,
        prior_encoder_num_flows=1,
        prior_encoder_num_wavenet_layers=1,
        posterior_encoder_num_wavenet_layers=1,
        num_speakers=speakers,
        speaker_embedding_size=8 if speakers > 1 else 0,
        sampling_rate=16000,
    )
    seeded(lambda: VitsModel(config)).save_pretrained(folder, max_shard_size=size)
    tokenizer.save_pretrained(folder)
    old = {
        "parametrizations.weight.original0": "weight_g",
        "parametrizations.weight.original1": "weight_v",
    }

    def renamed(name: str) -> str:
        return next((name.replace(new, was) for new, was in old.items() if new in name), name)

    for part in folder.glob("*.safetensors"):
        weights = {renamed(name): weight for name, weight in load_file(part).items()}
        save_file(weights, part, {"format": "pt"})
    index = folder / "model.safetensors.index.json"
    if index.exists():
        parts = json.loads(index.read_text())["weight_map"]
        rewrite(index, weight_map={renamed(name): part for name, part in parts.items()})
    return folder


def save_speecht5(folder: Path, size: str = LAYOUTS["single"]) -> Path:
    """A SpeechT5 with its sentencepiece file of characters, and a vocoder in its subfolder."""
    from transformers import (
        SpeechT5Config,
        SpeechT5ForTextToSpeech,
        SpeechT5HifiGan,
        SpeechT5HifiGanConfig,
    )
    from transformers.convert_slow_tokenizer import import_protobuf

    proto = import_protobuf().ModelProto()
    for piece, kind in [("<s>", 3), ("<pad>", 3), ("</s>", 3), ("<unk>", 2)]:
        proto.pieces.add(piece=piece, score=0, type=kind)
    for number, char in enumerate(
        "\u2581etaonihsrdlumcwfgypbvk.,'?!xjqzETAONIHSRDLUMCWFGYPBVKXJQZ"
    ):
        proto.pieces.add(piece=char, score=-float(number), type=1)
    config = SpeechT5Config(
        vocab_size=len(proto.pieces),
        hidden_size=16,
        encoder_layers=1,
        encoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=16,
        num_mel_bins=8,
        speech_decoder_prenet_units=16,
        speech_decoder_postnet_layers=2,
        speech_decoder_postnet_units=16,
        num_conv_pos_embedding_groups=2,
        conv_dim=[8],
        conv_stride=[5],
        conv_kernel=[10],
        max_speech_positions=900,
        max_text_positions=400,
    )
    vocoder = SpeechT5HifiGanConfig(
        model_in_dim=8,
        sampling_rate=16000,
        upsample_initial_channel=8,
        upsample_rates=[4, 4],
        upsample_kernel_sizes=[8, 8],
        resblock_kernel_sizes=[3],
        resblock_dilation_sizes=[[1, 3]],
        initializer_range=0.3,
    )
    network = seeded(lambda: SpeechT5ForTextToSpeech(config))
    network.speech_decoder_postnet.prob_out.bias.data -= 10  # speaks as long as it may
    network.save_pretrained(folder, max_shard_size=size)
    seeded(lambda: SpeechT5HifiGan(vocoder)).save_pretrained(
        folder / "vocoder", max_shard_size=size
    )
    (folder / "spm_char.model").write_bytes(proto.SerializeToString())
    return folder


def save_bark(folder: Path, size: str = LAYOUTS["single"]) -> Path:
    """A Bark whose three models and codec have the shapes of the real ones, and one voice."""
    import numpy as np
    from tokenizers import processors
    from transformers import BarkConfig, BarkModel, PreTrainedTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyz.,!?"
    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters)]
    words = Tokenizer(
        models.WordPiece({piece: number for number, piece in enumerate(known)}, unk_token="[UNK]")
    )
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]"
    )
    small = {
        "num_layers": 1,
        "num_heads": 2,
        "hidden_size": 16,
        "block_size": 64,
        "bias": True,
        "initializer_range": 0.5,
    }
    config = BarkConfig(
        semantic_config={**small, "input_vocab_size": 130, "output_vocab_size": 40},
        coarse_acoustics_config={**small, "input_vocab_size": 60, "output_vocab_size": 60},
        fine_acoustics_config={
            **small,
            "input_vocab_size": 12,
            "output_vocab_size": 12,
            "n_codes_total": 4,
        },
        codec_config={
            "model_type": "encodec",
            "hidden_size": 8,
            "num_filters": 4,
            "upsampling_ratios": [4, 2],
            "codebook_size": 8,
            "num_lstm_layers": 1,
            "target_bandwidths": [150.0],
            "sampling_rate": 24000,
        },
    )
    network = seeded(lambda: BarkModel(config))
    books = torch.linspace(-3, 3, 64).view(8, 8)
    for layer in network.codec_model.quantizer.layers:
        layer.codebook.embed.copy_(books)  # untrained they are zero: every code sounds the same
    network.semantic.lm_head.weight.data[30] = 0  # it seldom ends at once
    network.save_pretrained(folder, max_shard_size=size)
    tokenizer.save_pretrained(folder)
    generation = {
        "model_type": "bark",
        "sample_rate": 24000,
        "codebook_size": 8,
        "semantic_config": {
            "do_sample": True,
            "temperature": 0.7,
            "max_new_tokens": 12,
            "eos_token_id": 30,
            "semantic_vocab_size": 30,
            "text_encoding_offset": 31,
            "text_pad_token": 128,
            "semantic_infer_token": 129,
            "max_input_semantic_length": 16,
            "semantic_rate_hz": 50,
        },
        "coarse_acoustics_config": {
            "do_sample": True,
            "temperature": 0.7,
            "coarse_semantic_pad_token": 46,
            "coarse_rate_hz": 75,
            "n_coarse_codebooks": 2,
            "coarse_infer_token": 47,
            "max_coarse_input_length": 16,
            "max_coarse_history": 24,
            "sliding_window_len": 12,
        },
        "fine_acoustics_config": {
            "temperature": 0.5,
            "max_fine_history_length": 16,
            "max_fine_input_length": 32,
            "n_fine_codebooks": 4,
        },
    }
    (folder / "generation_config.json").write_text(json.dumps(generation))
    prompts = {
        "semantic": np.arange(12) % 30,
        "coarse": np.ones((2, 18), int),
        "fine": np.ones((4, 9), int),
    }
    (folder / "speaker_embeddings" / "v2").mkdir(parents=True)
    table = {}
    for kind, codes in prompts.items():
        table[f"{kind}_prompt"] = f"speaker_embeddings/v2/en_speaker_0_{kind}_prompt.npy"
        np.save(folder / table[f"{kind}_prompt"], codes)
    (folder / "speaker_embeddings_path.json").write_text(
        json.dumps({"repo_or_path": "suno/bark", "v2/en_speaker_0": table})
    )
    return folder


SPEECH = {"vits": save_vits, "speecht5": save_speecht5, "bark": save_bark}
