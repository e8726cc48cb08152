"""``python -m defa_trust``: the same program as ``defa-trust`` (floor 14)."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
