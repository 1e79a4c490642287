"""Illustrations by rule: from the words of a prompt to figures and things in a lit place."""
