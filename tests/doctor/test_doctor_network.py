"""Own addresses, and the one for the phone."""

from __future__ import annotations

import sys

import pytest

from gesturemap.doctor import card, network
from gesturemap.doctor.finding import LOOK, OK, WRONG
from gesturemap.doctor.network import Address, addresses, for_phone, kind_of, machine

WIFI = Address("wlan0", network.WIFI, "192.168.1.20", "192.168.1.255")
WIRE = Address("enp3s0", network.WIRE, "10.0.0.4", "10.0.0.255", leads_out=True)
DOCKER = Address("docker0", network.VIRTUAL, "172.17.0.1", "172.17.255.255")
VPN = Address("wg0", network.VPN, "10.8.0.2")
PUBLIC = Address("eth0", network.WIRE, "9.9.9.9")
LEFT_ALONE = Address("eth1", network.WIRE, "169.254.3.4")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lo0", network.OWN), ("Loopback Pseudo-Interface 1", network.OWN), ("wlp2s0", network.WIFI),
        ("Wi-Fi", network.WIFI), ("enp3s1", network.WIRE), ("Ethernet 2", network.WIRE),
        ("docker9", network.VIRTUAL), ("br-1a2b", network.VIRTUAL), ("vEthernet (WSL)", network.VIRTUAL),
        ("utun3", network.VPN), ("tailscale9", network.VPN), ("wg7", network.VPN),
    ],
)  # fmt: skip
def test_an_interface_is_known_by_its_name(name, kind):
    assert kind_of(name) == kind


def test_this_machine_has_its_own_addresses():
    found = addresses()
    own = next(one for one in found if one.text == "127.0.0.1")
    assert own.kind == network.OWN
    assert [one.six for one in found] == sorted(one.six for one in found)  # IPv4 is what a phone is told


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the fallback asks the Linux kernel")
def test_without_psutil_the_same_addresses_are_found(monkeypatch):
    with_it = {(one.interface, one.text) for one in addresses()}
    monkeypatch.setitem(sys.modules, "psutil", None)
    without = {(one.interface, one.text) for one in addresses()}
    assert ("lo", "127.0.0.1") in without
    assert without <= with_it


def test_the_phone_is_not_sent_to_docker_or_a_vpn():
    found = [WIFI, WIRE, VPN, DOCKER]
    assert for_phone(found) == WIFI
    findings = machine(found, [8000])
    assert [one.state for one in findings] == [OK] * 4
    assert findings[0].next == "type 192.168.1.20 and port 8000 into the phone"
    assert all("not for the phone" in one.next for one in findings[2:])


def test_the_only_way_may_be_a_vpn():
    (finding, docker) = machine([VPN, DOCKER], [8000])
    assert finding.state == LOOK
    assert "10.8.0.2" in finding.next
    assert "not for the phone" in docker.next


def test_a_public_address_is_warned_of():
    (finding,) = machine([PUBLIC], [8000])
    assert finding.state == LOOK
    assert "public" in finding.what


def test_without_a_network_the_phone_has_nowhere_to_send():
    for found in ([], [DOCKER], [LEFT_ALONE]):
        assert machine(found, [8000])[-1].state == WRONG


def test_the_address_can_be_scanned():
    pytest.importorskip("segno")
    shown = card.code("192.168.1.20", 8000)
    assert len(shown.splitlines()) > 12
    assert shown != card.code("192.168.1.21", 8000)
    assert card.text_of("192.168.1.20", 8000) == "osc.udp://192.168.1.20:8000"


def test_without_segno_the_address_is_shown_large(monkeypatch):
    monkeypatch.setitem(sys.modules, "segno", None)
    assert card.code("192.168.1.20", 8000) == ""
    assert card.large("1:7").splitlines() == [
        "  1       777".replace("1", "█").replace("7", "█"),
        " ██   █     █",
        "  █         █",
        "  █   █     █",
        "  █         █",
    ]
