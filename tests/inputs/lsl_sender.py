"""A program of its own with an LSL outlet: ``lsl_sender.py NAME FORMAT COUNT RATE LABELS``; it ends with its input.

The first channel counts the samples, the second is when it was sent by this machine's clock.
"""

from __future__ import annotations

import sys
import threading
import time

import pylsl


def main() -> None:
    name, kind, count, rate, labels = sys.argv[1:6]
    width = len(labels.split(","))
    form = (
        pylsl.cf_string if kind == "string" else pylsl.cf_double64 if kind == "double" else pylsl.cf_float32
    )
    info = pylsl.StreamInfo(name, "Mocap", width, float(rate), form, f"source-of-{name}")
    channels = info.desc().append_child("channels")
    for label in labels.split(","):
        text, _, unit = label.partition(":")
        channel = channels.append_child("channel")
        channel.append_child_value("label", text)
        channel.append_child_value("unit", unit)
    outlet = pylsl.StreamOutlet(info)
    print("open", flush=True)
    outlet.wait_for_consumers(10.0)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    for number in range(int(count)):
        sample = [number, time.perf_counter(), *[0.5] * width][:width]
        outlet.push_sample([str(each) for each in sample] if kind == "string" else sample)
        if ended.wait(1.0 / float(rate) if float(rate) else 0.001):
            return
    ended.wait(30.0)


if __name__ == "__main__":
    main()
