"""Prepares what many tests share, before the workers start: rendered drawings and built kernels.

python -m tests.prepare
"""

from miaobi.actors.heads import head_layers, heads
from miaobi.nn.native import kernels
from miaobi.scenes.sprites import prepare

if __name__ == "__main__":
    for _ in prepare():
        pass
    for name in heads():
        head_layers(name)
    kernels()
