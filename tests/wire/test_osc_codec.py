"""The OSC codec: what goes in comes out; what is no packet is refused, and nothing else happens."""

from __future__ import annotations

import math
import random
import struct
import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gesturemap.errors import SettingsError
from gesturemap.wire import osc
from gesturemap.wire.osc import Malformed, Template, build, bundle, parse

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
plain = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(width=32, allow_nan=False),
    texts,
    st.binary(max_size=20),
    st.booleans(),
    st.none(),
)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=8)
addresses = st.lists(st.text("abcXYZ019_-<>*?é ", min_size=1, max_size=9), min_size=1, max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)


def reason(packet: bytes) -> str:
    with pytest.raises(Malformed) as caught:
        parse(packet)
    return caught.value.reason


def test_every_type_by_hand() -> None:
    packet = b"".join(
        [
            b"/all\0\0\0\0",
            b",ifsbhdtScrmTFNI[i[f]]\0\0",
            struct.pack(">if", -7, 0.5),
            b"text\0\0\0\0",
            b"\0\0\0\5\1\2\3\4\5\0\0\0",
            struct.pack(">qd", 2**40, 0.1),
            struct.pack(">II", 2208988800 + 100, 2**31),
            b"symbol\0\0",
            struct.pack(">i", ord("c")),
            b"\x11\x22\x33\x44",
            b"\0\x90\x40\x7f",
            struct.pack(">if", 3, 0.25),
        ]
    )
    (message,) = parse(packet)
    assert message.address == "/all"
    assert message.arguments == (
        -7, 0.5, "text", b"\1\2\3\4\5", 2**40, 0.1, 100.5, "symbol", "c", 0x11223344, b"\0\x90\x40\x7f",
        True, False, None, math.inf, (3, (0.25,)),
    )  # fmt: skip
    assert message.timetag is None
    assert build("/all", *message.arguments, tags=message.tags) == packet


@given(addresses, st.lists(values, max_size=6))
def test_what_is_built_is_parsed(address: str, arguments: list[object]) -> None:
    (message,) = parse(build(address, *arguments))
    assert message.address == address
    assert message.arguments == tuple(arguments)
    assert [type(a) for a in message.arguments] == [type(a) for a in arguments]


@given(st.lists(st.floats(width=32, allow_nan=False), max_size=30))
def test_template_builds_what_build_builds(numbers: list[float]) -> None:
    assert Template("/out/x", "f" * len(numbers)).build(numbers) == build("/out/x", *numbers)


@given(st.binary(max_size=200))
@example(b"")
@example(b"#bundle\0")
def test_any_bytes_give_messages_or_malformed(packet: bytes) -> None:
    try:
        messages = parse(packet)
    except Malformed as bad:
        assert 0 < len(bad.reason) < 40
    else:
        assert all(message.address.startswith("/") for message in messages)


@settings(max_examples=300)
@given(st.data())
def test_damaged_packets_give_messages_or_malformed(data: st.DataObject) -> None:
    message = build("/a/b", 1, 2.5, "text", b"blob", (True, None), "x")
    packet = bytearray(bundle(1.7e9, message, bundle(None, message), build("/c", 1.0, 2.0)))
    for _ in range(data.draw(st.integers(1, 4))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(packet)))
    for damaged in (bytes(packet), bytes(packet[:cut]), bytes(packet[cut:])):
        try:
            messages = parse(damaged)
        except Malformed as bad:
            assert 0 < len(bad.reason) < 40
        else:
            assert all(message.address.startswith("/") for message in messages)


def test_many_seeded_mutations_keep_the_reasons_few() -> None:
    seeded = random.Random(1)
    whole = [
        build("/sensor/acc", 1.0, 2.0, 3.0),
        build("/m", 1, "abc", b"12345", 2**40, None, True, (1.0, (2,))),
        bundle(1.0, build("/x", 1), bundle(2.0, build("/y", 2.0))),
    ]
    reasons = set()
    for _ in range(20_000):
        packet = bytearray(seeded.choice(whole))
        for _ in range(seeded.randint(1, 5)):
            packet[seeded.randrange(len(packet))] = seeded.choice((0, 1, 4, 44, 47, 91, 93, 127, 255))
        try:
            parse(bytes(packet))
        except Malformed as bad:
            reasons.add(bad.reason)
    assert 8 <= len(reasons) <= 24


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (b"", "empty packet"),
        (b"/a\0", "length is no multiple of four"),
        (b"hello\0\0\0", "neither message nor bundle"),
        (b"/abc", "address without end"),
        (b"/a\0\0\x3f\x80\0\0", "arguments without type tags"),
        (b"/a\0\0,fff", "type tags without end"),
        (b"/a\0\0,x\0\0", "unknown type tag"),
        (b"/a\0\0,f\0\0\x3f\x80", "length is no multiple of four"),
        (b"/a\0\0,ff\0\x3f\x80\0\0", "arguments cut short"),
        (b"/a\0\0,sf\0abc\0", "arguments cut short"),
        (b"/a\0\0,i\0\0\0\0\0\1\0\0\0\1", "bytes left over"),
        (b"/a\0\0,s\0\0abcd", "text without end"),
        (b"/a\0\0,s\0\0\xff\0\0\0", "text is not UTF-8"),
        (b"/\xff\0\0,i\0\0\0\0\0\1", "address is not UTF-8"),
        (b"/\n\0\0,i\0\0\0\0\0\1", "address is not printable"),
        (b"/a\0x,i\0\0\0\0\0\1", "padding is not zero"),
        (b"/a\0\0,i\0x\0\0\0\1", "padding is not zero"),
        (b"/a\0\0,b\0\0\xff\xff\xff\xff", "blob of a wrong size"),
        (b"/a\0\0,b\0\0\0\0\0\x40", "blob of a wrong size"),
        (b"/a\0\0,b\0\0", "arguments cut short"),
        (b"/a\0\0,c\0\0\x7f\0\0\0", "character out of range"),
        (b"/a\0\0,[i\0\0\0\0\1", "array brackets do not match"),
        (b"/a\0\0,][\0", "array brackets do not match"),
        (b"/" + b"a" * 1027 + b"\0" * 4 + b",\0\0\0", "address too long"),
        (b"/a\0\0," + b"T" * 5002 + b"\0", "too many arguments"),
        (b"#bundle\0\0\0\0\0", "bundle cut short"),
        (b"#bundle\0" + bytes(8) + b"\0\0\0\x40/a\0\0", "bundle element of a wrong size"),
        (b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xf0/a\0\0", "bundle element of a wrong size"),
        (b"#bundle\0" + bytes(8) + b"\0\0\0\0", "bundle element of a wrong size"),
        (b"#bundle\0" + bytes(8) + b"\0\0\0\x06/a\0\0,\0\0\0", "bundle element of a wrong size"),
    ],
)
def test_reasons(packet: bytes, expected: str) -> None:
    assert reason(packet) == expected


def test_deep_bundles_and_arrays_end() -> None:
    packet = build("/a", 1)
    for _ in range(200):
        packet = bundle(None, packet)
    assert reason(packet) == "bundles nested too deep"
    assert reason(b"/a\0\0," + b"[" * 500 + b"]" * 500 + bytes(3)) == "array brackets do not match"


def test_no_type_tags_without_arguments() -> None:
    assert parse(b"/go\0") == [osc.Message("/go", "", ())]


def test_the_largest_hostile_packets_take_no_time() -> None:
    many = b"#bundle\0" + bytes(8) + (b"\0\0\0\x04/\0\0\0") * 8000
    began = time.perf_counter()
    assert len(parse(many)) == 8000
    reason(b"/a\0\0," + b"[" * 65000 + bytes(3))
    reason(b"/" * 65500)
    reason(b"#bundle\0" * 8000)
    assert time.perf_counter() - began < 1.0


def test_bundles_are_flattened_in_order_with_their_time() -> None:
    inner = bundle(None, build("/c", 3))
    packet = bundle(1000.25, build("/a", 1), inner, build("/b", 2))
    assert [(m.address, m.timetag) for m in parse(packet)] == [("/a", 1000.25), ("/c", None), ("/b", 1000.25)]
    assert parse(bundle(5.0)) == []
    zero = b"#bundle\0" + bytes(8) + b"\0\0\0\x08/a\0\0,\0\0\0"
    assert parse(zero)[0].timetag is None  # boards that have no clock send 0


def test_memoryview_and_bytearray() -> None:
    packet = build("/a", 1.0, "b")
    assert parse(memoryview(packet)) == parse(bytearray(packet)) == parse(packet)


def test_numpy_numbers() -> None:
    packet = build("/n", np.float64(0.5), np.float32(0.25), np.int32(7), np.bool_(True), np.array([1.0, 2.0]))
    (message,) = parse(packet)
    assert (message.tags, message.arguments) == ("ffiT[ff]", (0.5, 0.25, 7, True, (1.0, 2.0)))
    assert Template("/n", "ff").build(np.array([0.5, 0.25])) == build("/n", 0.5, 0.25)


def test_numbers_too_large_for_four_bytes_are_the_largest() -> None:
    assert (
        parse(build("/n", 1e300, -1e300))[0].arguments == parse(build("/n", (1e300, -1e300)))[0].arguments[0]
    )
    assert parse(Template("/n", "fd").build([1e300, 1e300]))[0].arguments == (3.4028234663852886e38, 1e300)


@pytest.mark.parametrize(
    ("address", "arguments", "tags"),
    [
        ("no/slash", (1.0,), None),
        ("no/slash", ("a",), None),
        ("/line\nbreak", (1.0,), None),
        ("/" + "a" * 2000, (), None),
        ("/a", (2**70,), None),
        ("/a", (object(),), None),
        ("/a", ("zero\0inside",), None),
        ("/a", (1.0,), "ff"),
        ("/a", (1.0, 2.0), "f"),
        ("/a", (1.0, "b", "c"), "fs"),
        ("/a", ("b",), "ss"),
        ("/a", ("b",), "q"),
        ("/a", (1,), "s"),
        ("/a", ("x",), "i"),
    ],
)
def test_what_cannot_be_sent_is_told(address: str, arguments: tuple[object, ...], tags: str | None) -> None:
    with pytest.raises(SettingsError):
        build(address, *arguments, tags=tags)


def test_a_template_is_for_numbers() -> None:
    with pytest.raises(SettingsError, match="use build"):
        Template("/a", "fs")
    with pytest.raises(SettingsError, match="begins with"):
        Template("a", "f")
