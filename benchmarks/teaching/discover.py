"""Gestures planted in everyday movement: how many are found by how many prompts, and how well the unknown is told.

    python benchmarks/teaching/discover.py DATA [--seeds 20] [--json]

DATA is the folder ``mogere_stream_dev``: streams of a phone on a cyclist's arm without gestures, and single gestures of
eight people at the same rate. Five gestures of one person, five repetitions each, are planted at random moments of five
minutes of those streams. `in place`: the gesture takes the place of what was there, from the posture of that moment to
that after it; `on top`: its movement is added to what goes on. A prompt shows one example; it counts for a gesture if
half of it lies in a repetition of that gesture. `recall`: share of a found gesture's repetitions among what the
prompt calls the same. Alarm: everyday movement of the other half and three of the gestures (five demonstrations each)
are known, the two others are planted; AUROC over windows, those that lie in an unknown gesture by half against those
that touch none. Known: three of the five planted gestures were shown three times; of what is offered, how many are one
of these by their example, how many hold three or more of the gestures, and how many of the two new ones are found. With
--jam the same of up to six gestures of one person's recordings one after another, in any order, half of them known.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gesturemap.demonstrations import Demonstration
from gesturemap.frames import Values
from gesturemap.project.exchange.corpus import Corpus, read_corpus
from gesturemap.teaching.suggest.discover import PROMPTS, discover, unknown

GESTURES = ("double_knock", "indicate_turn", "right_left_right_left", "tick", "z")
SECONDS, REPEATS, EDGE = 300.0, 5, 4
"""Of the stream; of each gesture; frames in which one goes over into the other."""
Plant = tuple[int, int, str]


def planted(
    base: Values, takes: list[tuple[str, Values]], way: str, random: np.random.Generator
) -> list[Plant]:
    """Put takes into (T, C), at random places that share no frame; where they are."""
    order = random.permutation(len(takes))
    free = len(base) - sum(len(take) for _, take in takes)
    gaps, used, made = np.sort(random.integers(0, free, len(takes))), 0, []
    for gap, index in zip(gaps.tolist(), order.tolist(), strict=True):
        gesture, take = takes[index]
        begin, count = gap + used, len(take)
        edge = np.minimum(np.arange(count), np.arange(count)[::-1])
        weight = np.minimum(1.0, edge / EDGE)[:, None]
        if way == "on top":
            base[begin : begin + count] += weight * (take - np.median(take, axis=0))
        else:
            along = np.linspace(0.0, 1.0, count)[:, None]
            before = base[max(0, begin - EDGE) : begin + 1].mean(axis=0)
            after = base[begin + count - 1 : begin + count + EDGE].mean(axis=0)
            first, last = take[:EDGE].mean(axis=0), take[-EDGE:].mean(axis=0)
            moved = take - first - (last - first) * along + before + (after - before) * along
            base[begin : begin + count] = weight * moved + (1.0 - weight) * base[begin : begin + count]
        made.append((begin, begin + count, gesture))
        used += count
    return made


def material(corpus: Corpus, seed: int) -> tuple[Values, dict[str, list[Demonstration]], np.random.Generator]:
    """Everyday movement, and the gestures of one person."""
    random = np.random.default_rng(seed)
    streams = [one.values for one in corpus.demonstrations if one.label == "noise"]
    people = sorted({
        user for user, one, session in zip(corpus.users, corpus.demonstrations, corpus.sessions, strict=True)
        if session == "discrete" and one.label in GESTURES
    })  # fmt: skip
    person = people[seed % len(people)]
    own: dict[str, list[Demonstration]] = {}
    for user, session, one in zip(corpus.users, corpus.sessions, corpus.demonstrations, strict=True):
        if (user, session) == (person, "discrete") and one.label in GESTURES:
            own.setdefault(one.label, []).append(one)
    return np.concatenate([streams[i] for i in random.permutation(len(streams))]), own, random


def found_by(corpus: Corpus, seed: int, way: str) -> dict[str, Any]:
    """One stream, discovered."""
    everyday, own, random = material(corpus, seed)
    count = round(SECONDS * corpus.rate)
    at = int(random.integers(0, len(everyday) - count + 1))
    base = everyday[at : at + count].copy()
    takes = [(g, own[g][i].values) for g in GESTURES for i in random.permutation(len(own[g]))[:REPEATS]]
    plants = planted(base, takes, way, random)
    stream = replace(corpus.demonstrations[0], values=base, time=np.arange(count) / corpus.rate)
    begun = time.perf_counter()
    motifs = discover(stream)
    seconds = time.perf_counter() - begun

    def lies_in(begin: int, end: int) -> str:
        for first, last, gesture in plants:
            if min(last, end) - max(first, begin) >= 0.5 * (end - begin):
                return gesture
        return ""

    named = [lies_in(motif.begin, motif.end) for motif in motifs]
    recall = []
    for gesture in set(named) - {""}:
        spans = [
            s for motif, name in zip(motifs, named, strict=True) if name == gesture for s in motif.repeats
        ]
        own_plants = [plant for plant in plants if plant[2] == gesture]
        hit = [any(min(b, e) - max(a, s) >= 0.5 * (e - s) for s, e in spans) for a, b, _ in own_plants]
        recall.append(float(np.mean(hit)))
    first = [named.index(gesture) + 1 for gesture in set(named) - {""}]
    return {
        "found": len(set(named) - {""}), "prompts": len(motifs), "last_new": max(first, default=0),
        "recall": float(np.mean(recall)) if recall else 0.0, "seconds": seconds,
    }  # fmt: skip


def heard(
    stream: Demonstration, known: list[Demonstration], plants: list[Plant]
) -> tuple[float, float, float, float]:
    """Offers of a recording of which some gestures are known: how many, known ones, mixed ones, new gestures found."""

    def lies_in(begin: int, end: int) -> str:
        for first, last, gesture in plants:
            if min(last, end) - max(first, begin) >= 0.5 * min(end - begin, last - first):
                return gesture
        return ""

    motifs = discover(stream, known)
    named = [lies_in(motif.begin, motif.end) for motif in motifs]
    mixed = [len({lies_in(*span) for span in motif.repeats} - {""}) >= 3 for motif in motifs]
    own = {one.label for one in known}
    return len(motifs), sum(name in own for name in named), sum(mixed), len(set(named) - own - {""})


def known_by(corpus: Corpus, seed: int, way: str) -> tuple[float, float, float, float]:
    """Gestures planted in everyday movement, three of them known."""
    everyday, own, random = material(corpus, seed)
    count = round(SECONDS * corpus.rate)
    at = int(random.integers(0, len(everyday) - count + 1))
    base = everyday[at : at + count].copy()
    orders = {gesture: random.permutation(len(own[gesture])) for gesture in GESTURES}
    plants = planted(
        base, [(g, own[g][i].values) for g in GESTURES for i in orders[g][:REPEATS]], way, random
    )
    names = [GESTURES[i] for i in random.permutation(len(GESTURES))[:3]]
    known = [own[g][i] for g in names for i in orders[g][REPEATS : REPEATS + 3]]
    stream = replace(corpus.demonstrations[0], values=base, time=np.arange(count) / corpus.rate)
    return heard(stream, known, plants)


def jam(corpus: Corpus, seed: int) -> tuple[float, float, float, float]:
    """One person's recordings one after another, up to six gestures, half of them known."""
    random = np.random.default_rng(seed)
    people = sorted(set(corpus.users))
    own: dict[str, list[Demonstration]] = {}
    for user, one in zip(corpus.users, corpus.demonstrations, strict=True):
        if user == people[seed % len(people)]:
            own.setdefault(one.label, []).append(one)
    names = [sorted(own)[i] for i in random.permutation(len(own))[:6]]
    orders = {name: random.permutation(len(own[name])) for name in names}
    played = [own[name][i] for name in names for i in orders[name][:REPEATS]]
    pieces, plants, count = [], [], 0
    last = played[0].values[:1]
    for index in random.permutation(len(played)).tolist():
        one, pause = played[index], int(random.uniform(0.3, 2.0) * corpus.rate)
        way = np.linspace(0.0, 1.0, pause)[:, None]
        between = (1.0 - way) * last + way * one.values[:1]
        between += 0.01 * one.values.std() * random.normal(size=between.shape)
        pieces += [between, one.values]
        plants.append((count + pause, count + pause + len(one), one.label))
        count, last = count + pause + len(one), one.values[-1:]
    values = np.concatenate(pieces)
    stream = replace(played[0], label="", values=values, time=np.arange(count) / corpus.rate)
    half = names[: len(names) // 2]
    return heard(stream, [own[g][i] for g in half for i in orders[g][REPEATS : REPEATS + 3]], plants)


def alarm(corpus: Corpus, seed: int, way: str) -> float:
    """AUROC of unknown gestures."""
    everyday, own, random = material(corpus, seed)
    half = len(everyday) // 2
    strange = [GESTURES[i] for i in random.permutation(len(GESTURES))[:2]]
    orders = {gesture: random.permutation(len(own[gesture])) for gesture in GESTURES}
    base = everyday[half:].copy()
    takes = [(g, own[g][i].values) for g in GESTURES for i in orders[g][REPEATS : REPEATS + 4]]
    plants = planted(base, takes, way, random)
    one = corpus.demonstrations[0]
    usual = replace(one, values=np.ascontiguousarray(everyday[:half]), time=np.arange(half) / corpus.rate)
    known = [own[g][i] for g in GESTURES if g not in strange for i in orders[g][:REPEATS]]
    stream = replace(one, values=base, time=np.arange(len(base)) / corpus.rate)
    spans, scores = unknown(stream, [usual, *known])
    inside = np.zeros(len(spans), bool)
    touched = np.zeros(len(spans), bool)
    for begin, end, gesture in plants:
        shared = np.minimum(spans[:, 1], end) - np.maximum(spans[:, 0], begin)
        if gesture in strange:
            inside |= shared >= 0.5 * (spans[:, 1] - spans[:, 0])
            touched |= shared > 0
    yes, no = scores[inside], np.sort(scores[~touched])
    return float(np.searchsorted(no, yes).mean() / len(no))


def main() -> None:
    """All seeds, and the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=100, help="the first seed (%(default)s)")
    parser.add_argument(
        "--jam", type=Path, nargs="*", default=[], help="folders of recordings, such as wand_digits"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    corpus = read_corpus(options.data / "data.npz", ("acc*",))
    seeds = range(options.first, options.first + options.seeds)
    result: dict[str, Any] = {}
    for way in ("in place", "on top"):
        each = [found_by(corpus, seed, way) for seed in seeds]
        result[way] = {
            "found": [one["found"] for one in each],
            "four_or_more": float(np.mean([one["found"] >= 4 for one in each])),
            **{
                name: float(np.mean([one[name] for one in each])) for name in ("prompts", "recall", "seconds")
            },
            "auroc": float(np.mean([alarm(corpus, seed, way) for seed in seeds])),
        }
    known = {way: [known_by(corpus, seed, way) for seed in seeds] for way in ("in place", "on top")}
    for folder in options.jam:
        columns = ("acc*",) if folder.name == "mogere" else ()
        played = read_corpus(folder / "data.npz", columns)
        known[folder.name] = [jam(played, seed) for seed in seeds]
    means = {way: np.mean(each, axis=0).tolist() for way, each in known.items()}
    if options.json:
        sys.stdout.write(json.dumps({**result, "known": means}) + "\n")
        return
    write = sys.stdout.write
    write(f"five gestures, at most {PROMPTS} prompts, {options.seeds} seeds\n")
    write(
        "| planted | found: mean | 4 or 5 found | recall | seconds | alarm AUROC |\n|---|---|---|---|---|---|\n"
    )
    for way, one in result.items():
        write(
            f"| {way} | {np.mean(one['found']):.2f} | {100.0 * one['four_or_more']:.0f} % | {one['recall']:.2f} | "
            f"{one['seconds']:.1f} | {one['auroc']:.3f} |\n"
        )

    write(
        "\n| some known | offers | known ones | of three or more gestures | new ones found |\n|---|---|---|---|---|\n"
    )
    for way, four in means.items():
        write(f"| {way} | {' | '.join(f'{value:.2f}' for value in four)} |\n")


if __name__ == "__main__":
    main()
