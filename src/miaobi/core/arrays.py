"""Array types for annotations; NumPy is never imported here at run time."""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels: TypeAlias = npt.NDArray[np.uint8]  # (H, W, 3) RGB, or (H, W, 4) with alpha
    Mask: TypeAlias = npt.NDArray[np.float32]  # (H, W) in [0, 1]
    Samples: TypeAlias = npt.NDArray[np.float32]  # (T,) mono or (T, 2) stereo, in [-1, 1]
    FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
    BoolArray: TypeAlias = npt.NDArray[np.bool_]
    IntArray: TypeAlias = npt.NDArray[np.integer[Any]]
else:
    Pixels = Mask = Samples = FloatArray = BoolArray = IntArray = Any
