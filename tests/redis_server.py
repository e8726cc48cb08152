"""A Redis server of one's own for a test: on a socket in a folder, nothing written to disk."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from contextlib import suppress

import pytest

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
needed = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")


class Server:
    """Starts, dies and comes back under one address."""

    def __init__(self, folder):
        self.path = folder / "redis.sock"
        self.url = f"unix://{self.path}"
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, "--port", "0", "--unixsocket", str(self.path), "--save", "", "--appendonly",
             "no", "--dir", str(self.path.parent), "--loglevel", "warning"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        client, until = self.client(), time.monotonic() + 10
        while True:
            with suppress(Exception):
                client.ping()
                return self
            if time.monotonic() > until:
                raise TimeoutError("redis-server did not start")
            time.sleep(0.01)

    def client(self):
        from redis import Redis

        return Redis.from_url(self.url, socket_timeout=1)

    def kill(self):
        """At once, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def pause(self):
        """It takes connections and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)
