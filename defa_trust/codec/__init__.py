"""Strict codecs (floor 2): one place for duplicates, trailing bytes, canonical form and caps."""
