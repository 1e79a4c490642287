"""Version of Miaobi, read by the packaging and written into every label."""

VERSION = "0.1.0"
