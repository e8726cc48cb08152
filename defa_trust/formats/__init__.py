"""Formats (floor 3): each reduces bytes to signed parts and digest claims; none trusts anything."""
