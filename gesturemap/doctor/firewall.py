"""Whether a firewall may keep packets out, as far as one can look without being an administrator."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gesturemap.doctor.finding import Finding, look, ok

ETC, RUN, PROC = Path("/etc"), Path("/run"), Path("/proc")
PATIENCE = 2.0
"""Seconds for a program that knows."""
DROPS = (
    "policy drop",
    "policy reject",
    "-P INPUT DROP",
    "-P INPUT REJECT",
    ":INPUT DROP",
    "INPUT -j DROP",
    "INPUT -j REJECT",
)
"""What rules say that let nothing in but what is named."""
MAC = "/usr/libexec/ApplicationFirewall/socketfilterfw"


def firewall(ports: Sequence[int]) -> list[Finding]:
    """What is known, with the commands that let the ports through."""
    at = list(ports) or [8000]
    if sys.platform == "win32":
        return [windows(at)]
    if sys.platform == "darwin":
        return [mac()]
    return linux(at)


def linux(ports: Sequence[int], etc: Path = ETC, run: Path = RUN) -> list[Finding]:
    """ufw, firewalld, and the kernel's own rules where they can be read."""
    findings = []
    if _says_yes(etc / "ufw/ufw.conf"):
        words = " && ".join(f"sudo ufw allow {port}/udp" for port in ports)
        rules = _text(etc / "ufw/user.rules")
        if all(f"--dport {port} -j ACCEPT" in rules for port in ports):
            findings.append(
                ok(f"ufw is on and lets {_named(ports)} through", "the firewall is not in the way")
            )
        else:
            findings.append(look("ufw, a firewall, is on", words))
    if (run / "firewalld").exists() or (run / "firewalld.pid").exists():
        words = " && ".join(f"sudo firewall-cmd --add-port={port}/udp" for port in ports)
        findings.append(
            look(
                "firewalld, a firewall, runs", f"{words}; it holds until the next start, --permanent for ever"
            )
        )
    if findings:
        return findings
    rules, how = _kernel_rules()
    if any(word in rules for word in DROPS):
        step = " && ".join(f"sudo {_allow(how, port)}" for port in ports)
        return [
            look(
                f"the rules of {how} keep packets out",
                f"see whether {_named(ports)} is let in; if not: {step}",
            )
        ]
    if how:
        return [ok(f"{how} has no rule that keeps packets out", "this machine's firewall is not in the way")]
    if os.getuid() != 0 and _has_rules():
        return [
            look(
                "a firewall of the kernel may be on; only an administrator can see its rules",
                "sudo nft list ruleset",
            )
        ]
    return [
        ok(
            "no firewall was found on this machine",
            "if nothing arrives, look at the router and at client isolation",
        )
    ]


def windows(ports: Sequence[int]) -> Finding:
    """The Windows firewall, by its own program."""
    said = _asked("netsh", "advfirewall", "show", "currentprofile", "state")
    numbers = ",".join(map(str, ports))
    step = (
        "in a prompt as administrator: netsh advfirewall firewall add rule name=gesturemap dir=in action=allow "
        f"protocol=UDP localport={numbers}; and set the network to private"
    )
    if said and " OFF" in said.upper():
        return ok("the Windows firewall is off", "it is not in the way")
    return look("the Windows firewall is on" if said else "the Windows firewall was not to be asked", step)


def mac() -> Finding:
    """The firewall of macOS, by its own program."""
    said = _asked(MAC, "--getglobalstate")
    if "disabled" in said:
        return ok("the firewall of macOS is off", "it is not in the way")
    return look(
        "the firewall of macOS is on" if said else "the firewall of macOS was not to be asked",
        f"System Settings, Network, Firewall: allow Python; or sudo {MAC} --add {sys.executable}",
    )


def _kernel_rules() -> tuple[str, str]:
    """The rules and the program that told them; empty where nobody may ask."""
    for words in (("nft", "list", "ruleset"), ("iptables", "-S")):
        if shutil.which(words[0]) and (said := _asked(*words)):
            return said, words[0]
    return "", ""


def _has_rules() -> bool:
    """Whether the kernel has a table of rules; everybody may see that it is loaded."""
    return any(line.startswith(("nf_tables ", "ip_tables ")) for line in _text(PROC / "modules").splitlines())


def _allow(how: str, port: int) -> str:
    if how == "nft":
        return f"nft add rule inet filter input udp dport {port} accept"
    return f"iptables -I INPUT -p udp --dport {port} -j ACCEPT"


def _named(ports: Sequence[int]) -> str:
    return f"UDP port {', '.join(map(str, ports))}"


def _says_yes(path: Path) -> bool:
    return any(line.strip().lower() == "enabled=yes" for line in _text(path).splitlines())


def _asked(*words: str) -> str:
    """What a program says; nothing if it is missing, refuses or takes too long."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
