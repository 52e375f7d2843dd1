"""What others find in the network, and what is said where the libraries for that are missing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from remote_house import House


def test_without_the_libraries_it_says_what_brings_them(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.machinery as m\nfind = m.PathFinder.find_spec\n"
        "m.PathFinder.find_spec = lambda name, *rest: None if name in ('aiohttp', 'zeroconf') else find(name, *rest)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(hidden), *sys.path]))
    house.begin(query=True, announce=True)
    house.until(lambda: house.faults and house.remote.get("address"))
    assert "it comes with the extra 'remote'" in house.faults[0]
    peer = house.peer()
    peer.say("ping")
    assert house.answer(peer)[0].arguments == ("ping", "gesturemap is here")


@pytest.mark.long
def test_it_is_found_by_others(house: House) -> None:
    zeroconf = pytest.importorskip("zeroconf")
    house.open(query=True, announce=True)
    house.until(lambda: house.remote.get("announced"))
    there = zeroconf.Zeroconf(interfaces=["127.0.0.1"])
    try:
        found: dict[str, int] = {}

        class Listener(zeroconf.ServiceListener):
            def add_service(self, zero: Any, kind: str, name: str) -> None:
                info = zero.get_service_info(kind, name)
                if info is not None and info.port == house.port:
                    found[kind] = info.port

            def update_service(self, zero: Any, kind: str, name: str) -> None:
                self.add_service(zero, kind, name)

            def remove_service(self, zero: Any, kind: str, name: str) -> None:
                found.pop(kind, None)

        kinds = ["_osc._udp.local.", "_oscjson._tcp.local."]
        browser = zeroconf.ServiceBrowser(there, kinds, Listener())
        house.until(lambda: set(found) == set(kinds))
        assert set(found.values()) == {house.port}
        browser.cancel()
    finally:
        there.close()
