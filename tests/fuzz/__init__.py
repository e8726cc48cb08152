"""Structure-aware fuzzing of every format: ``python -m tests.fuzz --minutes 1 --format mdoc``.

Good and bad samples are taken apart into trees (``trees``), changed at any depth (``mutate``), put
together again and judged; ``oracle`` says what may come of it. The same seed makes the same inputs.
"""
