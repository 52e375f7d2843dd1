"""What arrives while we listen, and what a running gesturemap says of the port it holds."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from gesturemap.doctor.ears import Ears
from gesturemap.doctor.finding import Finding, look, ok, short, wrong
from gesturemap.doctor.network import Address, for_phone
from gesturemap.doctor.plan import Plan
from gesturemap.doctor.running import Running
from gesturemap.doctor.traffic import OTHER_REASONS, Reason, Sender, Traffic
from gesturemap.inputs.assembly import SWITCH_ON, WAITING
from gesturemap.inputs.guess import guess
from gesturemap.inputs.known import known, senders_of_osc
from gesturemap.inputs.messages import OTHER_ADDRESS
from gesturemap.inputs.osc import Osc
from gesturemap.inputs.profile import Profile
from gesturemap.inputs.remote import USUAL
from gesturemap.plain import shell, times

EVERYWHERE = ("0.0.0.0", "", "::")
SHAPES = 4
"""Kinds of messages of one sender that are named."""
ADDRESSES = 8
"""Addresses of one sender, none of them waited for, that are named."""


def listening(plan: Plan, ears: Ears, found: Sequence[Address], others: Sequence[Running]) -> list[Finding]:
    """Wait until `ears` have listened for `plan.seconds`, then say what arrived at each port, sender by sender."""
    holders = [(port, one) for port in ears.closed for one in others if one.holds(port)]
    left = max(0.0, ears.began + plan.seconds - time.monotonic())
    watchers = [threading.Thread(target=one.follow, args=(left,), daemon=True) for _, one in holders]
    for watcher in watchers:
        watcher.start()
    threading.Event().wait(left)
    for watcher in watchers:
        watcher.join()
    ears.close()
    ended = time.monotonic()
    for traffic in (*ears.traffic.values(), *ears.traffic_six.values(), *ears.nearby.values()):
        traffic.ended = ended
    if ears.fault is not None:
        raise ears.fault
    silences = [nothing(plan, port, found) for port in plan.ports]
    findings = [line for port, one in holders for line in of_running(plan, port, one, found)]
    asked = [port for port, _ in holders]
    for port in plan.ports:
        if port in ears.traffic:
            findings += at_port(plan, ears, port, found)
        elif port not in asked:
            findings.append(
                look(f"port {port}: not listened at, as it could not be opened", "see above, at ports")
            )
    near = [line for traffic in ears.nearby.values() for line in elsewhere(plan, traffic, found)]
    if plan.usual and near:  # it is known where the sensor sends to: the silence elsewhere is no matter
        findings = [line for line in findings if line not in silences]
    findings += near
    if plan.osc is not None and not plan.ports:
        findings.insert(
            0, look("the project listens at any free port", "write a port in [input]: the phone must know it")
        )
    elif not plan.ports:
        kind = plan.sensor.kind if plan.sensor is not None else "none"
        findings.insert(
            0, ok(f"the project's sensor is {kind}", "nothing has to arrive at a UDP port; --port N listens")
        )
    return findings


def at_port(plan: Plan, ears: Ears, port: int, found: Sequence[Address]) -> list[Finding]:
    """What arrived at a wanted port."""
    traffic, six = ears.traffic[port], ears.traffic_six.get(port)
    findings = [
        wrong(f"port {port}: {short(name)} wants to connect over TCP", "set the app to OSC over UDP")
        for name in ears.tcp.get(port, ())
    ]
    for name, sender in traffic.senders.items():
        findings += of_sender(plan, traffic, name, sender, found)
    best = for_phone(found)
    address = best.text if best else "this computer's address"
    for name, sender in six.senders.items() if six is not None else ():
        if six is None or six.sensor is None or ":" not in six.sensor.host:
            findings.append(
                wrong(
                    f"port {traffic.port}: {name} sends over IPv6 ({_many(sender, six)}), where the "
                    "project does not listen",
                    f"type {address} into the phone in place of a name or an IPv6 address",
                )
            )
        else:
            findings += of_sender(plan, six, name, sender, found)
    if not findings:
        findings.append(nothing(plan, port, found))
    if traffic.fault is not None:
        fault = traffic.fault
        findings.insert(
            0, wrong(f"{fault.place}: {fault.value}; {fault.rule}", fault.next_step or "mend [input]")
        )
    return findings


def nothing(plan: Plan, port: int, found: Sequence[Address]) -> Finding:
    """Silence at a port."""
    best = for_phone(found)
    address = best.text if best else "this computer's address"
    return look(
        f"port {port}: nothing arrived in {plan.seconds:g} s",
        f"phone and computer in the same Wi-Fi, not in a guest network or one with client isolation? does the phone "
        f"send to {address}, port {port}? a firewall (see above)? then run {plan.command} again",
    )


def of_sender(
    plan: Plan, traffic: Traffic, name: str, sender: Sender, found: Sequence[Address]
) -> list[Finding]:
    """What one sender sends to a wanted port, and why it is not used."""
    interfaces = {text: one.interface for one in found for text in (one.broadcast, one.text)}
    ways = ", ".join(sorted({interfaces.get(reached, reached) for reached in sender.reached}))
    what = f"port {traffic.port}: {name}{f' by {ways}' if ways else ''}: {_many(sender, traffic)}{_shapes(sender)}"
    host = traffic.sensor.host if traffic.sensor else ""
    if host not in EVERYWHERE and sender.reached and host not in sender.reached:
        return [
            wrong(
                f"{what}: arrives, but at {', '.join(sender.reached)}, and the project listens at {host} only",
                f'write host = "0.0.0.0" in [input], or let the sender send to {host}',
            )
        ]
    reasons = Counter({r: n for r, n in sender.reasons.items() if not r.text.startswith(WAITING)})
    lacking = bool(traffic.waiting) and (sender.used > 0 or len(reasons) < len(sender.reasons))
    if not reasons and not lacking:
        if traffic.sensor is None:
            return [ok(what, "it arrives" if plan.name else f"it arrives; {_project_of(traffic, name)}")]
        if sender.left and not sender.used:
            step = "switch the sensors on that the project waits for, or remove the address from leave of [input]"
            return [look(f"{what}: all of it is left out on purpose", step)]
        but = f" but {sender.left} that the project leaves out on purpose" if sender.left else ""
        return [ok(f"{what}: all of it is used{but}", "the sensor is heard: the project can play")]
    rows = _together(reasons).most_common()
    rows = sorted(rows, key=lambda row: row[0].text == OTHER_REASONS)[:SHAPES]  # they point at those above
    if sender.used and not lacking:
        what += f", {sender.used} used"
    findings = []
    looks = "" if sender.used else _looks_like(plan, traffic, name)
    if lacking:
        findings.append(wrong(f"{what}: no frame yet: {WAITING}{traffic.waiting}", SWITCH_ON))
        what = f"port {traffic.port}: {name}"
    for reason, count in rows:
        line = f"{what}: ignored {times(count)}: {reason.text}"
        if sender.used and reason.elsewhere:
            findings.append(
                ok(line, "the sensor is heard; of no matter unless those numbers are wanted as well")
            )
        else:
            step = f"{looks}; or {reason.step}" if looks and reason.elsewhere else reason.step
            findings.append((look if sender.used or reason.another else wrong)(line, step))
        what = f"port {traffic.port}: {name}"
    return findings


def _together(reasons: Counter[Reason]) -> Counter[Reason]:
    """The same, with one reason for all that was sent to other addresses."""
    strays = [reason for reason, _ in reasons.most_common() if reason.elsewhere]
    if len(strays) < 2:
        return reasons
    names = list(dict.fromkeys(name for reason in strays for name in reason.elsewhere))
    more = f" and {len(names) - ADDRESSES} more" if len(names) > ADDRESSES else ""
    told = f"{OTHER_ADDRESS} {', '.join(names[:ADDRESSES])}{more}: {strays[0].text.partition(': ')[2]}"
    left = Counter({reason: count for reason, count in reasons.items() if not reason.elsewhere})
    left[strays[0]._replace(text=told)] = sum(reasons[reason] for reason in strays)
    return left


def _known(traffic: Traffic, sender: str, profiles: Mapping[str, Profile]) -> list[str]:
    """The sensors that a sender may be, as listening says it too."""
    streams = [each for each in traffic.ear.streams.values() if each.sender == sender]
    return known(streams, profiles, guess(streams))


def _project_of(traffic: Traffic, sender: str) -> str:
    """How somebody who has no project yet comes to one that hears this sender."""
    profiles = senders_of_osc()
    names = _known(traffic, sender, profiles)
    if not names:
        return (
            f"next: gesturemap sensors listen --port {traffic.port} says what it is; then gesturemap new MINE "
            f"--port {traffic.port}"
        )
    settings = profiles[names[0]].settings
    port = f" --port {traffic.port}" if isinstance(settings, Osc) and settings.port != traffic.port else ""
    return (
        f"it looks like {', '.join(names[:3])}; next: gesturemap new MINE --sensor {shell(names[0])}{port}; "
        f"to see the numbers: gesturemap sensors listen --port {traffic.port}"
    )


def _looks_like(plan: Plan, traffic: Traffic, sender: str) -> str:
    """What to change in a project that uses nothing of what a known sensor sends; empty: it is not known."""
    profiles = senders_of_osc()
    names = _known(traffic, sender, profiles)
    if not names:
        return ""
    table = {key: value for key, value in profiles[names[0]].table.items() if key not in ("kind", "port")}
    keys = " and ".join(key for key in ("messages", "address", "arguments", "columns") if key in table)
    return (
        f"it looks like {', '.join(names[:3])}, for which the project does not wait: in [input] put {keys} of "
        f"'gesturemap sensors {shell(names[0])}' in place of its own"
    )


def elsewhere(plan: Plan, traffic: Traffic, found: Sequence[Address]) -> list[Finding]:
    """What arrived at a port nobody asked for."""
    if traffic.port == USUAL:
        return [
            look(
                f"port {traffic.port}: {name}: {_many(sender, traffic)}{_shapes(sender)}: where commands usually go",
                f"gesturemap perform {shell(plan.name) if plan.name else 'PROJECT'} --osc-control {USUAL} takes them",
            )
            for name, sender in traffic.senders.items()
        ]
    if not plan.name:
        return [
            line
            for name, sender in traffic.senders.items()
            for line in of_sender(plan, traffic, name, sender, found)
        ]
    wanted = f"port {plan.ports[0]}" if plan.ports else "the port of a project"
    return [
        look(
            f"port {traffic.port}: {name}: {_many(sender, traffic)}{_shapes(sender)}: another port than the one "
            "waited at",
            f"type {wanted} into the sender, or write port = {traffic.port} in [input]",
        )
        for name, sender in traffic.senders.items()
    ]


def of_running(plan: Plan, port: int, one: Running, found: Sequence[Address]) -> list[Finding]:
    """What a running gesturemap says of the port it holds."""
    if one.fault:
        return [wrong(f"port {port}: {one.who}: {one.fault}", "do what it says; it tries again every second")]
    if not one.figures:
        return [look(f"port {port}: {one.who} says nothing of what arrives", "end it, and start it again")]
    first, last = one.figures[0], one.figures[-1]
    what = f"port {port}: {one.who} hears {float(last.get('rate', 0.0)):.0f} frames/s"
    findings, state = [], look if last.get("rate") else wrong
    for sender, reasons in last.get("ignored", {}).items():
        before = first.get("ignored", {}).get(sender, {}) if last is not first else {}
        for reason, count in reasons.items():
            if count > before.get(reason, 0):
                findings.append(
                    state(
                        f"port {port}: {short(sender)}: ignored by {one.who} {times(count)}: {reason}",
                        SWITCH_ON
                        if reason.startswith(WAITING)
                        else "compare what the app sends with [input] of the project; for its addresses end that "
                        f"gesturemap and run {plan.command}",
                    )
                )
    if last.get("rate"):
        return [ok(what, "the sensor is heard"), *findings]
    if findings:
        return findings
    return [nothing(plan, port, found)]


def _many(sender: Sender, traffic: Traffic | None) -> str:
    a_second = sender.rate(traffic.ended if traffic else 0.0)
    rate = f"{a_second:.0f} packets/s" if a_second >= 1 else "less than 1 packet/s"
    return f"{sender.packets} packets, {rate}" if sender.packets > 2 else f"{sender.packets} packets"


def _shapes(sender: Sender) -> str:
    names = [shape for shape, _ in sender.shapes.most_common(SHAPES)]
    more = len(sender.shapes) - len(names)
    return "".join(f", {name}" for name in names) + (f" and {more} more" if more > 0 else "")
