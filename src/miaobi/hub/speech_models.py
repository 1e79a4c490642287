"""Speech models of transformers: VITS, SpeechT5 and Bark behind one interface.

    sentence --VITS, SpeechT5 or Bark--> samples (T,) in [-1, 1]

VITS (Kim et al., 2021), also in MMS-TTS with its 1,100 languages; SpeechT5 (Ao et al., 2021) with
a HiFi-GAN vocoder; Bark (Suno, 2023).
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from miaobi.core.errors import EngineError, ModelFileError, NotFoundError, OptionError
from miaobi.hub.files import checkpoint_folder, fetch_files
from miaobi.hub.inference import first_line
from miaobi.hub.loading import load_model, load_tokenizer
from miaobi.hub.sentencepiece import CharacterTokenizer, unknown_characters
from miaobi.models.zoo import Model
from miaobi.speech.speaker import check_voice

if TYPE_CHECKING:
    from torch import Tensor

VOCODER = "microsoft/speecht5_hifigan"
BARK_VOICES = "speaker_embeddings_path.json"  # voice -> the files of its three prompts
BARK_PROMPTS = {"semantic_prompt": 1, "coarse_prompt": 2, "fine_prompt": 2}  # -> dimensions
NORMALIZED_LANGUAGES = ("en", "eng", "zh", "cmn")  # languages with normalization rules
Voice = TypeVar("Voice")


class SpeechModel(Protocol[Voice]):
    """A family of speech models; `Voice` is its representation of a speaker."""

    rate: int  # Hz
    max_chars: int  # characters of a sentence
    has_speed: bool  # the network has a speaking rate; otherwise the output is time-stretched
    normalizes: bool  # numbers have to be spelled out for it

    def get_voice(self, name: str) -> Voice:
        """Return the voice of a name; "" is the default. Raises NotFoundError or OptionError."""

    def synthesize(self, sentence: str, voice: Voice, speed: float) -> "Tensor":
        """Synthesize a sentence as samples (T,). Raises PromptError or EngineError."""


class Vits:
    """VITS: characters to samples end to end; a voice is a speaker id, or None."""

    has_speed = True
    max_chars = 200

    def __init__(self, folder: Path, model: Model) -> None:
        from transformers import VitsModel

        self.name = model.name
        self.tokenizer = load_tokenizer(folder)
        self.network = load_model(VitsModel, folder)
        self.rate = int(self.network.config.sampling_rate)
        self.normalizes = self.tokenizer.language in NORMALIZED_LANGUAGES

    def get_voice(self, name: str) -> int | None:
        """Return the id of a speaker. Raises NotFoundError."""
        speakers = self.network.config.num_speakers
        ids = tuple(str(number) for number in range(speakers)) if speakers > 1 else ()
        _check_voice(name, ids, self.name)
        return int(name or 0) if ids else None

    def synthesize(self, sentence: str, voice: int | None, speed: float) -> "Tensor":
        """Synthesize a sentence as samples (T,). Raises PromptError or EngineError."""
        try:
            characters, _ = self.tokenizer.prepare_for_tokenization(sentence)
        except ImportError as error:
            raise EngineError(
                "{model} cannot be used here: {reason}.",
                "Use an MMS-TTS model, or kokoro-82m.",
                model=self.name,
                reason=first_line(error),
            ) from error
        if not characters.strip():
            raise unknown_characters(self.name, sentence)
        inputs = self.tokenizer(sentence, return_tensors="pt").to(self.network.device)
        rate = self.network.config.speaking_rate * speed
        samples: Tensor = self.network(**inputs, speaker_id=voice, speaking_rate=rate).waveform[0]
        return samples


class SpeechT5:
    """SpeechT5: characters to a mel spectrogram to samples; a voice is an x-vector (1, 512)."""

    has_speed = False
    normalizes = True  # its vocabulary has no digits
    max_chars = 150

    def __init__(self, folder: Path, model: Model) -> None:
        from transformers import SpeechT5ForTextToSpeech, SpeechT5HifiGan

        self.name = model.name
        self.tokenizer = CharacterTokenizer(folder / "spm_char.model")
        self.network = load_model(SpeechT5ForTextToSpeech, folder)
        subfolder = folder / "vocoder"
        try:
            vocoder = checkpoint_folder(str(subfolder) if subfolder.is_dir() else VOCODER)
        except ModelFileError as error:
            raise ModelFileError(
                "{model} needs a vocoder. {reason}",
                "Give a local folder that has one with safetensors in its subfolder vocoder.",
                model=model.name,
                reason=error,
            ) from error
        self.vocoder = load_model(SpeechT5HifiGan, vocoder)
        self.rate = int(self.vocoder.config.sampling_rate)

    def get_voice(self, name: str) -> "Tensor":
        """Read a speaker embedding (1, D) from a .npy file; "" is zeros, as in transformers' docs.

        Raises NotFoundError or OptionError.
        """
        import numpy as np
        import torch

        size = self.network.config.speaker_embedding_dim
        if not name:
            return torch.zeros(1, size)
        path = Path(name).expanduser()
        if not path.is_file():
            raise NotFoundError(
                "{model} has no voice {voice!r}.",
                "Leave it out, or give a .npy file with an x-vector of {size} numbers.",
                model=self.name,
                voice=name,
                size=size,
            )
        try:
            vector = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, OSError, EOFError):
            vector = None
        if getattr(vector, "shape", None) != (size,) or vector.dtype.kind != "f":
            raise OptionError(
                "{path} is not a speaker embedding.",
                "It has to be a .npy file with {size} float32 numbers.",
                path=path,
                size=size,
            )
        return torch.from_numpy(np.array(vector, np.float32))[None]

    def synthesize(self, sentence: str, voice: "Tensor", speed: float) -> "Tensor":
        """Synthesize a sentence as samples (T,); the speed is ignored. Raises PromptError."""
        import torch

        tokens = self.tokenizer.encode(sentence)
        if not tokens:
            raise unknown_characters(self.name, sentence)
        device = self.network.device
        ids = torch.tensor([[*tokens, self.network.config.eos_token_id]], device=device)
        samples: Tensor = self.network.generate(
            ids, speaker_embeddings=voice.to(device, self.network.dtype), vocoder=self.vocoder
        )
        return samples


class Bark:
    """Bark: text to semantic, coarse and fine codes to samples; it can also laugh and sing."""

    has_speed = False
    normalizes = False  # it was trained on digits, in thirteen languages
    max_chars = 120  # one run of the model generates about 13 s

    def __init__(self, folder: Path, model: Model) -> None:
        from transformers import BarkModel

        self.name, self.source = model.name, model.place
        self.tokenizer = load_tokenizer(folder)
        self.network = load_model(BarkModel, folder)
        self.rate = int(self.network.generation_config.sample_rate)
        table = folder / BARK_VOICES
        voices = json.loads(table.read_text(encoding="utf-8")) if table.is_file() else {}
        self.voices: dict[str, dict[str, str]] = {
            name: files for name, files in voices.items() if isinstance(files, dict)
        }

    def get_voice(self, name: str) -> "dict[str, Tensor] | None":
        """Load the history prompts of a voice: codes (N,) and (K, N); "" is a random voice.

        Missing files are downloaded.

        Raises NotFoundError, ModelFileError and the errors of `checkpoint_folder`.
        """
        import numpy as np
        import torch

        _check_voice(name, tuple(self.voices), self.name)
        if not name:
            return None
        files = {prompt: str(self.voices[name].get(prompt)) for prompt in BARK_PROMPTS}
        if any(Path(file).is_absolute() or ".." in Path(file).parts for file in files.values()):
            raise _damaged_voice(self.name, name)
        folder = fetch_files(self.source, list(files.values()))
        try:
            codes = {prompt: np.load(folder / file) for prompt, file in files.items()}
        except (ValueError, OSError, EOFError) as error:
            raise _damaged_voice(self.name, name) from error
        if any(codes[prompt].ndim != ndim for prompt, ndim in BARK_PROMPTS.items()):
            raise _damaged_voice(self.name, name)
        device = self.network.device
        return {prompt: torch.from_numpy(code).to(device) for prompt, code in codes.items()}

    def synthesize(
        self, sentence: str, voice: "dict[str, Tensor] | None", speed: float
    ) -> "Tensor":
        """Synthesize a sentence as samples (T,); the speed is ignored."""
        inputs = self.tokenizer(
            sentence,
            padding="max_length",
            truncation=True,
            add_special_tokens=False,
            max_length=self.network.generation_config.semantic_config["max_input_semantic_length"],
            return_token_type_ids=False,
            return_tensors="pt",
        ).to(self.network.device)
        samples: Tensor = self.network.generate(**inputs, history_prompt=voice)[0]
        return samples


FAMILIES: dict[str, type[Vits] | type[SpeechT5] | type[Bark]] = {  # model_type -> class
    "vits": Vits,
    "speecht5": SpeechT5,
    "bark": Bark,
}


def load_speech_model(model_type: str, folder: Path, model: Model) -> SpeechModel[Any]:
    """Load a checkpoint as one of FAMILIES. Raises ModelFileError or EngineError."""
    return FAMILIES[model_type](folder, model)


def _check_voice(voice: str, voices: tuple[str, ...], model: str) -> None:
    if voice and not voices:
        raise NotFoundError(
            "{model} has no voice {voice!r}.",
            "It has only one: leave it out.",
            model=model,
            voice=voice,
        )
    check_voice(voice, voices, model)


def _damaged_voice(model: str, voice: str) -> ModelFileError:
    return ModelFileError(
        "The files of voice {voice!r} of {model} are damaged.",
        "Choose another voice.",
        model=model,
        voice=voice,
    )
