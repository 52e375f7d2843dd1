"""python-osc as oracle of the codec and real client of the input. It gets good packets only: it can hang."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from gesturemap.clock import SystemClock
from gesturemap.inputs.osc import Osc
from gesturemap.wire.osc import build, bundle, parse

pytestmark = pytest.mark.timeout(60)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
arguments = st.one_of(
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("f"), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just("d"), st.floats(allow_nan=False)),
    st.tuples(st.just("s"), texts),
    st.tuples(st.just("b"), st.binary(min_size=1, max_size=20)),
    st.tuples(st.just("T"), st.just(True)),
    st.tuples(st.just("F"), st.just(False)),
    st.tuples(st.just("N"), st.none()),
)


def theirs(address: str, pairs: list[tuple[str, object]]) -> OscMessage:
    builder = OscMessageBuilder(address)
    for tag, value in pairs:
        builder.add_arg(value, tag)
    return builder.build()


@given(st.lists(arguments, max_size=8))
def test_same_bytes_and_same_values(pairs: list[tuple[str, object]]) -> None:
    message = theirs("/some/address", pairs)
    tags, values = "".join(tag for tag, _ in pairs), tuple(value for _, value in pairs)
    ours = build("/some/address", *values, tags=tags)
    assert ours == message.dgram
    (parsed,) = parse(message.dgram)
    assert (parsed.address, parsed.tags, parsed.arguments) == ("/some/address", tags, values)
    assert OscMessage(ours).params == list(values)


@given(
    st.lists(
        st.one_of(st.integers(1 - 2**31, 2**31 - 1), st.floats(width=32, allow_nan=False), texts), max_size=6
    )
)
def test_same_tags_are_chosen(values: list[object]) -> None:
    builder = OscMessageBuilder("/a")
    for value in values:
        builder.add_arg(value)
    assert build("/a", *values) == builder.build().dgram


def test_arrays_and_rarer_types() -> None:
    builder = OscMessageBuilder("/a")
    builder.add_arg([1, 2.0, ["x"]])
    builder.add_arg(0x11223344, "r")
    builder.add_arg((0, 0x90, 0x40, 0x7F), "m")
    message = builder.build()
    (parsed,) = parse(message.dgram)
    assert parsed.arguments == ((1, 2.0, ("x",)), 0x11223344, bytes((0, 0x90, 0x40, 0x7F)))
    assert build("/a", *parsed.arguments, tags=parsed.tags) == message.dgram


@given(st.floats(1.0, 2.0e9))
def test_bundles(seconds: float) -> None:
    builder, inner = OscBundleBuilder(seconds), OscBundleBuilder(seconds)
    inner.add_content(theirs("/b", [("i", 2)]))
    builder.add_content(theirs("/a", [("f", 1.0)]))
    builder.add_content(inner.build())
    found = parse(builder.build().dgram)
    assert [(m.address, m.arguments) for m in found] == [("/a", (1.0,)), ("/b", (2,))]
    assert all(m.timetag == pytest.approx(seconds, abs=1e-6) for m in found)
    read = OscBundle(bundle(seconds, build("/a", 1.0), bundle(seconds, build("/b", 2))))
    assert read.timestamp == pytest.approx(seconds, abs=1e-6)
    assert [type(content).__name__ for content in read] == ["OscMessage", "OscBundle"]
    assert next(iter(read)).params == [1.0]


def test_a_time_as_an_argument() -> None:
    when = datetime.datetime(2024, 5, 6, 7, 8, 9, 500000, tzinfo=datetime.UTC)
    (parsed,) = parse(build("/t", when.timestamp(), tags="t"))
    assert parsed.arguments == (when.timestamp(),)
    theirs_whole, theirs_fraction = OscMessage(build("/t", when.timestamp(), tags="t")).params[0]
    assert theirs_whole == when.replace(microsecond=0, tzinfo=None)
    assert theirs_fraction == 2**31


def test_a_real_client_sends_to_the_input() -> None:
    run = Osc(port=0, host="127.0.0.1", address="/acc", arguments=("x", "y", "count")).start(SystemClock())
    client = SimpleUDPClient("127.0.0.1", run.port)
    for count in range(50):
        client.send_message("/acc", [0.5, count / 4, count])
    holder = OscBundleBuilder(0)
    holder.add_content(theirs("/acc", [("f", 1.0), ("f", 2.0), ("i", 50)]))
    client.send(holder.build())
    frames = [run.read(1.0) for _ in range(51)]
    client._sock.close()
    run.close()
    assert [frame.values.tolist() for frame in frames[:50] if frame] == [[0.5, n / 4] for n in range(50)]
    assert frames[50] is not None and frames[50].values.tolist() == [1.0, 2.0]
    assert (run.health.lost, run.health.ignored_total) == (0, 0)
