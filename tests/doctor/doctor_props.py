"""What a doctor meets: senders and holders of ports in processes of their own, free ports, small projects."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SENDER = """
import select, socket, sys
host, own, port, *packets = sys.argv[1:]
out = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
if own:
    out.bind((own, 0))
print("sending", flush=True)
while not select.select([sys.stdin], [], [], 0.01)[0]:
    for packet in packets:
        out.sendto(bytes.fromhex(packet), (host, int(port)))
"""
HOLDER = """
import socket, sys
held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
held.bind(("0.0.0.0", int(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def process(code: str, *words: object) -> Iterator[subprocess.Popen[str]]:
    """A process that ends when its input does."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as made:
        try:
            yield made
        finally:
            assert made.stdin
            made.stdin.close()
            made.wait(10)


@contextmanager
def sender(port: int, *packets: bytes, host: str = "127.0.0.1", own: str = "") -> Iterator[None]:
    """Packets, a hundred times a second, from this address of ours."""
    with process(SENDER, host, own, port, *(packet.hex() for packet in packets)) as made:
        assert made.stdout
        assert made.stdout.readline() == "sending\n"
        yield


@contextmanager
def holder(port: int) -> Iterator[int]:
    """Another program that has a port; its process number."""
    with process(HOLDER, port) as made:
        assert made.stdout
        assert made.stdout.readline() == "held\n"
        yield made.pid


def free_port() -> int:
    """A UDP port that nobody holds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("0.0.0.0", 0))
        return int(asked.getsockname()[1])


def project(folder: Path, source: str, outputs: str = "") -> Path:
    """A project with this ``[input]`` and these ``[[outputs]]``."""
    folder.mkdir(exist_ok=True)
    text = f'gestures = ["circle"]\n[project]\nname = "small"\n[input]\n{source}\n[model]\nkind = "hhmm"\n{outputs}\n'
    (folder / "project.toml").write_text(text)
    return folder
