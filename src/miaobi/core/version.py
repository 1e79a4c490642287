"""The version of Miaobi: the packaging reads it from here, and every label holds it."""

VERSION = "0.1.0"
