"""Motion of illustrations: figures, things, camera, air and light over the time of a clip."""
