"""Vector drawing: paths, paint and groups as values, rasterized by ThorVG or written as SVG."""
