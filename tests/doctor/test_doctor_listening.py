"""Real senders and real holders of ports, in processes of their own."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace

import pytest
from doctor_props import free_port, holder, project, sender

from gesturemap.doctor import ears as ears_module
from gesturemap.doctor import listening as listening_module
from gesturemap.doctor.ears import Ears
from gesturemap.doctor.finding import LOOK, OK, WRONG, Finding
from gesturemap.doctor.listening import listening, of_sender
from gesturemap.doctor.network import OWN, WIFI, Address
from gesturemap.doctor.paths import loop_back
from gesturemap.doctor.plan import Plan, plan_for
from gesturemap.doctor.ports import ports
from gesturemap.doctor.traffic import Traffic
from gesturemap.inputs.known import senders_of_osc, usual_ports
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build

WATCHED = ears_module.nearby
LOOP = [Address("lo", OWN, "127.0.0.1"), Address("lo", OWN, "::1")]
FOUND = [Address("wlan0", WIFI, "192.168.1.20", "192.168.1.255"), *LOOP]


def plan(**changes) -> Plan:
    port = free_port()
    sensor = Osc(port=port, address="/acc", arguments=("x", "y", "z"))
    return replace(Plan((port,), 0.7, "small", sensor=sensor), **changes)


def listened(plan: Plan, *packets: bytes, to: int = 0, host: str = "127.0.0.1") -> list[Finding]:
    with sender(to or plan.ports[0], *packets, host=host):
        return listening(plan, Ears(plan), FOUND, [])


def test_the_right_packets_are_heard():
    (finding,) = listened(plan(), build("/acc", 1.0, 2.0, 3.0))
    assert finding.state == OK
    assert "127.0.0.1 by lo" in finding.what
    assert "/acc fff: all of it is used" in finding.what
    assert "packets/s" in finding.what


def test_another_address_is_named_with_the_one_waited_for():
    (finding,) = listened(plan(), build("/accxyz", 1.0, 2.0, 3.0))
    assert finding.state == WRONG
    assert "another address /accxyz: the project waits for /acc" in finding.what
    assert 'address = "/accxyz"' in finding.next


def test_what_is_partly_used_is_to_be_looked_at():
    (finding,) = listened(plan(), build("/acc", 1.0, 2.0, 3.0), build("/acc", 1.0))
    assert finding.state == LOOK
    assert "1 arguments instead of 3" in finding.what


def test_a_phone_that_sends_more_than_is_wanted_is_heard():
    (finding,) = listened(plan(), build("/acc", 1.0, 2.0, 3.0), build("/gyro", 1.0, 2.0, 3.0))
    assert finding.state == OK
    assert "another address /gyro" in finding.what


def test_what_is_left_out_on_purpose_is_no_trouble_and_is_told():
    right, battery = build("/acc", 1.0, 2.0, 3.0), build("/battery", 0.8)
    calm = plan()
    assert calm.sensor is not None
    calm = replace(calm, sensor=replace(calm.sensor, leave=("/battery",)))
    (finding,) = listened(calm, right, battery)
    assert finding.state == OK
    assert "all of it is used but" in finding.what
    assert "that the project leaves out on purpose" in finding.what
    (finding,) = listened(calm, battery)
    assert finding.state == LOOK
    assert "all of it is left out on purpose" in finding.what


@pytest.mark.long
def test_a_message_that_is_missing_is_no_all_clear():
    sensor = Osc(port=free_port(), messages={"/accel": ("acc_x", "acc_y"), "/rrate": ("gyro_x",)})
    phone = replace(plan(), ports=(sensor.port,), sensor=sensor)
    (finding,) = listened(phone, build("/accel", 1.0, 2.0))
    assert finding.state == WRONG
    assert "no frame yet: waiting for gyro_x (/rrate)" in finding.what
    assert 'columns = ["NAME*", ...]' in finding.next
    (finding,) = listened(phone, build("/rrate", 1.0))
    assert "no frame yet: waiting for acc_x (/accel)" in finding.what
    (finding,) = listened(phone, build("/accel", 1.0, 2.0), build("/rrate", 3.0))
    assert finding.state == OK


def test_what_points_at_the_reasons_above_comes_below_them():
    traffic = Traffic(8000, Osc(address="/acc", arguments=("x",)))
    for at in range(400):
        traffic.take(build("/acc", *[1.0] * (2 + at % 40)), ("10.0.0.9", 1), "", 0.01 * at)
    traffic.take(b"{}", ("10.0.0.9", 1), "", 5.0)
    found = of_sender(plan(), traffic, "10.0.0.9", traffic.senders["10.0.0.9"], FOUND)
    assert all("mend those above" not in one.next for one in found[:1])
    alone = Traffic(8000, Osc(address="/acc", arguments=("x",)))
    alone.take(b"{}", ("10.0.0.9", 1), "", 5.0)
    (line,) = of_sender(plan(), alone, "10.0.0.9", alone.senders["10.0.0.9"], FOUND)
    assert "ignored once: no OSC" in line.what


def test_a_known_sensor_at_a_project_for_another_is_named_with_what_to_change():
    own = plan()
    traffic = Traffic(own.ports[0], own.sensor)
    for at in range(20):
        for address in ("/gyrosc/accel", "/gyrosc/rrate"):
            traffic.take(build(address, 0.1, 0.2, 1.0), ("10.0.0.9", 1), "", 0.01 * at)
    (finding,) = of_sender(own, traffic, "10.0.0.9", traffic.senders["10.0.0.9"], FOUND)
    assert finding.state == WRONG
    assert "it looks like gyrosc" in finding.next
    assert "put messages and columns of 'gesturemap sensors gyrosc'" in finding.next


def test_a_second_phone_is_to_be_looked_at_with_the_table_of_both():
    sensor = Osc(port=free_port(), address="/<id>/acc", arguments=("x", "y", "z"))
    phones = plan(ports=(sensor.port,), sensor=sensor)
    packets = [build(f"/{name}/acc", 1.0, 2.0, 3.0) for name in ("ann", "bob")]
    (finding,) = listened(phones, *packets)
    assert finding.state == LOOK
    assert "another device, bob; the project follows ann" in finding.what
    assert 'devices = {left = "ann", right = "bob"}' in finding.next
    (finding,) = listened(replace(phones, sensor=replace(sensor, devices={"left": "ann"})), *packets)
    assert 'devices = {left = "ann", right = "bob"}' in finding.next


def test_a_second_phone_at_another_address_is_no_fault():
    here = plan()
    with sender(here.ports[0], build("/acc", 1.0, 2.0, 3.0)):
        ears = Ears(here)
        with sender(here.ports[0], build("/acc", 1.0, 2.0, 3.0), own="127.0.0.2"):
            findings = listening(here, ears, FOUND, [])
    (finding,) = [one for one in findings if one.state != OK]
    assert finding.state == LOOK
    assert "another device" in finding.what
    assert sorted(finding.next.split('"')[1::2]) == ["127.0.0.1", "127.0.0.2"]


def test_many_other_addresses_of_one_sender_are_one_line():
    (finding,) = listened(plan(), *[build(f"/key{number}", 1.0) for number in range(6)])
    assert finding.state == WRONG
    assert "another address /key" in finding.what
    assert all(f"/key{number}" in finding.what.partition("ignored")[2] for number in range(6))


def test_garbage_is_no_osc():
    (finding,) = listened(plan(), b"1.0,2.0,3.0\n")
    assert finding.state == WRONG
    assert "no OSC" in finding.what
    assert "1.0,2.0,3.0" in finding.what


def test_silence_asks_for_wifi_address_and_firewall():
    wanted = replace(plan(), seconds=0.1)
    (finding,) = listening(wanted, Ears(wanted), FOUND, [])
    assert finding.state == LOOK
    for word in ("same Wi-Fi", "192.168.1.20", str(wanted.ports[0]), "firewall", "gesturemap doctor small"):
        assert word in finding.next


def test_the_other_network_interface_is_told():
    wanted = plan()
    narrow = replace(wanted, sensor=replace(wanted.sensor, host="192.168.1.20"))
    (finding,) = listened(narrow, build("/acc", 1.0, 2.0, 3.0))
    assert finding.state == WRONG
    assert "arrives, but at 127.0.0.1, and the project listens at 192.168.1.20 only" in finding.what
    assert "0.0.0.0" in finding.next


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_a_sender_over_ipv6_is_seen():
    (finding,) = listened(plan(), build("/acc", 1.0, 2.0, 3.0), host="::1")
    assert finding.state == WRONG
    assert "over IPv6" in finding.what


def test_a_project_that_listens_over_ipv6_hears_it():
    wanted = plan()
    (finding,) = listened(
        replace(wanted, sensor=replace(wanted.sensor, host="::")), build("/acc", 1.0, 2.0, 3.0), host="::1"
    )
    assert finding.state == OK


def test_an_app_that_is_set_to_tcp_is_told():
    wanted = plan()
    ears = Ears(wanted)
    socket.create_connection(("127.0.0.1", wanted.ports[0]), 5).close()
    (finding,) = listening(wanted, ears, FOUND, [])
    assert finding.state == WRONG
    assert "127.0.0.1 wants to connect over TCP" in finding.what


@pytest.mark.parametrize("broken", [{"address": "no slash"}, {"arguments": ("-", "-")}])
def test_a_sensor_that_cannot_be_started_is_told_and_what_arrives_as_well(broken):
    wanted = plan()
    fault, heard = listened(
        replace(wanted, sensor=replace(wanted.sensor, **broken)), build("/acc", 1.0, 2.0, 3.0)
    )
    assert fault.state == WRONG
    assert "input osc" in fault.what
    assert fault.next
    assert heard.state == OK


def test_a_port_that_changes_at_every_start_is_no_port_for_a_phone():
    wanted = replace(plan(), ports=(), sensor=Osc(port=0), seconds=0.1)
    (finding,) = listening(wanted, Ears(wanted), FOUND, [])
    assert finding.state == LOOK


@pytest.mark.parametrize(
    ("host", "states"), [("127.0.0.1", [OK, LOOK]), ("10.9.9.9", [OK, WRONG]), ("0.0.0.0", [OK])]
)
def test_where_the_project_listens_matters(host, states):
    wanted = plan()
    ears = Ears(wanted)
    findings = ports(replace(wanted, sensor=replace(wanted.sensor, host=host)), ears, [], FOUND)
    ears.close()
    assert [one.state for one in findings] == states


def test_what_keeps_it_from_listening_is_not_taken_for_silence(monkeypatch):
    monkeypatch.setattr("gesturemap.doctor.traffic.parse", lambda packet: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        listened(plan(), build("/acc", 1.0, 2.0, 3.0))


def test_a_sender_that_has_the_wrong_port_is_found(monkeypatch):
    elsewhere = free_port()
    monkeypatch.setattr(ears_module, "nearby", lambda: [elsewhere])
    wanted = plan()
    findings = listened(wanted, build("/acc", 1.0, 2.0, 3.0), to=elsewhere)
    assert f"port {elsewhere}" in findings[-1].what
    assert f"type port {wanted.ports[0]}" in findings[-1].next


def test_the_ports_of_all_known_sensors_are_watched():
    assert {8000, 9000, 9999, 50000, 57120, *usual_ports(senders_of_osc())} <= set(WATCHED())


@pytest.mark.long
def test_without_a_project_a_sender_to_any_port_is_told_with_what_it_is(monkeypatch):
    elsewhere = free_port()
    monkeypatch.setattr(ears_module, "nearby", lambda: [elsewhere])
    profile = senders_of_osc()["sensors2osc"].settings
    assert isinstance(profile, Osc)
    packets = [  # of a phone that lies on its edge
        build(address.replace("<id>", "phone"), *[5.66 if "acc" in address else 0.0] * len(texts))
        for address, texts in profile.messages.items()
    ]
    nobody = Plan((free_port(),), 0.7, usual=True)
    (finding,) = listened(nobody, *packets, to=elsewhere)
    assert finding.state == OK
    assert f"port {elsewhere}: 127.0.0.1" in finding.what
    assert "packets/s" in finding.what
    assert f"gesturemap new MINE --sensor sensors2osc --port {elsewhere}" in finding.next
    assert f"gesturemap sensors listen --port {elsewhere}" in finding.next
    (finding,) = listened(nobody, build("/nobody/knows", 1.0), to=elsewhere)
    assert f"gesturemap sensors listen --port {elsewhere}" in finding.next
    assert f"gesturemap new MINE --port {elsewhere}" in finding.next
    (finding,) = listened(nobody, b"1.0,2.0\n", to=elsewhere)
    assert finding.state == WRONG
    assert "no OSC" in finding.what
    silence, finding = listened(replace(nobody, usual=False), build("/nobody/knows", 1.0), to=elsewhere)
    assert silence.state == LOOK
    assert f"port {nobody.ports[0]}: nothing arrived" in silence.what


def test_a_port_that_is_held_is_told_with_its_holder():
    wanted = plan()
    with holder(wanted.ports[0]) as pid:
        ears = Ears(wanted)
        (finding,) = ports(wanted, ears, [])
        ears.close()
    assert finding.state == WRONG
    assert f"PID {pid} (python" in finding.what


def test_a_port_that_is_held_is_not_listened_at_and_that_is_said():
    asked = plan()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("0.0.0.0", asked.ports[0]))
        (finding,) = listening(replace(asked, seconds=0.1), Ears(asked), (), ())
    assert finding.what == f"port {asked.ports[0]}: not listened at, as it could not be opened"


def test_the_right_setting_is_named_where_several_messages_make_a_frame():
    sensor = Osc(port=free_port(), messages={"/accel": ("acc_x", "acc_y"), "/rrate": ("gyro_x",)})
    phone = replace(plan(), ports=(sensor.port,), sensor=sensor)
    (finding,) = listened(phone, build("/accel", 1.0, 2.0, 3.0))
    assert "what the project waits for: acc_x, acc_y;" in finding.next
    assert "in messages of [input]" in finding.next


def test_ports_of_the_system_are_no_good_choice():
    for number in (1, 700):
        wanted = Plan((number,))
        ears = Ears(wanted)
        (finding,) = ports(wanted, ears, [])
        ears.close()
        assert finding.state != OK
        assert "1024" in finding.next


def test_packets_to_ourselves_arrive_at_a_free_port_or_at_a_spare_one():
    wanted = plan()
    ears = Ears(wanted)
    findings = loop_back(ears, LOOP)
    ears.close()
    assert [one.state for one in findings] == [OK] * len(findings)
    assert f"127.0.0.1 arrive at port {wanted.ports[0]}" in findings[0].what
    assert not ears.traffic[wanted.ports[0]].senders  # our own test is no sensor
    with holder(wanted.ports[0]):
        ears = Ears(wanted)
        (finding, *_) = loop_back(ears, LOOP)
        ears.close()
    assert f"port {ears.spare}" in finding.what
    assert finding.state == OK


def test_an_address_that_is_not_ours_does_not_hear_us(monkeypatch):
    monkeypatch.setattr("gesturemap.doctor.paths.PATIENCE", 0.1)
    wanted = plan()
    ears = Ears(wanted)
    findings = loop_back(ears, [Address("eth0", WIFI, "198.51.100.7")])
    ears.close()
    assert findings[0].state == WRONG
    assert "198.51.100.7" in findings[0].what


def test_the_ports_of_wekinator_and_of_commands_are_looked_at(tmp_path):
    words, commands = free_port(), free_port()
    source = f'kind = "wekinator"\nport = {words}\nnames = ["x"]'
    folder = project(tmp_path / "wek", source, f"[remote]\nport = {commands}")
    plan = plan_for(str(folder), seconds=0.5)
    assert (plan.ports, plan.remote.port) == ((words,), commands)
    with closing(Ears(plan)) as ears:
        first, second = ports(plan, ears, [])
    assert (first.state, second.state) == (OK, OK)
    assert second.what == f"UDP port {commands}, for commands, is free"
    with holder(commands) as pid, closing(Ears(plan)) as ears:
        _, second = ports(plan, ears, [])
    assert second.state == WRONG
    assert f"UDP port {commands}, for commands, is held by PID {pid}" in second.what
    (heard,) = listened(plan, build("/wek/inputs", 1.0))
    assert heard.state == OK
    assert "/wek/inputs f" in heard.what


def test_commands_that_nobody_takes_are_named(monkeypatch):
    port = free_port()
    monkeypatch.setattr(ears_module, "nearby", lambda: [port])
    monkeypatch.setattr(listening_module, "USUAL", port)
    (_, line) = listened(plan(), build("/gesturemap/train"), to=port)
    assert line.state == LOOK
    assert f"--osc-control {port} takes them" in line.next
