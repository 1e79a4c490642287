"""Speech models of the Hub through transformers: one class for each family, each able to `say`.

    sentence --Vits, SpeechT5 or Bark--> samples (T,) in [-1, 1]

VITS (Kim et al., 2021), also in MMS-TTS with its 1,100 languages; SpeechT5 (Ao et al., 2021) with
a HiFi-GAN vocoder; Bark (Suno, 2023).
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.errors import EngineError, ModelFileError, NotFoundError, OptionError
from miaobi.core.events import Event
from miaobi.core.requests import SpeechRequest
from miaobi.hub.files import checkpoint, files_of
from miaobi.hub.loading import failures_told, first_line, load, load_model, load_tokenizer
from miaobi.hub.sentencepiece import Characters, unreadable
from miaobi.media.time_stretch import stretch
from miaobi.models.zoo import Model
from miaobi.speech.alignment import by_sound
from miaobi.speech.synthesis import Said, Sentence, check_voice, speak

if TYPE_CHECKING:
    from torch import Tensor

VOCODER = "microsoft/speecht5_hifigan"
VOICES = "speaker_embeddings_path.json"  # Bark's table: voice -> the files of its three prompts
PROMPTS = {"semantic_prompt": 1, "coarse_prompt": 2, "fine_prompt": 2}  # and their axes

READ = ("en", "eng", "zh", "cmn")  # languages whose numbers and signs we say

_lock = threading.Lock()


class HubSpeechEngine:
    """A loaded checkpoint of any of the families that speaks a sentence at a time."""

    def __init__(self, model: Model) -> None:
        from transformers import AutoConfig

        folder = checkpoint(model.place)
        kind = load(AutoConfig, folder).model_type
        if kind not in FAMILIES:
            raise ModelFileError(
                "{folder} holds a model of the kind {kind}, which does not speak.",
                "Give one of these kinds: {kinds}.",
                folder=folder,
                kind=kind,
                kinds=", ".join(FAMILIES),
            )
        self.name = model.name
        self.family: Any = FAMILIES[kind](folder, model)

    def generate(self, request: SpeechRequest) -> Iterator[Event]:
        """One Sound per sentence, then the Output.

        Raises NotFoundError for an unknown voice and PromptError for words it cannot read.
        """
        return speak(request, self)

    @property
    def rate(self) -> int:
        """Samples a second."""
        return int(self.family.rate)

    @property
    def normalizes(self) -> bool:
        """Whether English and Chinese rules say its numbers; other languages keep their digits."""
        return bool(self.family.normalizes)

    def voice_of(self, name: str, language: str) -> Any:
        """What the family takes for a voice. Raises NotFoundError, OptionError."""
        return self.family.voice(name)

    def longest(self, language: str) -> int:
        """Characters of a sentence."""
        longest = int(self.family.longest)
        return longest if language == "en" else longest // 3

    def first(self, language: str) -> int:
        """The first piece is a whole sentence."""
        return 0

    def say(self, sentence: Sentence) -> Said:
        """One sentence; a family without a pace of its own is stretched."""
        family = self.family
        speed = sentence.speed if family.paced else 1.0
        with seeded(sentence.seed), failures_told():
            wave = family.say(sentence.said, sentence.voice, speed)
        samples = _samples(wave)
        if not family.paced:
            samples = stretch(samples, family.rate, 1 / sentence.speed)
        return Said(samples, by_sound(sentence.units, samples, family.rate))

    def close(self) -> None:
        del self.family


class Vits:
    """Letters straight to samples; the voice of a model that has several is its number."""

    paced = True
    longest = 200  # characters of a sentence

    def __init__(self, folder: Path, model: Model) -> None:
        from transformers import VitsModel

        self.name = model.name
        self.tokenizer = load_tokenizer(folder)
        self.network = load_model(VitsModel, folder)
        self.rate = int(self.network.config.sampling_rate)
        self.normalizes = self.tokenizer.language in READ

    def voice(self, name: str) -> int | None:
        """The speaker's number. Raises NotFoundError."""
        speakers = self.network.config.num_speakers
        numbers = tuple(str(number) for number in range(speakers)) if speakers > 1 else ()
        _check_voice(name, numbers, self.name)
        return int(name or 0) if numbers else None

    def say(self, sentence: str, voice: int | None, speed: float) -> "Tensor":
        """A sentence -> a wave (T,). Raises PromptError or EngineError."""
        try:
            read, _ = self.tokenizer.prepare_for_tokenization(sentence)
        except ImportError as error:
            raise EngineError(
                "{model} cannot be used here: {reason}.",
                "Use an MMS-TTS model, or kokoro-82m.",
                model=self.name,
                reason=first_line(error),
            ) from error
        if not read.strip():
            raise unreadable(self.name, sentence)
        inputs = self.tokenizer(sentence, return_tensors="pt").to(self.network.device)
        pace = self.network.config.speaking_rate * speed
        wave: Tensor = self.network(**inputs, speaker_id=voice, speaking_rate=pace).waveform[0]
        return wave


class SpeechT5:
    """Characters to a spectrogram (F, 80) to samples; a voice is an x-vector (512,) in a file."""

    paced = False
    normalizes = True  # it learned English, and has no letter for a digit
    longest = 150

    def __init__(self, folder: Path, model: Model) -> None:
        from transformers import SpeechT5ForTextToSpeech, SpeechT5HifiGan

        self.name = model.name
        self.characters = Characters(folder / "spm_char.model")
        self.network = load_model(SpeechT5ForTextToSpeech, folder)
        beside = folder / "vocoder"
        try:
            place = checkpoint(str(beside) if beside.is_dir() else VOCODER)
        except ModelFileError as error:
            raise ModelFileError(
                "{model} needs a vocoder. {reason}",
                "Give a local folder that has one with safetensors in its subfolder vocoder.",
                model=model.name,
                reason=error,
            ) from error
        self.vocoder = load_model(SpeechT5HifiGan, place)
        self.rate = int(self.vocoder.config.sampling_rate)

    def voice(self, name: str) -> "Tensor":
        """The x-vector (1, D) of a .npy file; "" is zeros. Raises NotFoundError or OptionError."""
        import numpy as np
        import torch

        size = self.network.config.speaker_embedding_dim
        if not name:  # of nobody: what transformers' own example takes
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
                "{path} is not a voice.",
                "It has to be a .npy file with {size} float32 numbers.",
                path=path,
                size=size,
            )
        return torch.from_numpy(np.array(vector, np.float32))[None]

    def say(self, sentence: str, voice: "Tensor", speed: float) -> "Tensor":
        """A sentence -> a wave (T,). Raises PromptError."""
        import torch

        tokens = self.characters.read(sentence)
        if not tokens:
            raise unreadable(self.name, sentence)
        device = self.network.device
        ids = torch.tensor([[*tokens, self.network.config.eos_token_id]], device=device)
        speaker = voice.to(device, self.network.dtype)
        wave: Tensor = self.network.generate(ids, speaker_embeddings=speaker, vocoder=self.vocoder)
        return wave


class Bark:
    """Words to semantic, coarse and fine codes to samples; it also laughs and sings."""

    paced = False
    normalizes = False  # it reads digits, in thirteen languages
    longest = 120  # one run of the model lasts about 13 s

    def __init__(self, folder: Path, model: Model) -> None:
        from transformers import BarkModel

        self.name, self.place = model.name, model.place
        self.tokenizer = load_tokenizer(folder)
        self.network = load_model(BarkModel, folder)
        self.rate = int(self.network.generation_config.sample_rate)
        table = folder / VOICES
        voices = json.loads(table.read_text(encoding="utf-8")) if table.is_file() else {}
        self.voices: dict[str, Any] = {
            name: files for name, files in voices.items() if isinstance(files, dict)
        }

    def voice(self, name: str) -> "dict[str, Tensor] | None":
        """The three prompts of a voice, fetched when first used; "" is a chance voice.

        Raises NotFoundError, ModelFileError and what `checkpoint` raises.
        """
        import numpy as np
        import torch

        _check_voice(name, tuple(self.voices), self.name)
        if not name:
            return None
        files = {prompt: str(self.voices[name].get(prompt)) for prompt in PROMPTS}
        if any(Path(file).is_absolute() or ".." in Path(file).parts for file in files.values()):
            raise _bad_voice(self.name, name)
        folder = files_of(self.place, list(files.values()))
        try:
            codes = {prompt: np.load(folder / file) for prompt, file in files.items()}
        except (ValueError, OSError, EOFError) as error:
            raise _bad_voice(self.name, name) from error
        if any(codes[prompt].ndim != axes for prompt, axes in PROMPTS.items()):
            raise _bad_voice(self.name, name)
        device = self.network.device
        return {prompt: torch.from_numpy(code).to(device) for prompt, code in codes.items()}

    def say(self, sentence: str, voice: "dict[str, Tensor] | None", speed: float) -> "Tensor":
        """A sentence -> a wave (T,)."""
        inputs = self.tokenizer(
            sentence,
            padding="max_length",
            truncation=True,
            add_special_tokens=False,
            max_length=self.network.generation_config.semantic_config["max_input_semantic_length"],
            return_token_type_ids=False,
            return_tensors="pt",
        ).to(self.network.device)
        wave: Tensor = self.network.generate(**inputs, history_prompt=voice)[0]
        return wave


FAMILIES: dict[str, type[Vits] | type[SpeechT5] | type[Bark]] = {
    "vits": Vits,
    "speecht5": SpeechT5,
    "bark": Bark,
}


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Lend torch's random state, which all of these models draw from, and put it back."""
    import torch

    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    # one at a time: the state is shared by all threads
    with _lock, torch.random.fork_rng(devices), torch.inference_mode():
        torch.manual_seed(seed)
        yield


def _check_voice(voice: str, voices: tuple[str, ...], model: str) -> None:
    if voice and not voices:
        raise NotFoundError(
            "{model} has no voice {voice!r}.",
            "It has only one: leave it out.",
            model=model,
            voice=voice,
        )
    check_voice(voice, voices, model)


def _samples(wave: "Tensor") -> Any:
    """A wave (T,) as float32 samples in [-1, 1]. Raises EngineError."""
    import numpy as np

    samples = wave.float().clamp(-1, 1).cpu().numpy().copy()
    if not np.isfinite(samples).all():
        raise EngineError("The model made numbers that are no sound.", "Try another seed.")
    return samples


def _bad_voice(model: str, voice: str) -> ModelFileError:
    return ModelFileError(
        "The files of voice {voice!r} of {model} are damaged.",
        "Choose another voice.",
        model=model,
        voice=voice,
    )
