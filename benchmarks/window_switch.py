"""How long the window's event loop is away while somebody switches from dark to light and back, everything live.

    QT_QPA_PLATFORM=offscreen [QT_SCALE_FACTOR=2] python benchmarks/window_switch.py [--page teach|test] [--times 10]

12 channels at 200 Hz and 20 gestures, fed from another process; every page and the settings were seen before.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os

from window import Heart, feed, opened


def switched(endpoint: str, page: str, times: int) -> dict[str, float]:
    """The longest pause on the clock and the longest piece of work, in ms."""
    from PySide6.QtTest import QTest

    _, window = opened(endpoint, (1280, 720), page)
    for each in ("test", "teach", page):
        window.enter(each)
        window.settings.show_tab()
        QTest.qWait(1500)
        window.settings.put_away()
    heart = Heart()
    heart.begin()
    for _ in range(times):
        window.change_look()
        QTest.qWait(700)
    window.close()
    return heart.figures()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", default="teach", choices=("teach", "test"))
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    stop = spawn.Event()
    other = spawn.Process(target=feed, args=(theirs, stop))
    other.start()
    try:
        figures = switched(ours.recv(), options.page, options.times)
    finally:
        stop.set()
        other.join()
    figures["load"] = os.getloadavg()[0]
    print("\n".join(f"{name}: {value:.2f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
