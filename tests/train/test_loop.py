"""The loop itself, on networks small enough to follow by hand."""

import math
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from miaobi.core.errors import TrainingError
from miaobi.data.sources import Document
from miaobi.data.text import DataConfig, tokenize
from miaobi.models.gpt import GPT, preset
from miaobi.models.rnn import RNN, RNNConfig
from miaobi.models.zoo import is_ours
from miaobi.train.loop import LossTerms, Step, train
from miaobi.train.objective_language import LanguageModelObjective
from miaobi.train.optim import TrainConfig, learning_rate
from miaobi.train.resume import STATE
from miaobi.train.throughput import BatchSize, peak_flops
from tests.train.conftest import story

CPU = torch.device("cpu")
PLAIN = {"warmup": 0, "final": 1.0, "precision": "float32", "log_every": 1}


class Line:
    """Fit y = 2x - 1; `parts` batches of four points make up one batch."""

    batch_size = BatchSize(4)

    def __init__(self, parts: int = 1, trouble: int = -1) -> None:
        torch.manual_seed(0)
        self.networks: dict[str, nn.Module] = {"line": nn.Linear(1, 1)}
        self.parts, self.trouble = parts, trouble
        self.draws: list[tuple[int, ...]] = []

    def losses(
        self, draw: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        self.draws.append(draw)
        seed, step, part, process = draw
        x = torch.cat([self.points(step, part + extra) for extra in range(self.parts)])
        loss = (self.networks["line"](x) - (2 * x - 1)).square().mean()
        if step == self.trouble:
            loss = loss * math.nan
        yield "line", {"loss": loss, "twice": 2 * loss.detach()}

    def points(self, step: int, part: int) -> torch.Tensor:
        return torch.randn(4, 1, generator=torch.Generator().manual_seed(100 * step + part))

    def validate(self, device: torch.device) -> dict[str, float]:
        assert not self.networks["line"].training and not torch.is_grad_enabled()
        return {"weight": self.networks["line"].weight.item()}

    def sample(self) -> str:
        return f"y = {self.networks['line'].weight.item():.3f} x"

    def save(self, folder: Path) -> None:
        (folder / "weight.txt").write_text(repr(self.networks["line"].weight.item()))


class Pair:
    """A game of two: `judge` tells made points from real ones, `maker` wants to be taken for real.

    Both losses go through both networks, as in a GAN.
    """

    batch_size = BatchSize(16)

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.networks: dict[str, nn.Module] = {
            "maker": nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)),
            "judge": nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1)),
        }
        self.after: list[dict[str, list[torch.Tensor]]] = []  # weights seen between the losses

    def losses(
        self, draw: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        maker, judge = self.networks["maker"], self.networks["judge"]
        self.look()
        made = maker(torch.randn(16, 2))  # not detached: its graph reaches the maker
        real = 3 + 0.5 * torch.randn(16, 1)
        told = (1 - judge(real)).relu().mean() + (1 + judge(made)).relu().mean()
        yield "judge", {"loss": told}
        self.look()
        yield (
            "maker",
            {"maker loss": (loss := -judge(maker(torch.randn(16, 2))).mean()), "loss": loss},
        )
        self.look()

    def look(self) -> None:
        self.after.append(
            {
                name: [p.detach().clone() for p in network.parameters()]
                for name, network in self.networks.items()
            }
        )

    def validate(self, device: torch.device) -> dict[str, float]:
        return {"mean": self.networks["maker"](torch.randn(256, 2)).mean().item()}

    def sample(self) -> str:
        return ""

    def save(self, folder: Path) -> None:
        pass


def steps(objective: object, folder: Path, **options: object) -> list[Step]:
    return list(train(objective, TrainConfig(**{**PLAIN, **options}), folder))  # type: ignore


def language_model(kind: str, length: int = 16, dropout: float = 0.0) -> LanguageModelObjective:
    config = DataConfig("characters", vocab=300, length=length, rows=8)
    data = tokenize([Document(story(), "story")], config, seed=0)
    vocab = data.tokenizer.get_vocab_size()
    torch.manual_seed(0)
    if kind == "gpt":
        small = preset(vocab, "tiny", length)
        network: nn.Module = GPT(type(small)(**{**vars(small), "layers": 1, "dropout": dropout}))
    else:
        network = RNN(RNNConfig(vocab, 64, 1, kind, dropout))
    return LanguageModelObjective(network, data, config)


@pytest.mark.parametrize("kind", ["gpt", "lstm", "gru"])
def test_it_learns(kind: str, tmp_path: Path) -> None:
    objective = language_model(kind)
    told = steps(objective, tmp_path, steps=60, learning_rate=1e-2, validate_every=30, ema=0.9)
    first, last = told[0].terms["loss"], told[-1].terms["loss"]
    assert first > 3 and last < 0.6 * first
    assert told[29].validation["loss"] > told[59].validation["loss"] < 0.6 * first
    assert is_ours(tmp_path) and told[-1].sample


def test_validation_counts_nats_and_bits(tmp_path: Path) -> None:
    objective = language_model("gpt").networks["model"].eval()
    model = language_model("gpt")
    model.networks["model"].eval()
    with torch.no_grad():
        told = model.validate(CPU)
        nats, tokens, characters = 0.0, 0, 0
        for batch, count in model.data.validation(8, 16, 16):
            logits = objective(batch[:, :-1]).flatten(0, 1)
            nats += nn.functional.cross_entropy(logits, batch[:, 1:].flatten(), reduction="sum")
            tokens, characters = tokens + batch[:, 1:].numel(), characters + count
    assert told["loss"] == pytest.approx(float(nats) / tokens, rel=1e-5)
    bits = float(nats) / math.log(2) / characters
    assert told["bits per character"] == pytest.approx(bits, rel=1e-5)


def test_what_is_told_of_a_step(tmp_path: Path) -> None:
    told = steps(Line(), tmp_path, steps=10, validate_every=4, save_every=100)
    assert [step.number for step in told] == list(range(1, 11)) and told[0].total == 10
    assert [step.number for step in told if step.validation] == [4, 8, 10]
    assert [step.number for step in told if step.sample] == [4, 8, 10]
    assert set(told[0].terms) == {"loss", "twice", "learning rate", "gradient of line"}
    assert told[0].terms["twice"] == pytest.approx(2 * told[0].terms["loss"])
    assert told[-1].seconds_left == 0.0 < told[0].seconds_left


def test_the_rate_of_every_step_is_the_planned_one(tmp_path: Path) -> None:
    config = TrainConfig(steps=9, warmup=4, learning_rate=0.5, precision="float32")
    told = list(train(Line(), config, tmp_path))
    rates = [step.terms["learning rate"] for step in told]
    assert rates == [learning_rate(step, config) for step in range(9)]


def test_draws_name_seed_step_batch_and_process(tmp_path: Path) -> None:
    objective = Line()
    steps(objective, tmp_path, steps=2, seed=7, accumulate=3)
    assert objective.draws == [(7, s, part, 0) for s in (0, 1) for part in (0, 1, 2)]


def test_two_half_batches_are_as_good_as_a_whole_one(tmp_path: Path) -> None:
    whole, halves = Line(parts=2), Line()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    told = [
        steps(whole, tmp_path / "a", steps=20, learning_rate=0.05, clip=0.5),
        steps(halves, tmp_path / "b", steps=20, learning_rate=0.05, clip=0.5, accumulate=2),
    ]
    for one, two in zip(*told, strict=True):
        assert one.terms == pytest.approx(two.terms, rel=1e-4)
    weights = [objective.networks["line"].weight.item() for objective in (whole, halves)]
    assert weights[0] == pytest.approx(weights[1], rel=1e-5)


def test_the_gradient_is_clipped(tmp_path: Path) -> None:
    """AdamW forgets the length of a gradient, but not how lengths of several steps differ."""
    ways = {}
    for clip in (0.0, 0.01):
        folder = tmp_path / str(clip)
        folder.mkdir()
        objective = Line()
        told = steps(objective, folder, steps=8, learning_rate=0.2, clip=clip)
        ways[clip] = objective.networks["line"].weight.item()
        assert ("gradient of line" in told[0].terms) == bool(clip)
    assert told[0].terms["gradient of line"] > 0.5  # told as it was before
    assert abs(ways[0.0] - ways[0.01]) > 1e-3


def test_only_the_named_network_learns_from_its_loss(tmp_path: Path) -> None:
    objective = Pair()
    told = steps(objective, tmp_path, steps=4, learning_rate=0.01)
    for step in range(4):
        before, between, after = objective.after[3 * step : 3 * step + 3]
        same = {
            name: [
                all(map(torch.equal, one[name], two[name]))
                for one, two in ((before, between), (between, after))
            ]
            for name in ("judge", "maker")
        }
        assert same == {"judge": [False, True], "maker": [True, False]}
    assert {"gradient of judge", "gradient of maker", "loss of maker"} < set(told[0].terms)
    state = load_file(tmp_path / STATE)
    assert {key.split("/")[0] for key in state} == {"judge", "maker"}


def test_a_game_of_two_is_learned(tmp_path: Path) -> None:
    told = steps(Pair(), tmp_path, steps=200, learning_rate=0.01, validate_every=5)
    away = [abs(step.validation["mean"] - 3) for step in told if step.validation]
    assert away[0] > 2 and min(away) < 0.3  # the two go on chasing each other


def test_a_game_goes_on_where_it_was(tmp_path: Path) -> None:
    objectives = []
    for name, stops in {"a": (), "b": (3, 5)}.items():
        (tmp_path / name).mkdir()
        config = TrainConfig(steps=8, save_every=2, ema=0.9, precision="float32")
        for stop in (*stops, 8):
            objective = Pair()
            for step in train(objective, config, tmp_path / name):
                if step.number == stop:
                    break
        objectives.append(objective)
    for name, network in objectives[0].networks.items():
        other = objectives[1].networks[name].state_dict()
        assert all(torch.equal(value, other[key]) for key, value in network.state_dict().items())
    assert (tmp_path / "a" / STATE).read_bytes() == (tmp_path / "b" / STATE).read_bytes()


@pytest.mark.parametrize("clip", [1.0, 0.0])
def test_a_loss_that_is_no_number_ends_the_run(clip: float, tmp_path: Path) -> None:
    seen = []
    with pytest.raises(TrainingError) as caught:
        for step in train(Line(trouble=5), TrainConfig(steps=9, save_every=2, clip=clip), tmp_path):
            seen.append(step.number)
    assert str(caught.value) == (
        "The loss became nan at step 6. "
        "Lower --train.learning_rate; the last saved state is still good."
    )
    assert seen == [1, 2, 3, 4, 5]
    assert all(tensor.isfinite().all() for tensor in load_file(tmp_path / STATE).values())
    told = steps(Line(), tmp_path, steps=9)
    assert [step.number for step in told] == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("clip", [1.0, 0.0])
def test_weights_that_are_no_numbers_are_never_saved(clip: float, tmp_path: Path) -> None:
    """A loss may be a number where its gradient is none: the root of zero has an endless slope."""

    class Root(Line):
        def losses(
            self, draw: tuple[int, ...], device: torch.device
        ) -> Iterator[tuple[str, LossTerms]]:
            zero = self.networks["line"].weight.sum() * 0 if draw[1] == 5 else torch.ones(())
            for name, terms in super().losses(draw, device):
                yield name, {"loss": terms["loss"] + zero.sqrt()}

    config = TrainConfig(steps=9, save_every=2, clip=clip, precision="float32")
    with pytest.raises(TrainingError, match="The loss became nan at step 6"):
        list(train(Root(), config, tmp_path))
    assert all(tensor.isfinite().all() for tensor in load_file(tmp_path / STATE).values())
    assert "nan" not in (tmp_path / "weight.txt").read_text()


def test_a_rate_far_too_high_ends_the_run(tmp_path: Path) -> None:
    objective = Line()
    with torch.no_grad():
        objective.networks["line"].weight.fill_(1e25)  # its square is not a number of 32 bits
    with pytest.raises(TrainingError, match="The loss became inf at step 1"):
        steps(objective, tmp_path, steps=9)


def test_the_average_is_validated_and_saved_and_the_weights_learn_on(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    objective, plain = Line(), Line()
    told = steps(objective, tmp_path / "a", steps=6, learning_rate=0.1, validate_every=1, ema=0.99)
    without = steps(plain, tmp_path / "b", steps=6, learning_rate=0.1, validate_every=1)
    weights = [step.validation["weight"] for step in without]
    average = Line().networks["line"].weight.item()
    for number, (step, weight) in enumerate(zip(told, weights, strict=True)):
        decay = min(0.99, (1 + number) / (10 + number))
        average = decay * average + (1 - decay) * weight
        assert step.validation["weight"] == pytest.approx(average, rel=1e-5)
        assert step.terms["loss"] == without[number].terms["loss"]
    assert float((tmp_path / "a" / "weight.txt").read_text()) == pytest.approx(average, rel=1e-5)
    assert objective.networks["line"].weight.item() == weights[-1]


def test_what_drops_out_is_drawn_from_the_step(tmp_path: Path) -> None:
    losses = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        torch.manual_seed(len(losses))  # whatever was drawn before
        told = steps(language_model("gpt", dropout=0.5), tmp_path / name, steps=3, validate_every=2)
        losses.append([step.terms["loss"] for step in told])
    assert losses[0] == losses[1]


def test_closing_stops_after_the_step(tmp_path: Path) -> None:
    objective = Line()
    run = train(objective, TrainConfig(steps=9, save_every=2, precision="float32"), tmp_path)
    assert [next(run).number for _ in range(3)] == [1, 2, 3]
    run.close()  # type: ignore[attr-defined]
    assert len(objective.draws) == 3
    assert next(train(Line(), TrainConfig(steps=9, precision="float32"), tmp_path)).number == 3


def test_a_state_at_the_end_is_a_finished_run(tmp_path: Path) -> None:
    """Killed after the last step, or continued with fewer steps: nothing is lost."""
    steps(Line(), tmp_path, steps=6)
    for count in (6, 4):
        with pytest.raises(TrainingError, match="is finished"):
            steps(Line(), tmp_path, steps=count)
    assert [step.number for step in steps(Line(), tmp_path, steps=8)] == [7, 8]


def test_curves_can_be_read_back(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = train(Line(), TrainConfig(**PLAIN, steps=9, save_every=4, validate_every=3), tmp_path)
    told = [next(run) for _ in range(6)]
    run.close()  # type: ignore[attr-defined]
    told[4:] = steps(Line(), tmp_path, steps=9, save_every=4, validate_every=3)  # again from 5
    curves = EventAccumulator(str(tmp_path / "tensorboard"))
    curves.Reload()
    assert set(curves.Tags()["scalars"]) == {
        "train/loss",
        "train/twice",
        "train/learning rate",
        "train/gradient of line",
        "validation/weight",
    }
    for name in ("loss", "gradient of line"):
        points = [(event.step, event.value) for event in curves.Scalars(f"train/{name}")]
        assert points == [(step.number, pytest.approx(step.terms[name])) for step in told]
    assert [event.step for event in curves.Scalars("validation/weight")] == [3, 6, 9]
    sample = curves.Tensors("sample/text_summary")[-1].tensor_proto.string_val[0].decode()
    assert sample == told[-1].sample


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "auto"])
def test_precisions(precision: str, tmp_path: Path) -> None:
    objective = language_model("gpt")
    told = steps(objective, tmp_path, steps=20, learning_rate=1e-2, precision=precision)
    assert told[-1].terms["loss"] < 0.8 * told[0].terms["loss"]
    assert {p.dtype for p in objective.networks["model"].parameters()} == {torch.float32}
    assert {t.dtype for t in load_file(tmp_path / "model.safetensors").values()} == {torch.float32}


def test_runs_of_two_precisions_do_not_disturb_each_other(tmp_path: Path) -> None:
    losses = {}
    for number, precision in enumerate(("float32", "bfloat16", "float32")):
        folder = tmp_path / str(number)
        folder.mkdir()
        told = steps(language_model("gpt"), folder, steps=2, precision=precision)
        losses[number] = told[-1].terms["loss"]
    assert losses[0] == losses[2] != losses[1]


READS = ("item", "tolist", "__bool__", "__int__", "__float__", "numpy", "cpu")


@pytest.mark.parametrize("clip", [1.0, 0.0])
@pytest.mark.parametrize("kind", ["line", "pair", "gpt"])
def test_values_are_read_from_the_device_at_log_steps_only(
    kind: str, clip: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each read waits for the device; between log steps there is none."""
    makers = {"line": Line, "pair": Pair, "gpt": lambda: language_model("gpt")}
    objective = makers[kind]()
    reads: list[str] = []
    for name in READS:
        original = getattr(torch.Tensor, name)

        def counted(self: torch.Tensor, *a: object, name: str = name, **k: object) -> object:
            reads.append(name)
            return getattr(torch.Tensor, f"uncounted_{name}")(self, *a, **k)

        monkeypatch.setattr(torch.Tensor, f"uncounted_{name}", original, raising=False)
        monkeypatch.setattr(torch.Tensor, name, counted)
    config = TrainConfig(
        steps=20,
        accumulate=2,
        log_every=5,
        clip=clip,
        precision="float32",
        validate_every=20,
        save_every=20,
    )
    per_step = []
    for step in train(objective, config, tmp_path):
        per_step.append(len(reads))
        assert math.isfinite(next(v for k, v in step.terms.items() if k.startswith("loss")))
        reads.clear()
    logged = {1, 5, 10, 15, 20}
    assert [n for n, count in enumerate(per_step, 1) if count] == sorted(logged)
    assert max(per_step[:-1]) <= 4  # whatever the number of terms and batches


def test_steps_in_between_carry_the_terms_of_the_last_log_step(tmp_path: Path) -> None:
    every = steps(Line(), tmp_path / "a", steps=7, log_every=1)
    some = steps(Line(), tmp_path / "b", steps=7, log_every=3)
    assert [step.terms["loss"] for step in some] == [
        every[shown - 1].terms["loss"] for shown in (1, 1, 3, 3, 3, 6, 7)
    ]


def test_a_loss_that_is_no_number_is_found_at_the_next_log_step(tmp_path: Path) -> None:
    """With the number of the step where it began."""
    seen = []
    with pytest.raises(TrainingError, match="The loss became nan at step 3"):
        for step in train(Line(trouble=2), TrainConfig(steps=20, log_every=5), tmp_path):
            seen.append(step.number)
    assert seen == [1, 2, 3, 4]


def test_throughput_is_that_of_the_clock(tmp_path: Path) -> None:
    objective = language_model("gpt")
    start = time.perf_counter()
    told = steps(objective, tmp_path, steps=12, accumulate=2, log_every=4, validate_every=50)
    seconds = time.perf_counter() - start
    assert told[0].throughput.samples_per_second == 0  # the first step is left out
    last = told[-1].throughput
    assert last.samples_per_second > 11 * 2 * 8 / seconds
    assert last.tokens_per_second == pytest.approx(16 * last.samples_per_second)
    network, peak = objective.networks["model"], peak_flops(CPU, torch.float32)
    assert isinstance(network, GPT) and peak is not None and last.mfu is not None
    expected = last.tokens_per_second * network.flops_per_token(16) / peak
    assert last.mfu == pytest.approx(expected, rel=1e-6) and 0 < last.mfu < 2
    assert told[5].throughput == told[4].throughput != last
    told = steps(Line(), tmp_path / "line", steps=4)
    assert told[-1].throughput.tokens_per_second == 0 and told[-1].throughput.mfu is None


def test_a_device_without_a_known_peak_has_no_utilization() -> None:
    assert peak_flops(torch.device("meta"), torch.float32) is None
