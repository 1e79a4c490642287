"""How far apart sets of pictures are, and pictures within a set, by their features (N, D)."""

import torch
from torch import Tensor


def frechet(x: Tensor, y: Tensor) -> float:
    """Fréchet distance of the Gaussians with the means and covariances of x (N, D) and y (M, D).

    |m - n|² + tr(A + B - 2 (A B)^½), as in FID (Heusel et al., 2017); 0 for equal sets. Few
    pictures make it larger: compare only figures of equally many.
    """
    x, y = x.double(), y.double()
    a, b = (torch.cov(some.T).view(some.shape[1], -1) for some in (x, y))
    apart = (x.mean(0) - y.mean(0)).square().sum()
    values, vectors = torch.linalg.eigh(a)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    # A B and A^½ B A^½ have the same eigenvalues, and the latter is symmetric
    shared = torch.linalg.eigvalsh(root @ b @ root).clamp(min=0).sqrt().sum()
    distance = apart + a.trace() + b.trace() - 2 * shared
    return float(distance.clamp(min=0))


def diversity(x: Tensor) -> float:
    """Mean distance of all pairs of x (N, D), N > 1."""
    return torch.pdist(x.double()).mean().item()


def nearest(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """For each of x (N, D) the distance to the nearest of y (M, D), and which it is: (N,) each."""
    found = torch.cdist(x.double(), y.double()).min(1)
    return found.values, found.indices
