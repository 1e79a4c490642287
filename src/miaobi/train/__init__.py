"""Training: one loop, its objectives, recipes and runs; `miaobi.train("gpt", data="my-texts")`."""

from miaobi.core.verbs import make_callable

make_callable(__name__, "miaobi.train.run:train")
