"""The command `doctor`: prints what is found, a line each."""

from __future__ import annotations

import json
from argparse import Namespace

from rich.console import Console
from rich.text import Text

from gesturemap.doctor import card
from gesturemap.doctor.examine import examine
from gesturemap.doctor.finding import LOOK, OK, WRONG, Finding
from gesturemap.doctor.network import addresses, for_phone
from gesturemap.doctor.plan import Plan, plan_for
from gesturemap.doctor.running import open_project
from gesturemap.errors import install

SHOWN = {OK: ("OK   ", "green"), LOOK: ("look ", "yellow"), WRONG: ("wrong", "bold red")}


def doctor(options: Namespace) -> int:
    """Examine; 1 if something is wrong, else 0."""
    plan = plan_for(
        options.project or ("" if options.port else open_project()), options.port, options.seconds
    )
    console = Console(soft_wrap=True, highlight=False)
    table: list[dict[str, str]] = []
    if not options.json:
        if plan.name and not options.project:
            console.print(f"the project that is open now: {plan.name}", markup=False)
        console.print(f"looking for {plan.seconds:g} s; send from your sensor meanwhile", markup=False)
    for section, findings in examine(plan):
        table += [
            {"section": section, "state": one.state, "what": one.what, "next": one.next} for one in findings
        ]
        if not options.json:
            console.print(Text(f"\n{section}", style="bold"))
            for one in findings:
                console.print(line(one))
            if section == "this machine":
                show_address(plan, console)
    bad = sum(row["state"] == WRONG for row in table)
    if options.json:
        print(json.dumps(table, indent=1, ensure_ascii=False))
    else:
        maybe = sum(row["state"] == LOOK for row in table)
        console.print(f"\n{bad} wrong, {maybe} to look at, {len(table) - bad - maybe} OK", markup=False)
    return 1 if bad else 0


def line(one: Finding) -> Text:
    """A finding as it is printed."""
    name, style = SHOWN[one.state]
    return Text.assemble((name, style), " ", one.what, (" → ", "dim"), one.next)


def show_address(plan: Plan, console: Console) -> None:
    """The address for the phone, to be scanned, or large."""
    best = for_phone(addresses())
    if best is None or not plan.ports:
        return
    port = plan.ports[0]
    if code := card.code(best.text, port):
        console.print(Text(f"\n{code}", style="white on black"), no_wrap=True)
        console.print(f"scan it: {card.text_of(best.text, port)}", markup=False)
    else:
        console.print(Text(f"\n{card.large(f'{best.text}:{port}')}\n", style="bold"), no_wrap=True)
        console.print(f"with a QR code to scan: {install('phone')}", markup=False)
