"""`miaobi.train` is this folder and a verb: `miaobi.train("gpt", data="my-texts")`.

Python binds a folder's name in its parent once anything in it is imported; without this the verb
would be gone from then on.
"""

import sys
from types import ModuleType
from typing import Any


class _Verb(ModuleType):
    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        from miaobi.train.run import train

        return train(*arguments, **keywords)


sys.modules[__name__].__class__ = _Verb
