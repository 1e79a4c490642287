"""Language tags of clients, reduced to codes."""

import pytest

from miaobi.core.languages import language_code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("EN_gb", "en"),
        ("English", "en"),
        ("eng", "en"),
        ("zh-CN", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh_TW.UTF-8", "zh"),
        ("cmn-Hans", "zh"),
        (" Chinese ", "zh"),
        ("中文", "zh"),
        ("pt-BR", "pt"),
        ("yue", "yue"),
        ("auto", ""),
        ("", ""),
        ("tlh", "tlh"),
    ],
)
def test_tags(tag: str, code: str) -> None:
    assert language_code(tag) == code
