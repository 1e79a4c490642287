"""Packages that are verbs too: `miaobi.speech("Hello")` and `from miaobi.speech import ssml`.

Python binds a package's name in its parent as soon as anything in it is imported, and so would
hide the function of that name; a callable package passes the call on to the function.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class CallablePackage(ModuleType):
    """A package that can be called as the function `__verb__`, "module:function"."""

    __verb__: str

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        module, _, function = self.__verb__.partition(":")
        return getattr(import_module(module), function)(*arguments, **keywords)


def make_callable(package: str, verb: str) -> None:
    """Let an imported package be called as a function; call this from its __init__.py."""
    module = sys.modules[package]
    module.__class__ = CallablePackage
    module.__verb__ = verb  # type: ignore[attr-defined]
