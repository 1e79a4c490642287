"""Places in nature, at the water and in the sky."""
