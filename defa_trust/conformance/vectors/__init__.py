"""The vectors, one small function each; a module holds one theme of one group (floor 13)."""
