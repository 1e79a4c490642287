"""Places: backgrounds in layers of depth, painted by rule for any hour, weather and season."""
