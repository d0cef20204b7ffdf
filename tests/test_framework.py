"""What the gate reaches for inside Streamlit and Starlette: each of these fails at an upgrade that moves it.

Then look at `components/gate/framework.py` and `routes.py`, and decide anew.
"""

import inspect
import json
import re
from types import SimpleNamespace
from typing import Any

import requests
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from starlette.routing import Mount
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.web.server import server_util
from streamlit.web.server.starlette import starlette_app, starlette_routes

from components.gate import framework
from components.gate.headers import CONTENT_SECURITY_POLICY, STREAMLIT_INDEX, hash_source
from components.gate.routes import HOST_CONFIG_ANSWER, STREAM, is_allowed
from tests.test_gate import ask, run_async

# Every address that the framework answers, as one may ask for it, and whether the product needs it.
ANSWERED = {
    ("GET", "/_stcore/health"): True,
    ("OPTIONS", "/_stcore/health"): False,
    ("GET", "/_stcore/metrics"): False,
    ("OPTIONS", "/_stcore/metrics"): False,
    ("GET", "/_stcore/host-config"): True,
    ("GET", "/media/{file_id:path}"): True,
    ("OPTIONS", "/media/{file_id:path}"): False,
    ("PUT", "/_stcore/upload_file/{session_id}/{file_id}"): True,
    ("DELETE", "/_stcore/upload_file/{session_id}/{file_id}"): True,
    ("OPTIONS", "/_stcore/upload_file/{session_id}/{file_id}"): False,
    ("GET", "/component/{path:path}"): False,
    ("OPTIONS", "/component/{path:path}"): False,
    ("GET", "/_stcore/bidi-components/{path:path}"): False,
    ("OPTIONS", "/_stcore/bidi-components/{path:path}"): False,
    ("GET", "/auth/login"): False,
    ("GET", "/auth/logout"): False,
    ("GET", "/oauth2callback"): False,
    ("GET", "/app/static/{path:path}"): True,
    ("OPTIONS", "/app/static/{path:path}"): False,
    **{
        (method, f"/_stcore/agent/{name}"): False
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        for name in ("interact", "openapi.json", "mcp")
    },
}
MOUNTED = {""}  # the files of the framework, and its page for every other address


def framework_app() -> list[Any]:
    """The routes of the framework as it makes them for our app."""
    runtime = SimpleNamespace(
        media_file_mgr=SimpleNamespace(_storage=None),
        uploaded_file_mgr=None,
        component_registry=None,
        bidi_component_registry=None,
        stats_mgr=None,
        _main_script_path="app.py",
    )
    return starlette_app.create_streamlit_routes(runtime)  # type: ignore[arg-type]


def test_every_address_that_the_framework_answers_was_judged():
    found, mounted, sockets = set(), set(), set()
    for route in framework_app():
        if isinstance(route, Mount):
            mounted.add(route.path)
        elif getattr(route, "methods", None):
            found |= {(method, route.path) for method in route.methods - {"HEAD"}}
        else:
            sockets.add(route.path)
    assert found == set(ANSWERED)
    assert mounted == MOUNTED
    assert sockets == {STREAM}


def test_the_gate_opens_what_was_judged_needed_and_nothing_else():
    for (method, path), is_needed in ANSWERED.items():
        asked = re.sub(r"\{[^}]*\}", "0123", path)
        assert is_allowed(method, asked) == is_needed, (method, path)


def test_our_word_on_trust_says_all_that_the_frameworks_says():
    theirs = ask("/_stcore/host-config", app=Starlette(routes=starlette_routes.create_host_config_routes("")))
    assert set(HOST_CONFIG_ANSWER) == set(json.loads(theirs.body))


def test_every_message_of_a_browser_was_judged():
    known = {each.name for each in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    unwanted = {"clear_cache", "set_run_on_save", "load_git_info", "backend_operation_request"}
    assert known == framework.NEEDED_MESSAGES | unwanted | {"debug_disconnect_websocket", "debug_shutdown_runtime"}
    operations = BackMsg.DESCRIPTOR.fields_by_name["backend_operation_request"].message_type.oneofs_by_name["payload"]
    unwanted = {"install_skills", "dismiss_skills_nudge", "dataframe_chunk"}
    assert {each.name for each in operations.fields} == framework.NEEDED_OPERATIONS | unwanted


def test_the_framework_looks_no_address_up(monkeypatch):
    asked: list[Any] = []

    def note(*args: Any, **more: Any) -> Any:
        asked.append(args)
        raise OSError

    monkeypatch.setattr(requests, "get", note)
    for name in ("get_external_ip", "get_internal_ip"):
        monkeypatch.setattr(net_util, name, getattr(net_util, name))  # and back again after the test
    for name in ("_external_ip", "_internal_ip"):
        monkeypatch.setattr(net_util, name, None)
    server_util.is_url_from_allowed_origins("http://192.0.2.7")
    assert asked  # so it does of itself
    asked.clear()
    framework.disable_address_lookup()
    assert server_util.is_url_from_allowed_origins("http://192.0.2.7") is False
    assert asked == []
    assert net_util.get_internal_ip() is None
    # The two places that ask are these; a third would be new.
    assert inspect.getsource(server_util).count("net_util.get_") == 2


def parsed(size: int) -> Any:
    """A file of so many bytes, out of a form."""
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'

    async def pieces() -> Any:
        yield head
        for _ in range(size >> 16):
            yield bytes(1 << 16)
        yield b"\r\n--x--\r\n"

    parser = MultiPartParser(Headers({"content-type": "multipart/form-data; boundary=x"}), pieces())
    return run_async(parser.parse())["f"].file


def test_a_part_of_a_form_stays_in_memory(monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    assert parsed(3 << 20)._rolled  # so it does of itself
    framework.keep_uploads_in_memory()
    assert not parsed(3 << 20)._rolled


def test_the_files_of_a_session_are_counted_where_they_are_held(monkeypatch):
    manager = MemoryUploadedFileManager("/upload")
    runtime = SimpleNamespace(uploaded_file_mgr=manager, is_active_session="a".__eq__)
    monkeypatch.setattr(framework, "get_instance", lambda: runtime)
    manager.add_file("a", UploadedFileRec("one", "list.csv", "text/csv", b"x" * 12))
    manager.add_file("a", UploadedFileRec("two", "list.csv", "text/csv", b"x" * 30))
    assert framework.uploaded_sizes("a") == {"one": 12, "two": 30}
    manager.remove_file("a", "one")
    assert framework.uploaded_sizes("a") == {"two": 30}
    assert framework.uploaded_sizes("b") == {}
    assert "b" not in manager.file_storage
    assert [framework.is_active_session(each) for each in ("a", "b")] == [True, False]


def test_every_script_inside_the_page_of_the_framework_may_run():
    page = STREAMLIT_INDEX.read_text("utf8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.S)
    assert inline
    assert all(hash_source(script) in CONTENT_SECURITY_POLICY["script-src"] for script in inline)
    assert not re.search(r"\son\w+=|javascript:|<base\b|<form\b", page)
