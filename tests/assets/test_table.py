"""Every row of the asset table can be fetched, checked and told apart."""

import re
from pathlib import PurePosixPath

import pytest
from packageurl import PackageURL

from miaobi.assets.asset import Asset, AssetFile, Hub, Package
from miaobi.assets.sources import Part
from miaobi.assets.table import ASSETS, KOKORO_VOICES, find_asset
from miaobi.core.errors import NotFoundError
from miaobi.data.corpora import CORPORA
from miaobi.models.zoo import MODELS
from miaobi.scenes.sprites import SPRITE_ASSET

FILES = [
    pytest.param(asset, file, id=f"{asset.name}/{file.name}")
    for asset in ASSETS
    for file in asset.files
]
SPDX = r"[A-Za-z0-9][A-Za-z0-9.-]*( AND [A-Za-z0-9][A-Za-z0-9.-]*)*"  # a license, or several
PARTS = sorted(
    {
        part
        for asset in ASSETS
        for file in asset.files
        for source in file.sources
        if isinstance(source, Package)
        for part in source.parts
    }
)


def test_names_are_unique() -> None:
    names = [asset.name for asset in ASSETS]
    assert len(set(names)) == len(names)
    for asset in ASSETS:
        files = [file.name for file in asset.files]
        assert len(set(files)) == len(files) > 0


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.name)
def test_asset_says_what_it_is(asset: Asset) -> None:
    assert find_asset(asset.name) is asset
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", asset.name)  # a folder of that name is made
    assert re.fullmatch(SPDX, asset.license)
    assert asset.summary.strip() and asset.origin.strip()
    assert asset.size == sum(file.size for file in asset.files) > 0


@pytest.mark.parametrize(("asset", "file"), FILES)
def test_file_can_be_fetched_and_checked(asset: Asset, file: AssetFile) -> None:
    assert PurePosixPath(file.name).name == file.name  # no folders, no way out
    assert file.size > 0
    assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
    assert file.sources
    for source in file.sources:
        if isinstance(source, Hub):
            assert re.fullmatch(r"[\w.-]+/[\w.-]+", source.repo)
            assert source.filename and source.revision
        else:
            assert source.parts
            assert len(set(source.parts)) == len(source.parts)


def test_same_bytes_have_the_same_size() -> None:
    """A digest copied to the wrong row would show here."""
    sizes: dict[str, set[int]] = {}
    for asset in ASSETS:
        for file in asset.files:
            sizes.setdefault(file.sha256, set()).add(file.size)
    assert [digest for digest, found in sizes.items() if len(found) > 1] == []


@pytest.mark.parametrize("text", PARTS)
def test_part_parses(text: str) -> None:
    part = Part.parse(text)
    package = PackageURL.from_string(part.purl)
    assert package.to_string() == part.purl
    assert package.type in {"pypi", "npm"}
    assert package.version, "an exact version, or the bytes change under us"
    assert not part.member.startswith("/") and ".." not in part.member
    assert part.member != "" or "#" not in text  # a forgotten member would fetch the whole
    assert package.type != "npm" or not part.member or part.member.startswith("package/")


def test_every_voice_is_one_part() -> None:
    """voices.bin has no index: a voice is found by its place in this order."""
    (voices,) = (file for file in find_asset("kokoro-82m").files if file.name == "voices.bin")
    (source,) = voices.sources
    assert isinstance(source, Package)
    assert [PurePosixPath(part).stem for part in source.parts] == list(KOKORO_VOICES)
    assert voices.size % len(KOKORO_VOICES) == 0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_names_an_asset_of_its_license(model) -> None:
    if model.asset is not None:
        license = find_asset(model.asset).license
        # what lies elsewhere only needs the asset beside it: music its soundfont
        # and a model may draw with more than its asset: names what both need
        if model.place:
            assert license in ("MIT", "Apache-2.0")
        else:
            assert set(license.split(" AND ")) <= set(model.license.split(" AND "))


def test_every_asset_is_some_models_or_a_corpus() -> None:
    wanted = {model.asset for model in MODELS if model.asset} | set(CORPORA)
    wanted |= {SPRITE_ASSET, "scores", "fluidr3-mono", "subtitle-font"}
    assert {asset.name for asset in ASSETS} == wanted


def test_unknown_asset() -> None:
    with pytest.raises(NotFoundError) as caught:
        find_asset("gpt-5")
    assert str(caught.value) == (
        "There is no asset called 'gpt-5'. `miaobi models` lists what there is."
    )
