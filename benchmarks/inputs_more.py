"""How long it takes from a sender's call to the frame: LSL and MIDI, senders in processes or threads of their own.

``python benchmarks/inputs_more.py`` prints p50, p99 and max in ms; LSL over the loopback from another process, raw
MIDI through a pseudo-terminal and, where a JACK server can be started, through a JACK port (which passes messages on
once a period: here 256 frames at 48 kHz, 5.3 ms).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

from gesturemap.clock import SystemClock
from gesturemap.frames import Spec
from gesturemap.inputs.lsl import Lsl
from gesturemap.inputs.midi import MidiIn

TESTS = Path(__file__).parents[1] / "tests"
sys.path.append(str(TESTS))
COUNT = 2000
WARM = 200
"""First samples that are not counted: they have waited while the stream was opened."""
INTO = """
import time, sys, pylsl
import numpy as np
resolver = pylsl.ContinuousResolver(pred="name='bench-out'")
while not resolver.results():
    time.sleep(0.01)
inlet = pylsl.StreamInlet(resolver.results()[0])
inlet.open_stream(10.0)
print("ready", flush=True)
late = []
for _ in range(int(sys.argv[1])):
    sample, _ = inlet.pull_sample(10.0)
    late.append(time.perf_counter() - sample[0])
print(*late, flush=True)
"""


def say(what: str, seconds: list[float], lost: int) -> None:
    p50, p99, most = np.percentile(np.array(seconds) * 1e3, (50, 99, 100))
    print(f"{what:28} p50 {p50:7.3f} ms  p99 {p99:7.3f} ms  max {most:7.3f} ms  lost {lost} of {COUNT}")


def lsl_in() -> None:
    command = [
        sys.executable,
        str(TESTS / "inputs" / "lsl_sender.py"),
        "bench-in",
        "double",
        str(COUNT),
        "200",
        "n,sent",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sender:
        assert sender.stdout is not None
        sender.stdout.readline()
        run = Lsl(stream="bench-in", wait=5.0).start(SystemClock())
        late, shift = [], []
        while len(late) < COUNT and (frame := run.read(2.0)) is not None:
            late.append(frame.arrived - frame.values[1])
            shift.append(abs(frame.time - frame.values[1]))
        run.close()
        sender.kill()
    say("LSL in, 200 Hz", late[WARM:], COUNT - len(late))
    say("  error of its time stamps", shift[WARM:], COUNT - len(late))


def lsl_out() -> None:
    from gesturemap.frames import Controls
    from gesturemap.outputs.lsl import Lsl as Out

    run = Out(name="bench-out").start(Spec.of("sent s"))
    with subprocess.Popen(
        [sys.executable, "-c", INTO, str(COUNT)], stdout=subprocess.PIPE, text=True
    ) as receiver:
        assert receiver.stdout is not None
        receiver.stdout.readline()
        cost = []
        for _ in range(COUNT):
            now = time.perf_counter()
            run.send(Controls(now, np.array([now])))
            cost.append(time.perf_counter() - now)
            time.sleep(0.005)
        late = [float(each) for each in receiver.stdout.readline().split()]
    say("LSL out, 200 Hz", late, COUNT - len(late))
    say("  cost of sending", cost, 0)
    run.close()


def midi(what: str, port: str, send: object) -> None:
    run = MidiIn(port=port, channels=("cc 1 + 33",)).start(SystemClock())
    sent: list[float] = []

    def play() -> None:
        for number in range(COUNT):
            sent.append(time.perf_counter())
            send(0xB0, 33, number % 128)
            time.sleep(0.005)

    player = threading.Thread(target=play)
    player.start()
    late: list[float] = []
    heard = 0
    while len(late) < COUNT and (frame := run.read(2.0)) is not None:
        value = round(frame.values[0] * 16383)
        while heard < COUNT - 1 and heard % 128 != value:  # one that was lost is not taken for the next
            heard += 1
        late.append(frame.arrived - sent[heard])
        heard += 1
    player.join()
    run.close()
    say(what, late, COUNT - len(late))
    print(f"  of those, lost here: {run.health.lost}")


def main() -> None:
    import tempfile

    from midi_ports import JACK, Cable, jack_server

    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "lsl_api.cfg"
        config.write_text(
            f"[multicast]\nResolveScope = machine\n[lab]\nSessionID = b{os.getpid()}\n[log]\nlevel = -3\n"
        )
        os.environ["LSLAPICFG"] = str(config)
        lsl_in()
        lsl_out()
        cable = Cable(Path(folder) / "midi")
        midi("raw MIDI, 200 messages/s", str(cable.path), cable.send)
        cable.unplug()
        if JACK:
            with jack_server(), contextlib.suppress(ImportError):
                import rtmidi

                player = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name="keys")
                player.open_virtual_port("keyboard")
                midi("JACK MIDI, 200 messages/s", "keyboard", lambda *numbers: player.send_message(numbers))
                player.delete()


if __name__ == "__main__":
    main()
