"""The one place that reaches into Streamlit and Starlette: what they do of themselves and must not do here.

Nothing of this is promised by them. tests/test_framework.py says at an upgrade what has moved.
"""

import sys

from google.protobuf.message import DecodeError
from starlette.formparsers import MultiPartParser
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

# What a browser may say over its socket. Not wanted: `clear_cache` (one reader would empty every reader's answers),
# `backend_operation_request` (installs files beside the app for whoever seems to be on this machine), `load_git_info`,
# `set_run_on_save`, and two for the framework's own tests.
WANTED = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"}


def is_unwanted(frame: bytes) -> bool:
    """A frame from a browser says what the product never needs; one that can't be read is the framework's to refuse."""
    try:
        said = BackMsg.FromString(frame).WhichOneof("type")
    except DecodeError:
        return False
    return said is not None and said not in WANTED


def is_session(session: str) -> bool:
    """A browser is connected under this id."""
    return get_instance().is_active_session(session)


def held(session: str) -> dict[str, int]:
    """The files that a session holds in memory, and how many bytes each takes."""
    manager = get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    files = manager.file_storage.get(session, {})
    return {file: len(record.data) for file, record in list(files.items())}


def keep_uploads_in_memory() -> None:
    """A part over 1 MB would be written to an unlinked file, readable in clear text by whoever gets at the disk."""
    MultiPartParser.spool_max_size = sys.maxsize


def ask_nobody_for_an_address() -> None:
    """The framework asks a web service for its public address to compare origins; the event loop waits meanwhile."""
    net_util.get_external_ip = lambda: None
    net_util.get_internal_ip = lambda: None
