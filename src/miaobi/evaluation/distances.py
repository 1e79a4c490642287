"""Distances between sets of pictures, and within a set, by their features (N, D)."""

import torch
from torch import Tensor


def frechet(x: Tensor, y: Tensor) -> float:
    """Compute the Fréchet distance of Gaussians fitted to features x (N, D) and y (M, D).

    |m - n|² + tr(A + B - 2 (A B)^½), as in FID (Heusel et al., 2017); 0 for equal sets. It is
    biased upward for small sets: compare only sets of the same size.
    """
    x, y = x.double(), y.double()
    a, b = (torch.cov(features.T).view(features.shape[1], -1) for features in (x, y))
    shift = (x.mean(0) - y.mean(0)).square().sum()
    values, vectors = torch.linalg.eigh(a)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    # A B and A^½ B A^½ have the same eigenvalues, and the latter is symmetric
    overlap = torch.linalg.eigvalsh(root @ b @ root).clamp(min=0).sqrt().sum()
    distance = shift + a.trace() + b.trace() - 2 * overlap
    return float(distance.clamp(min=0))


def diversity(x: Tensor) -> float:
    """Compute the mean distance of all pairs of x (N, D), N > 1."""
    return torch.pdist(x.double()).mean().item()


def nearest(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Find the nearest of y (M, D) for each of x (N, D): distances (N,) and indices (N,)."""
    minimum = torch.cdist(x.double(), y.double()).min(1)
    return minimum.values, minimum.indices
