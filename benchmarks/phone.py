"""From a phone's page to a frame: latency on this machine, and the rate that is held. Needs a Chromium.

``python benchmarks/phone.py [seconds]``; the page and the frames share one machine, so Wi-Fi is not in it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from browser import Browser, Page

from gesturemap.clock import SystemClock
from gesturemap.inputs.phone.input import Phone, PhoneRun

PAGE = Phone(port=0, host="127.0.0.1", channels=("acc", "gyro"))
SENDER = """(async () => {{
  const from = performance.now(), axes = {{x: 1, y: 2, z: 3}};
  for (let i = 0; i < {count}; i++) {{
    const due = from + i * {ms};
    while (performance.now() < due - 3) await new Promise(go => setTimeout(go, due - performance.now() - 3));
    while (performance.now() < due) {{ const c = new MessageChannel(); c.port2.postMessage(0);
      await new Promise(go => {{ c.port1.onmessage = go; }}); }}
    const sent = (performance.timeOrigin + performance.now()) % 1e6;
    dispatchEvent(new DeviceMotionEvent('devicemotion', {{accelerationIncludingGravity: {{x: sent, y: 0, z: 9.81}},
      acceleration: axes, rotationRate: {{alpha: 1, beta: 2, gamma: 3}}, interval: {ms}}}));
  }}
}})(); 0"""
NO_SOCKETS = "window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 1); } }"


def offset(page: Page) -> float:
    """By how many ms the page's clock is ahead of ours: that of the quickest of many questions."""
    found = []
    for _ in range(200):
        before = time.time() * 1000
        theirs = page.js("performance.timeOrigin + performance.now()")
        after = time.time() * 1000
        found.append((after - before, theirs - (before + after) / 2))
    return min(found)[1]


def measure(browser: Browser, rate: float, seconds: float, sockets: bool) -> str:
    run: PhoneRun = replace(PAGE, rate=rate).start(SystemClock())
    try:
        page = browser.page(run.urls[0])
        if not sockets:
            page.js(NO_SOCKETS)
        page.start()
        ahead = offset(page)
        count = int(rate * seconds)
        server = psutil.Process(run._process.pid)
        busy = sum(server.cpu_times()[:2])
        page.js(SENDER.format(count=count, ms=1000 / rate))
        late, times, at = [], [], []
        while len(late) < count and (frame := run.read(3.0)) is not None:
            now = time.time() * 1000
            late.append((now + ahead - frame.values[0] + 5e5) % 1e6 - 5e5)
            times.append(frame.time)
            at.append(now)
        share = (sum(server.cpu_times()[:2]) - busy) / (at[-1] - at[0]) * 1000
        p50, p99 = np.percentile(late, (50, 99))
        steps = np.diff(times) * 1000
        held = (len(late) - 1) / (at[-1] - at[0]) * 1000
        return (
            f"{'WebSocket' if sockets else 'POST':9}  {rate:5.0f} Hz  {len(late)} of {count} frames, "
            f"{held:6.1f} Hz held, "
            f"p50 {p50:5.2f} ms, p99 {p99:5.2f} ms, max {max(late):6.2f} ms; "
            f"steps of time: sd {steps.std():.2f} ms (arrivals {np.diff(at).std():.2f}); server {share:.1%} of a core"
        )
    finally:
        run.close()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(Path(folder))
        try:
            for sockets in (True, False):
                for rate in (60.0, 200.0):
                    print(measure(browser, rate, seconds, sockets), flush=True)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
