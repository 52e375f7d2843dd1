"""OSCQuery over real HTTP, and the same over WebSockets."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from remote_house import House, housed

from gesturemap import addresses, companion
from gesturemap import commands as c
from gesturemap.remote.words import WORDS
from gesturemap.wire import osc

aiohttp = pytest.importorskip("aiohttp")
TOKEN = "violet-crow"
Answer = tuple[int, Any, http.client.HTTPMessage]


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(tmp_path_factory.mktemp("house")) as made:
        yield made.open(query=True, rate=1000.0)


@pytest.fixture
def served(open_to_all: House) -> House:
    """One house for all who only ask or command: none of them changes what is so, or counts what was refused."""
    open_to_all.obeyed.clear()
    return open_to_all


def answered(house: House, work: Callable[[], Any]) -> Any:
    """What somebody else's thread gets while control works."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001  # it is raised in the test
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    house.until(lambda: found)
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def get(house: House, path: str, method: str = "GET", **headers: str) -> Answer:
    def work() -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=5)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            text = response.read().decode()
            plain = response.headers.get_content_type() == "application/json"
            return response.status, json.loads(text) if plain else text, response.headers
        finally:
            connection.close()

    return answered(house, work)


def walk(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {node["FULL_PATH"]: node}
    for each in node.get("CONTENTS", {}).values():
        found |= walk(each)
    return found


def test_host_info(served: House) -> None:
    status, told, headers = get(served, "/?HOST_INFO")
    assert status == 200
    assert (told["OSC_PORT"], told["OSC_TRANSPORT"], told["OSC_IP"]) == (served.port, "UDP", "127.0.0.1")
    assert told["EXTENSIONS"]["RANGE"]
    assert "Access-Control-Allow-Origin" not in headers


def test_what_is_opened_is_told_at_once_and_not_with_the_next_report(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "patient.py").write_text(
        "from gesturemap.remote import serve\nserve.TELL = 1e6\nserve.main()\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    begin = companion.begin
    monkeypatch.setattr(companion, "begin", lambda module, orders: begin("patient", orders))
    house.open(query=True)
    assert house.remote["query"] == f"http://127.0.0.1:{house.port}/"


def test_host_info_is_that_of_the_address_it_was_asked_at(house: House) -> None:
    house.open(query=True, host="0.0.0.0")
    assert house.remote["query"] == f"http://127.0.0.1:{house.port}/"  # the one that is answered here
    for host in ("127.0.0.1", "127.0.0.5"):

        def work(host: str = host) -> tuple[str, str]:
            connection = http.client.HTTPConnection(host, house.port, timeout=5)
            connection.request("GET", "/?HOST_INFO", headers={"Host": f"127.0.0.1:{house.port}"})
            told = json.loads(connection.getresponse().read())
            connection.close()
            return told["OSC_IP"], told["WS_IP"]

        assert answered(house, work) == (host, host)


def test_a_page_where_this_machine_may_not_command_is_named_as_others_reach_it(house: House) -> None:
    house.open(query=True, host="0.0.0.0", control_from=("127.7.0.0/16",))
    assert house.remote["query"] == f"http://127.0.0.1:{house.port}/"  # from there this machine is so called
    assert addresses.toward("127.7.0.1").startswith("127.")
    own = addresses.own()
    assert not own or addresses.toward(own[0]) == own[0]


def test_the_whole_tree_has_every_word_and_value(served: House) -> None:
    _, root, _ = get(served, "/")
    nodes = walk(root)
    for word in WORDS.values():
        node = nodes[word.address]
        assert node["ACCESS"] & 2
        assert node.get("TYPE", "").replace("F", "T") == word.tags
        assert len(node.get("RANGE", [])) == len(word.tags)
        assert word.doc in node["DESCRIPTION"]
    assert nodes["/gesturemap/volume"]["RANGE"] == [{"MIN": 0.0, "MAX": 1.0}]
    assert nodes["/gesturemap/volume"]["VALUE"] == [pytest.approx(0.8)]
    assert nodes["/gesturemap/volume"]["ACCESS"] == 3
    assert nodes["/gesturemap/state/project"] == {
        "FULL_PATH": "/gesturemap/state/project", "ACCESS": 1, "TYPE": "s", "VALUE": ["small"],
        "DESCRIPTION": "the project that plays",
    }  # fmt: skip
    assert all(path == "/" or path.rpartition("/")[0] in {*nodes, ""} for path in nodes)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/gesturemap/state/running?VALUE", 200, {"VALUE": [True]}),
        ("/gesturemap/small/state/running?VALUE", 200, {"VALUE": [True]}),
        ("/gesturemap/run?ACCESS", 200, {"ACCESS": 3}),
        ("/gesturemap/train?VALUE", 204, ""),
        ("/gesturemap/run?NONSENSE", 400, None),
        ("/gesturemap/run?VALUE&TYPE", 400, None),
        ("/gesturemap/nonsense", 404, None),
        ("/gesturemap/run/nonsense", 404, None),
        ("/..%2f..%2fetc/passwd", 404, None),
        ("/gesturemap/other/run", 404, None),
    ],
)
def test_questions(served: House, path: str, status: int, told: Any) -> None:
    found = get(served, path)
    assert found[0] == status
    if told is not None:
        assert found[1] == told


def test_it_only_reads(served: House) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert get(served, "/gesturemap/run", method, Content_Length="0")[0] == 405
    assert served.obeyed == []


NAMES = "evil.example", "evil.example:80", ""
PAGES = (
    {"Origin": "http://evil.example"}, {"Origin": "null"},
    {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
)  # fmt: skip


def test_another_name_or_another_page_is_sent_away_and_counted(house: House) -> None:
    house.open(query=True, rate=1000.0)
    for name in NAMES:
        assert get(house, "/", Host=name)[0] in (400, 403), name
    for headers in PAGES:
        assert get(house, "/", **headers)[0] in (400, 403), headers
    house.until(lambda: house.refused().get("127.0.0.1") == {"web page": len(NAMES) + len(PAGES)})


def test_a_stranger_and_one_without_the_token_get_nothing(house: House) -> None:
    house.open(query=True, token=TOKEN)
    assert get(house, "/")[0] == 403
    assert get(house, "/?t=wrong-word")[0] == 403
    assert get(house, f"/gesturemap/run?t={TOKEN}&ACCESS")[1] == {"ACCESS": 3}
    assert house.process is not None


def test_after_many_wrong_words_none_is_looked_at(house: House) -> None:
    house.open(query=True, token=TOKEN, rate=1000.0)
    assert {get(house, "/?t=wrong-word")[1] for _ in range(10)} == {"The right word is wanted, as ?t=WORD.\n"}
    assert get(house, f"/?t={TOKEN}")[:2] == (403, "Too many wrong words: send the right one in 6 s.\n")


@pytest.mark.long
def test_a_page_of_another_site_costs_nobody_tokens_or_messages(house: House) -> None:
    house.open(query=True, token=TOKEN, rate=5.0)
    for number in range(3 * 4 * 5):  # more than the address has for all its senders
        assert get(house, f"/?t=guess{number}", Sec_Fetch_Site="cross-site")[0] == 403
    assert get(house, f"/?t={TOKEN}", Sec_Fetch_Site="none")[0] == 200
    assert get(house, f"/?t={TOKEN}", Sec_Fetch_Site="same-origin")[0] == 200
    house.until(lambda: house.refused().get("127.0.0.1") == {"web page": 60})


def test_wrong_words_of_browsers_do_not_keep_the_right_one_over_udp_from_being_looked_at(
    house: House,
) -> None:
    house.open(query=True, token=TOKEN, rate=1000.0)
    for _ in range(11):
        get(house, "/?t=wrong-word")
    assert "Too many wrong words" in get(house, f"/?t={TOKEN}")[1]
    peer = house.peer()
    peer.say("token", TOKEN)
    assert house.answer(peer)[0].arguments == ("token", "done")
    for _ in range(11):
        peer.say("token", "wrong-word")
    *_, last = house.answer(peer, 11)
    assert "for a while none of its tokens is looked at" in last.arguments[1]


def test_only_whose_address_may_command(house: House) -> None:
    house.open(query=True, control_from=("127.0.0.3",), host="127.0.0.1")
    assert get(house, "/")[0] == 403
    house.until(lambda: house.refused().get("127.0.0.1"))


def test_too_many_questions_wait(house: House) -> None:
    house.open(query=True, rate=5.0)
    statuses = [get(house, "/?HOST_INFO")[0] for _ in range(12)]
    assert statuses[0] == 200
    assert 429 in statuses


# WebSockets


def page(house: House, query: str, work: Callable[[Any], Any], origin: str = "") -> Any:
    async def run() -> Any:
        async with aiohttp.ClientSession() as session, asyncio.timeout(10):
            url = f"http://127.0.0.1:{house.port}/{query}"
            async with session.ws_connect(url, headers={"Origin": origin} if origin else {}) as socket:
                return await work(socket)

    return answered(house, lambda: asyncio.run(run()))


def test_a_page_speaks_osc(served: House) -> None:
    async def work(socket: Any) -> list[osc.Message]:
        await socket.send_bytes(osc.build("/gesturemap/run", 0))
        return osc.parse((await socket.receive()).data)

    (message,) = page(served, "", work)
    assert message.arguments == ("run", "done")
    assert served.obeyed == [c.Run(False)]


def test_a_page_speaks_json_and_listens(served: House) -> None:
    async def work(socket: Any) -> list[Any]:
        await socket.send_json({"COMMAND": "LISTEN", "DATA": "/gesturemap/events"})
        await socket.send_json({"address": "/gesturemap/panic", "args": []})
        found = [await socket.receive_json()]
        served.switchboard.tell_all(c.Happened("began", "wave", 0.5, 1.0))
        found.append(await socket.receive_json())
        await socket.send_json({"COMMAND": "IGNORE", "DATA": "/gesturemap/events"})
        for nonsense in ("{", "[]", "{}", '{"address": 3}', '{"COMMAND": "SHOUT"}',
                         '{"COMMAND": "LISTEN", "DATA": "x"}',
                         '{"address": "/gesturemap/panic", "args": 5}'):  # fmt: skip
            await socket.send_str(nonsense)
            found.append(await socket.receive_json())
        return found

    found = page(served, "?json", work)
    assert found[0] == {"address": "/gesturemap/reply", "args": ["panic", "done"]}
    assert found[1] == {"address": "/gesturemap/events/began", "args": ["wave", 0.5, 1.0]}
    assert {one["address"] for one in found[2:]} == {"/gesturemap/error"}
    assert served.obeyed == [c.Panic()]


def test_a_page_is_told_what_is_so_at_once_and_a_word_at_its_own_address(house: House) -> None:
    house.open(query=True, rate=1000.0)

    async def work(socket: Any) -> list[Any]:
        for path in ("/gesturemap/state/volume", "/gesturemap/volume"):
            await socket.send_json({"COMMAND": "LISTEN", "DATA": path})
        found = [await socket.receive_json() for _ in range(2)]
        house.switchboard.tell_all(c.State({**house.state.document, "volume": 0.25}))
        found += [await socket.receive_json() for _ in range(2)]
        await socket.send_json({"COMMAND": "IGNORE", "DATA": "/gesturemap/volume"})
        await socket.send_json({"address": "/gesturemap/ping"})
        found.append(await socket.receive_json())
        house.switchboard.tell_all(c.State({**house.state.document, "volume": 0.5}))
        return [*found, await socket.receive_json()]

    found = [(one["address"], *one["args"][:1]) for one in page(house, "?json", work)]
    state, word = "/gesturemap/state/volume", "/gesturemap/volume"
    eight, quarter = pytest.approx(0.8), pytest.approx(0.25)
    assert found[:4] == [(state, eight), (word, eight), (state, quarter), (word, quarter)]
    assert found[4:] == [("/gesturemap/reply", "ping"), (state, 0.5)]


NONSENSE = {
    "not json": "no JSON (Expecting value", "[]": "[]; an object with an address", "{}": "an object with an address",
    '{"address": 3}': "an object with an address", '{"address": "/gesturemap/run", "args": 5}': "a list of args",
    '{"address": "run"}': "begins with '/'", '{"COMMAND": "NIX"}': "'NIX'; there are LISTEN and IGNORE",
    '{"COMMAND": "LISTEN", "DATA": "nix"}': "'nix'; there are estimate", "[" * 30000: "no JSON",
}  # fmt: skip


def test_a_page_is_told_what_is_wrong_with_what_it_says(house: House) -> None:
    house.open(query=True, rate=1000.0)

    async def work(socket: Any) -> list[Any]:
        found = []
        for nonsense in NONSENSE:
            await socket.send_str(nonsense)
            found.append(await socket.receive_json())
        return found

    found = page(house, "?json", work)
    for one, (nonsense, said) in zip(found, NONSENSE.items(), strict=True):
        assert one["address"] == "/gesturemap/error"
        assert said in one["args"][1], nonsense[:60]
    house.until(lambda: house.refused().get("127.0.0.1") == {"JSON: refused": len(NONSENSE)})


def test_a_page_is_told_of_another_project(house: House) -> None:
    house.open(query=True, rate=1000.0)

    async def work(socket: Any) -> Any:
        await socket.send_json({"address": "/gesturemap/ping"})
        await socket.receive_json()
        document = house.state.document
        house.switchboard.tell_all(
            c.State(
                {**document, "project": {**document["project"], "path": str(house.folder.parent / "other")}}
            )
        )
        return await socket.receive_json()

    assert page(house, "?json", work) == {"COMMAND": "PATH_CHANGED", "DATA": "/"}


def test_a_page_from_elsewhere_needs_to_be_named(house: House) -> None:
    house.open(query=True, origins=("http://localhost:5173",), token=TOKEN)

    async def work(socket: Any) -> Any:
        await socket.send_json({"address": "/gesturemap/run", "args": [0]})
        return await socket.receive_json()

    with pytest.raises(aiohttp.WSServerHandshakeError):
        page(house, f"?t={TOKEN}", work, origin="http://evil.example")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        page(house, "?json", work, origin="http://localhost:5173")
    assert page(house, f"?json&t={TOKEN}", work, origin="http://localhost:5173")["args"] == ["run", "done"]
    assert house.obeyed == [c.Run(False)]
