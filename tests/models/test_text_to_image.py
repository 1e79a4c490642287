"""Text encoder, diffusion Transformer, and both as one model: shapes, masks, and that it learns."""

import json
from pathlib import Path

import pytest
import torch

from miaobi.core.errors import ModelFileError
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.losses import flow_matching, logit_normal
from miaobi.diffusion.samplers import euler, run_sampler
from miaobi.diffusion.schedules import flow_times
from miaobi.models import checkpoint, dit
from miaobi.models.dit import SIZES, DiT, DiTConfig, preset
from miaobi.models.text_encoder import TextEncoder, TextEncoderConfig, blend_contexts
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.vae import VAE, VAEConfig

TEXT = TextEncoderConfig(vocab=30, context=8, width=32, layers=2, head_width=16)


def tiny(patch: tuple[int, ...] = (1, 1)) -> TextToImage:
    """A model whose layers that begin as zero already say something."""
    torch.manual_seed(0)
    dit = DiTConfig(channels=4, patch=patch, width=64, layers=2, head_width=32, text=32)
    model = TextToImage(TextToImageConfig(TEXT, dit)).eval()
    for parameter in model.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    return model


def captions(rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.arange(rows * 6).view(rows, 6) % 30
    return ids, torch.arange(6).expand(rows, 6) < 4


@pytest.mark.parametrize(
    ("patch", "size"),
    [((1, 1), (4, 4)), ((2, 2), (8, 6)), ((1, 1, 1), (3, 2, 4)), ((1, 2, 2), (3, 4, 6))],
    ids=str,
)
def test_shapes_over_two_and_three_axes(patch: tuple[int, ...], size: tuple[int, ...]) -> None:
    model, z, t = tiny(patch), torch.randn(2, 4, *size), torch.tensor([0.2, 0.9])
    velocity = model(z, t, *captions(2))
    assert velocity.shape == z.shape
    # every row is on its own
    alone = model(z[1:], t[1:], *(part[1:] for part in captions(2)))
    torch.testing.assert_close(alone[0], velocity[1], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(("patch", "size"), [((1, 1), (4, 4)), ((1, 1, 1), (3, 2, 4))], ids=str)
def test_a_second_forward_with_the_same_grid_builds_no_table(
    patch: tuple[int, ...], size: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, z, t = tiny(patch), torch.randn(2, 4, *size), torch.tensor([0.2, 0.9])
    with torch.inference_mode():
        first = model(z, t, *captions(2))
    for name in ("coordinate_features", "rotary_grid", "rotary_clip"):
        monkeypatch.setattr(dit, name, lambda *_: pytest.fail("a table was built again"))
    again = model(z, t, *captions(2))
    again.sum().backward()  # tables built in inference mode serve training too
    torch.testing.assert_close(again.detach(), first, atol=0, rtol=0)
    monkeypatch.undo()
    other = (*size[:-1], 2 * size[-1])
    assert model(torch.randn(2, 4, *other), t, *captions(2)).shape == (2, 4, *other)
    assert len(model.dit.tables) == 2


def test_checkpoints_keep_the_keys_they_were_first_written_with(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    model = tiny()
    checkpoint.save(model, tmp_path)
    keys = set(load_file(tmp_path / "model.safetensors"))
    assert {"dit.place.weight", "dit.time.2.bias", "dit.shared.weight", "dit.table"} <= keys
    assert {"dit.blocks.1.table", "dit.head.weight", "dit.head.bias", "dit.text.bias"} <= keys
    assert not any("adaln" in key or "final_layer" in key or "embedd" in key for key in keys)
    loaded = checkpoint.load(tmp_path).state_dict()
    assert all(torch.equal(loaded[name], value) for name, value in model.state_dict().items())


def test_it_begins_at_zero_whatever_it_is_told() -> None:
    model = DiT(DiTConfig(channels=4, width=64, layers=2, head_width=32, text=8))
    v = model(
        torch.randn(2, 4, 4, 4),
        torch.rand(2),
        torch.randn(2, 3, 8),
        torch.ones(2, 3) > 0,
        torch.randn(2, 8),
    )
    assert torch.equal(v, torch.zeros(2, 4, 4, 4))


def test_what_the_mask_hides_changes_nothing() -> None:
    model, z, t = tiny(), torch.randn(2, 4, 4, 4), torch.rand(2)
    ids, mask = captions(2)
    expected = model(z, t, ids, mask)
    others = torch.where(mask, ids, (ids + 7) % 30)
    assert torch.equal(model(z, t, others, mask), expected)
    torch.testing.assert_close(model(z, t, ids[:, :4], mask[:, :4]), expected)  # or isn't there
    assert not torch.allclose(model(z, t, torch.where(mask, (ids + 1) % 30, ids), mask), expected)
    words = model.encoder(ids, mask)
    assert words.tokens.shape == (2, 7, 32) and words.mask.sum(1).tolist() == [5, 5]
    assert words.tokens[~words.mask].abs().sum() == 0


def test_the_order_of_words_time_and_place_all_matter() -> None:
    model, z, t = tiny(), torch.randn(1, 4, 4, 4), torch.tensor([0.5])
    ids, mask = captions(1)
    expected = model(z, t, ids, mask)
    assert not torch.allclose(model(z, t, ids[:, [1, 0, 2, 3, 4, 5]], mask), expected)
    assert not torch.allclose(model(z, t + 0.3, ids, mask), expected)
    assert not torch.allclose(model(z.flip(-1), t, ids, mask).flip(-1), expected, atol=1e-3)


def test_no_words_at_all_is_the_same_as_hidden_words() -> None:
    model, z, t = tiny(), torch.randn(2, 4, 4, 4), torch.rand(2)
    ids, mask = captions(2)
    hidden = model(z, t, ids, torch.zeros_like(mask))
    assert hidden.isfinite().all()
    torch.testing.assert_close(model(z, t, ids[:, :0], mask[:, :0]), hidden)


def test_a_denoiser_answers_for_the_captions_then_for_none() -> None:
    model, z, t = tiny(), torch.randn(2, 4, 4, 4), torch.rand(2)
    ids, mask = captions(2)
    told, untold = model(z, t, ids, mask), model(z, t, ids, torch.zeros_like(mask))
    denoise = model.denoiser(ids, mask)
    torch.testing.assert_close(denoise(z, t), told)
    both = denoise(torch.cat((z, z)), torch.cat((t, t)))
    torch.testing.assert_close(both, torch.cat((told, untold)))
    torch.testing.assert_close(guided(denoise, 3.0)(z, t), untold + 3 * (told - untold))
    against = model.denoiser(ids, mask, ((ids + 1) % 30, mask))
    other = model(z, t, (ids + 1) % 30, mask)
    torch.testing.assert_close(against(torch.cat((z, z)), torch.cat((t, t)))[2:], other)


@pytest.mark.model
def test_it_learns_four_latents_and_draws_them_again() -> None:
    torch.manual_seed(0)
    dit = DiTConfig(channels=4, width=48, layers=2, head_width=24, text=32)
    model = TextToImage(TextToImageConfig(TEXT, dit))
    latents, (ids, mask) = torch.randn(4, 4, 4, 4), captions(4)
    optimizer = torch.optim.AdamW(model.parameters(), lr=6e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, 250)
    which = torch.arange(16) % 4
    for _ in range(250):
        noise, t = torch.randn(16, 4, 4, 4), logit_normal(16)
        words = model.encoder(ids[which], mask[which])
        loss = flow_matching(
            lambda x, t, w=words: model.velocity(x, t, w), latents[which], noise, t
        ).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        drawn = run_sampler(
            euler(model.eval().denoiser(ids, mask), torch.randn(4, 4, 4, 4), flow_times(20))
        )
    distances = torch.cdist(drawn.flatten(1), latents.flatten(1))
    assert distances.argmin(1).tolist() == [0, 1, 2, 3]
    assert (drawn - latents).square().mean() < 0.1


def test_a_folder_holds_both_networks(tmp_path: Path) -> None:
    dit = DiTConfig(channels=4, width=64, layers=2, head_width=32, text=32)
    config = TextToImageConfig(
        TEXT,
        dit,
        (32, 32),
        latent_shift=(0.1, 0.2, 0.3, 0.4),
        latent_scale=(2.0, 1.0, 0.5, 3.0),
    )
    model, vae = TextToImage(config).eval(), VAE(VAEConfig(widths=(16, 24), latent=4)).eval()
    checkpoint.save(model, tmp_path)
    checkpoint.save(vae, tmp_path / "vae")
    again, its_vae = checkpoint.load(tmp_path), checkpoint.load(tmp_path / "vae")
    assert again.config == config and isinstance(again.config.dit, DiTConfig)
    z, t = torch.randn(2, 4, 4, 4), torch.rand(2)
    assert torch.equal(again(z, t, *captions(2)), model(z, t, *captions(2)))
    assert torch.equal(its_vae.decode(z), vae.decode(z))
    normal = again.normalize_latent(z)
    torch.testing.assert_close(normal[:, 3], (z[:, 3] - 0.4) * 3)
    torch.testing.assert_close(again.denormalize_latent(normal), z)
    document = json.loads((tmp_path / "config.json").read_text())
    document["config"]["dit"]["deep"] = 1
    (tmp_path / "config.json").write_text(json.dumps(document))
    with pytest.raises(ModelFileError, match="unknown settings: deep"):
        checkpoint.load(tmp_path)


@pytest.mark.parametrize(
    ("size", "millions"), [("small", 11), ("medium", 29), ("large", 100), ("xlarge", 404)]
)
def test_presets_have_the_stated_sizes(size: str, millions: int) -> None:
    assert size in SIZES
    with torch.device("meta"):
        model = DiT(preset(size, 16, 256))
    assert sum(p.numel() for p in model.parameters()) / 1e6 == pytest.approx(millions, rel=0.03)


def test_every_weight_learns() -> None:
    model = tiny()
    model(torch.randn(1, 4, 4, 4), torch.rand(1), *captions(1)).square().sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is None] == []


def test_the_encoder_looks_both_ways() -> None:
    torch.manual_seed(0)
    model = TextEncoder(TEXT).eval()
    ids, mask = captions(1)
    tokens = model(ids, mask).tokens
    changed = ids.clone()
    changed[0, 3] += 1
    assert ((model(changed, mask).tokens - tokens).abs().sum(-1)[0, :5] > 0).all()


def test_words_between_words() -> None:
    """At the ends the captions themselves; near them nearly so; and between, something else."""
    model, z, t = tiny(), torch.randn(1, 4, 4, 4), torch.tensor([0.5])
    one = model.encoder(torch.tensor([[3, 4, 5, 6]]), torch.ones(1, 4, dtype=torch.bool))
    other = model.encoder(torch.tensor([[7, 8]]), torch.tensor([[True, False]]))

    def velocity(share: float) -> torch.Tensor:
        return model.velocity(z, t, blend_contexts(one, other, share))

    assert blend_contexts(one, other, 0) is one and blend_contexts(one, other, 1) is other
    for share, end in ((1e-7, one), (1 - 1e-7, other)):
        torch.testing.assert_close(velocity(share), model.velocity(z, t, end), atol=1e-4, rtol=1e-3)
    half = velocity(0.5)
    assert (half - velocity(0)).abs().max() > 1e-3 < (half - velocity(1)).abs().max()
    assert blend_contexts(one, one, 0.5).mask.shape == (1, 10)
    torch.testing.assert_close(
        model.velocity(z, t, blend_contexts(one, one, 0.3)), velocity(0), atol=1e-5, rtol=1e-4
    )
