"""Demonstrations through a pipe and back, to the bit."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from making_projects import make_demonstration, same_demonstration  # type: ignore[import-not-found]

from gesturemap.demonstrations import Demonstration
from gesturemap.errors import GesturemapError
from gesturemap.frames import Spec
from gesturemap.project.pack import MAGIC, pack, unpack


def test_there_and_back() -> None:
    many = [make_demonstration(f"{n}", f"gesture / {n % 3} ☂", n, n, outputs=n % 2 == 0) for n in range(20)]
    many.append(replace(many[3], spec=Spec.of("a", "b m/s2", rate=0.1)))
    odd = np.array([[np.nan, np.inf], [-0.0, 5e-324]])
    many.append(replace(many[2], values=odd))
    again = unpack(pack(many))
    assert len(again) == 22
    for one, other in zip(many[:-1], again[:-1], strict=True):
        assert same_demonstration(one, other)
    assert again[-1].values.tobytes() == odd.tobytes()
    assert again[0].values.flags.writeable
    assert again[5].values.flags.c_contiguous
    assert unpack(pack([])) == ()


def test_fortran_order_and_slices_survive() -> None:
    d = make_demonstration("a", "b", frames=12)
    turned = replace(d, values=np.asfortranarray(d.values)[::2], time=d.time[::2])
    assert same_demonstration(unpack(pack([turned]))[0], turned)


def tampered(**changes: object) -> bytes:
    head, line, numbers = pack([make_demonstration("a", "b", frames=10)]).split(b"\n", 2)
    table = json.loads(line)
    table[0] |= changes
    return b"\n".join([head, json.dumps(table).encode(), numbers])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        MAGIC,
        MAGIC + b"[]\n12345678",
        MAGIC + b"{}",
        MAGIC + b"[" * 100_000 + b"\n",
        MAGIC + b"3\n",
        pack([make_demonstration("a", "b")])[:-30],
        pack([make_demonstration("a", "b")])[:-8],
        pack([make_demonstration("a", "b")]) + bytes(8),
        tampered(frames=11),
        tampered(frames=9),
        tampered(frames=-1),
        tampered(frames=2**62),
        tampered(frames="many"),
        tampered(channels=[]),
        tampered(channels=[["a", ""], ["a", ""]]),
        tampered(targets=[2**33, 2**33]),
        tampered(targets=[1]),
        tampered(label=None, channels=None),
    ],
)
def test_what_pack_never_makes_is_refused(data: bytes) -> None:
    with pytest.raises(GesturemapError, match=r"packed demonstrations|channels|demonstration"):
        unpack(data)


def test_a_one_frame_gesture_is_a_demonstration() -> None:
    one: Demonstration = make_demonstration("a", "b", frames=1)
    assert same_demonstration(unpack(pack([one]))[0], one)
    assert one.seconds == 0.0
