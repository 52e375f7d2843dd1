"""What was answered about what was taught, as it is shown: cards with a deed each, sentences, an explanation. No Qt."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gesturemap import codec
from gesturemap.commands import Answer, Ask, Configure, Enable, Evaluated, Message, Play, Relabel
from gesturemap.errors import CommandError
from gesturemap.teaching.answers.questions import findings_in
from gesturemap.window.facts import evaluation
from gesturemap.window.facts.belief import Belief, Card, Deed, Mixture, Reason, about
from gesturemap.window.facts.document import Document
from gesturemap.window.facts.figures import Looks, learned
from gesturemap.window.words import beliefs as said

MANY = 4.6
"""Nats above which odds are told by their size alone: a hundred to one."""


def called(document: Document, demonstration: str) -> str:
    """A demonstration as it is called in the window: its gesture and its number."""
    for gesture in document.gestures:
        for number, take in enumerate(gesture.demonstrations, 1):
            if take.id == demonstration:
                return said.TAKE.format(label=gesture.label, number=number)
    return demonstration


def read(answer: Answer, document: Document) -> Belief:
    """Take over what was answered."""
    question = Ask(answer.word, list(answer.arguments))
    of = () if answer.changed else about(document)
    if answer.error:
        ids = (one for one in document.takes if one in answer.error)
        return Belief(question, named(answer.error, ids, document), seconds=answer.seconds, of=of)
    made = READ.get(answer.word, _findings)(question, answer.table, document)
    return Belief(**{**vars(made), "seconds": answer.seconds, "of": of})


def named(text: str, demonstrations: Iterable[str], document: Document) -> str:
    """A sentence with these demonstrations called as in the window."""
    for one in demonstrations:
        name = called(document, one)
        if name != one:
            pattern = rf"(demonstration )?(?<![\w-]){re.escape(one)}(?![\w-])( of '[^']*')?"
            text = re.sub(pattern, name.replace("\\", r"\\"), text)
    return text


def _card(found: Mapping[str, Any], document: Document, question: Ask | None = None) -> Card:
    head = said.STAGES.get(str(found.get("stage")), "") or said.KINDS.get(
        str(found["kind"]), str(found["kind"])
    )
    deeds: list[Deed] = []
    remedy, command = str(found["remedy"]), _command(found.get("command"))
    if command is not None:
        text = said.DEEDS.get(type(command).__name__, said.DO)
        text = text.format(to=command.to) if isinstance(command, Relabel) else text
        if isinstance(command, Enable) and command.on:
            text = said.DO
        deeds.append(Deed(text, said.DO_TIP.format(remedy=remedy), command, edits=True))
    if found["kind"] in ("next", "soundcheck") and found["gesture"]:
        gesture = str(found["gesture"])
        deeds.append(Deed(said.RECORD, said.RECORD_TIP.format(gesture=gesture), record=gesture))
    ids = [str(name) for name in found["demonstrations"]]
    shown = [name for name in ids if document.take(name) is not None]
    if len(shown) == 1:
        deeds.append(Deed(said.LISTEN, said.LISTEN_TIP, Play(shown[0])))
        if found["kind"] in ("label", "odd", "length"):
            deeds.append(Deed(said.ASK_WHY, said.ASK_WHY_TIP, Ask("why", [shown[0]])))
    skip = Ask("next", [*question.arguments, str(found["gesture"])]) if question is not None else None
    return Card(
        head,
        named(str(found["evidence"]), ids, document),
        named(remedy, ids, document),
        tuple(deeds),
        skip,
        shows=shown[0] if len(shown) == 1 else "",
    )


def _command(table: Any) -> Message | None:
    """What a finding offers; None where there is nothing, or nothing that can be read."""
    try:
        return codec.decode(json.dumps(table).encode()) if table else None
    except CommandError:
        return None


def _cards(table: Any, document: Document) -> tuple[Card, ...]:
    return tuple(_card(found, document) for found in findings_in(table))


def _findings(question: Ask, table: Any, document: Document) -> Belief:
    cards = _cards(table, document)
    return Belief(question, said.FOUND.format(count=len(cards)) if cards else said.FOUND_NONE, cards)


def _decoys(question: Ask, table: Any, document: Document) -> Belief:
    cards = _cards(table, document)
    return Belief(question, said.FOUND.format(count=len(cards)) if cards else said.DECOYS_NONE, cards)


def _doctor(question: Ask, table: Any, document: Document) -> Belief:
    cards = tuple(_card(found, document) for found in table["causes"])
    score, tested = table["score"], int(table["tested"])
    text = said.SCORE_NONE if score is None else said.SCORE_OUTPUTS.format(score=score)
    if tested and score is not None:
        text = said.SCORE.format(share=score, tested=tested)
    mistaken = tuple(map(str, table.get("mistaken", ())))
    if not cards:
        text += "; " + (said.NEEDED if score is None else said.NO_REMEDY if mistaken else said.NO_CAUSE)
    if strange := int(table.get("strange", 0)):
        mistaken += (said.ALSO_STRANGE.format(count=strange),)
    return Belief(question, text, cards, mistaken)


def _next(question: Ask, table: Any, document: Document) -> Belief:
    offer = table["offer"]
    if offer is None:
        return Belief(question, said.ENOUGH)
    card, figures = _card(offer, document, question), offer["figures"]
    words = []
    if "gain" in figures:
        words.append(said.OFFER.format(now=figures["now"], then=figures["now"] - figures["gain"]))
    return Belief(question, said.OFFERED, (card,), tuple(words))


def _matrix(question: Ask, table: Any, document: Document) -> Belief:
    tried = evaluation.read(Evaluated({}, {}, 0, confusion=table["confusion"] or {}), document)
    cards = tuple(_card(found, document) for found in table["findings"])
    return Belief(
        question, said.CONFUSED, cards, tuple(map(str, table["words"])), matrix=tried if tried.rows else None
    )


def _mix(question: Ask, table: Any, document: Document) -> Belief:
    tried = evaluation.read(Evaluated({}, {}, 0, confusion=table["confusion"] or {}), document)
    mixture = Mixture(
        Mixture.scaled(table["mix"]), dict(table["alone"]), int(table["tested"]),
        Mixture.scaled(table["now"]), Mixture.scaled(table["best"]["weights"]),
    )  # fmt: skip
    head = said.MIXED.format(right=table["right"], tested=table["tested"])
    best = (str(table["finding"][part]) for part in ("evidence", "remedy"))
    words = (": ".join(filter(None, best)), *map(str, table["words"]))
    return Belief(question, head, words=words, matrix=tried, mixture=mixture)


def _distinct(question: Ask, table: Any, document: Document) -> Belief:
    gesture, rows = question.arguments[0], sorted(table["expected"], key=lambda row: -row["confusion"])
    words = [
        said.DISTINCT_ROW.format(
            other=row["gesture"], new=gesture, as_known=row["as_known"], as_new=row["as_new"]
        )
        for row in rows
    ]
    if table["everyday"] is not None:
        words.append(said.DISTINCT_EVERYDAY.format(new=gesture, share=table["everyday"]))
    near = rows[0]["gesture"] if rows else ""
    head = said.DISTINCT_HEAD.format(new=gesture, other=near) if near else said.DISTINCT_ALONE
    return Belief(question, head, words=tuple(words) or (said.DISTINCT_ALONE,))


def _soundcheck(question: Ask, table: Any, document: Document) -> Belief:
    cards = _cards(table, document)
    if table["wanted"]:
        return Belief(question, said.SOUND_WANTED, cards)
    found = sum(one["kind"] != "today" for one in table["findings"])
    return Belief(question, said.SOUND_OTHER.format(count=found) if found else said.SOUND_SAME, cards)


def _discover(question: Ask, table: Any, document: Document) -> Belief:
    cards, take = _cards(table, document), called(document, str(table["of"]))
    if not cards:
        return Belief(question, said.REPEATS_NONE.format(take=take))
    return Belief(question, said.REPEATS.format(count=len(cards), take=take), cards)


def _never(question: Ask, table: Any, document: Document) -> Belief:
    given, was = question.arguments
    words = [said.NEVER_ROW.format(**price) for price in table["prices"]]
    return Belief(
        question, said.NEVER_NOW.format(given=given, was=was), _cards(table, document), tuple(words)
    )


def _pipelines(question: Ask, table: Any, document: Document) -> Belief:
    tries, best = table["tries"], table["tries"][table["best"]]
    words = [said.PIPELINE_ROW.format(**row, kind=row["model"]["kind"]) for row in tries]
    head = said.PIPELINES_HEAD.format(count=len(tries), whole="" if table["whole"] else said.PIPELINES_PART)
    low, high = (100.0 * end for end in table["interval"])
    if not table["best"]:
        none = said.PIPELINES_NONE if len(tries) > 1 or table["whole"] else said.PIPELINES_NO_TIME
        return Belief(question, head, (Card(none, "", skippable=False),), tuple(words))
    figures = {name: table[name] for name in ("now", "chosen")}
    evidence = said.PIPELINES_BEST.format(
        right=best["right"], tested=best["tested"], low=low, high=high, **figures
    )
    deeds = []
    if table["better"]:
        if best["features"] != tries[0]["features"]:
            deeds.append(_set("features", said.PIPELINES_FEATURES, best["features"]))
        if best["model"] != tries[0]["model"]:
            deeds.append(
                _set("model", said.PIPELINES_MODEL.format(kind=best["model"]["kind"]), best["model"])
            )
    remedy = said.PIPELINES_DO if table["better"] else said.PIPELINES_CHANCE
    name = f"{best['what']}, {best['model']['kind']}"
    return Belief(question, head, (Card(name, evidence, remedy, tuple(deeds)),), tuple(words))


def _weights(question: Ask, table: Any, document: Document) -> Belief:
    now, before, pairs, (was, right) = table["now"], table["before"], table["pairs"], table["right"]
    words = [said.WEIGHT_ROW.format(name=name, before=before[name], now=now[name]) for name in now]
    kept = sum((pair["now"] < 1.0) == pair["alike"] for pair in pairs)
    evidence = said.WEIGHTS_TELL.format(kept=kept, pairs=len(pairs), was=was, right=right, of=table["tested"])
    wanted = {**document.relevance, "weights": table["weights"]}
    deeds = (_set("relevance", said.WEIGHTS_DO, wanted),)
    card = Card(said.WEIGHTS_CARD, evidence, deeds=deeds, skippable=False)
    return Belief(question, said.WEIGHTS_HEAD.format(count=len(pairs)), (card,), tuple(words))


def _set(section: str, text: str, table: Any) -> Deed:
    return Deed(text, said.DO_TIP.format(remedy=text), Configure(section, table), edits=True)


def _best(question: Ask, table: Any, document: Document) -> Belief:
    cards = []
    for row in table:
        known = [said.RANKED_ONLY] if row["score"] is None else []
        if row["like"]:
            known.append(said.RANKED_LIKE.format(take=called(document, row["like"])))
        if row["rival"]:
            near = said.RANKED_MISSED if (row["margin"] or 0.0) < 0.0 else said.RANKED_RIVAL
            near = said.RANKED_WRONG if row["suspicion"] >= 0.5 else near
            known.append((near if row["border"] else said.RANKED_NEXT).format(rival=row["rival"]))
        deeds = (
            Deed(said.LISTEN, said.LISTEN_TIP, Play(row["id"])),
            Deed(said.ASK_WHY, said.ASK_WHY_TIP, Ask("why", [row["id"]])),
        )
        name, text = called(document, row["id"]), ", ".join(known)
        cards.append(Card(name, text, deeds=deeds, skippable=False, shows=row["id"]))
    gesture = question.arguments[0] if question.arguments else ""
    return Belief(question, said.RANKED.format(gesture=gesture), tuple(cards))


def _looks(question: Ask, table: Any, document: Document) -> Belief:
    looks = Looks.read(table)
    return Belief(question, said.LOOKS_HEAD.format(gesture=looks.gesture), words=(looks.text(),), looks=looks)


def _curve(question: Ask, table: Any, document: Document) -> Belief:
    curves = learned(table)
    if not any(one.points for one in curves):
        return Belief(question, said.CURVE_NONE, _cards(table, document))
    rows = tuple(one.text() for one in curves)
    return Belief(question, said.CURVE_HEAD, _cards(table, document), rows, curves=curves)


def _consistency(question: Ask, table: Any, document: Document) -> Belief:
    known = sorted(
        (row for row in table if row["consistency"] is not None), key=lambda row: row["consistency"]
    )
    once = [row for row in table if row["consistency"] is None]
    words = [said.CONSISTENCY_ROW.format(gesture=row["gesture"], share=row["consistency"]) for row in known]
    words += [said.CURVE_ONCE.format(gesture=row["gesture"]) for row in once]
    cards: tuple[Card, ...] = ()
    if known:
        gesture = str(known[0]["gesture"])
        tip = said.RECORD_TIP.format(gesture=gesture)
        cards = (
            Card(
                said.PRACTISE.format(gesture=gesture), said.PRACTISE_HOW,
                deeds=(Deed(said.PRACTISE_GO, tip, record=gesture),), skippable=False,
            ),
        )  # fmt: skip
    return Belief(question, said.CONSISTENCY_HEAD, cards, tuple(words))


def _why(question: Ask, table: Any, document: Document) -> Belief:
    names = sorted(table["channels"], key=lambda name: -(table["cost"][name] or 0.0))
    places = [list(table["channels"]).index(name) for name in names]
    reason = Reason(
        str(table["of"]), str(table["against"]), _known(table["value"]), str(table["unit"]), tuple(names),
        tuple(_known(table["channels"][name]) for name in names), tuple(_known(table["cost"][name]) for name in names),
        tuple((said.APART.get(name, name), _known(value)) for name, value in table["apart"].items()),
        tuple(map(_known, table["time"])), tuple(map(_known, table["moments"])),
        tuple(tuple(_known(row[place]) for row in table["shares"]) for place in places),
        tuple(_known(table["moves"][name]) for name in names) if table.get("moves") else (),
    )  # fmt: skip
    take = called(document, str(table["demonstration"]))
    words = list(_said(table, reason))
    return Belief(question, f"{take}: {_headline(table, reason)}", words=tuple(words), reason=reason)


def _headline(table: Mapping[str, Any], reason: Reason) -> str:
    value = reason.value
    if table["question"] == "output":
        return said.WHY_OUTPUT.format(of=reason.of, value=value, unit=reason.unit).replace("  ", " ")
    if table["question"] == "nothing":
        far = (said.WHY_ABOVE if value >= 0.0 else said.WHY_BELOW).format(abs(value))
        return said.WHY_NOTHING.format(of=reason.of, far=far)
    text = said.WHY_GESTURE if value >= 0.0 else said.WHY_NOT
    return text.format(of=reason.of, against=reason.against, odds=odds(abs(value)))


def odds(nats: float) -> str:
    """How much likelier one is than the other, in words."""
    return said.TIMES.format(math.exp(nats)) if nats < MANY else said.TIMES_MANY.format(nats / math.log(10.0))


def _said(table: Mapping[str, Any], reason: Reason) -> Iterator[str]:
    shown = [(label, table["demonstrations"].get(label)) for label in (reason.of, reason.against)]
    counts = [said.WHY_COUNT.format(count=count, label=label) for label, count in shown if count]
    if counts:
        yield said.WHY_OF.format(counts=", ".join(counts))
    if table["question"] == "gesture" and table["last"] not in ("", reason.of):
        yield said.WHY_LAST.format(last=table["last"])


def _known(value: float | None) -> float:
    return 0.0 if value is None else float(value)


READ: dict[str, Callable[[Ask, Any, Document], Belief]] = {
    "decoys": _decoys,
    "doctor": _doctor, "next": _next, "matrix": _matrix, "best": _best, "why": _why, "nothing": _why, "moved": _why,
    "mix": _mix, "distinct": _distinct, "pipelines": _pipelines, "soundcheck": _soundcheck, "discover": _discover,
    "never": _never, "weights": _weights, "belief": _looks, "curve": _curve,
    "consistency": _consistency,
}  # fmt: skip
"""What is made of each answer; of all others the findings are shown."""
