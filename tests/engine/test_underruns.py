"""Blocks that came too late for the sound card are known to the engine, its log and whoever listens to it."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
import pyxdf
from pythonosc.osc_message import OscMessage

from gesturemap import inner
from gesturemap.engine.figures import Figures
from gesturemap.engine.outputs import Outputs
from gesturemap.frames import Controls, Spec
from gesturemap.logs.write import LogWriter
from gesturemap.outputs.osc import Osc
from gesturemap.outputs.synth import Synth
from gesturemap.synth.block import BlockReader


@pytest.fixture
def receiver():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(5.0)
        yield heard


def test_they_are_told_once_each_time_they_have_risen(receiver, tmp_path: Path) -> None:
    spec = Spec.of("pad.level")
    port = receiver.getsockname()[1]
    outputs = Outputs([Osc(port=port), Synth()], spec, lambda error: pytest.fail(str(error)))
    log = LogWriter(tmp_path / "x.xdf", inner.Load())
    instrument = SimpleNamespace(
        chain=SimpleNamespace(delay=0.0), outputs=outputs, controls=Controls(7.5, outputs._rests[0].neutral)
    )
    figures = Figures(0.0)
    try:
        synth = BlockReader(outputs.runs[1].block_path)  # type: ignore[attr-defined]
        for late in (0, 3, 3, 0, 3, 8, 0):  # 0: a new block, to which the synth has said nothing yet
            synth.report(late)
            figures.table(1.0, None, instrument, log)  # type: ignore[arg-type]
        told = [OscMessage(receiver.recv(1000)) for _ in range(2)]
    finally:
        outputs.close()
        log.close()
    assert [(message.address, message.params) for message in told] == [
        ("/gesturemap/underruns", [3]),
        ("/gesturemap/underruns", [8]),
    ]
    streams = {stream["info"]["name"][0]: stream for stream in pyxdf.load_xdf(str(tmp_path / "x.xdf"))[0]}
    assert [row[0] for row in streams["underruns"]["time_series"]] == ["3", "8"]
