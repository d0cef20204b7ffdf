"""The only module that reaches into Streamlit and Starlette: what they do by default and must not do here.

None of this is a public interface. After an upgrade, tests/test_framework.py shows what has moved.
"""

import sys

from google.protobuf.message import DecodeError
from starlette.formparsers import MultiPartParser
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

# Messages from the browser that the product needs. Among the others, `clear_cache` empties the caches of all readers.
NEEDED_MESSAGES = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"}
# Of a `backend_operation_request` only this: the file of a download button, made when it is pressed. Another one
# installs files beside the app for any client that appears to be on this machine.
NEEDED_OPERATIONS = {"deferred_file"}


def is_unneeded_message(frame: bytes) -> bool:
    """Tell whether a frame from a browser is to be dropped. Streamlit itself refuses invalid frames."""
    try:
        message = BackMsg.FromString(frame)
    except DecodeError:
        return False
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") not in NEEDED_OPERATIONS
    return kind is not None and kind not in NEEDED_MESSAGES


def is_active_session(session: str) -> bool:
    """Tell whether a browser is connected under this session id."""
    return get_instance().is_active_session(session)


def uploaded_sizes(session: str) -> dict[str, int]:
    """Return the sizes in bytes of the files that a session holds in memory, by file id."""
    manager = get_instance().uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        raise TypeError(f"Streamlit keeps uploads in {type(manager).__name__}, whose sizes nobody knows here.")
    files = manager.file_storage.get(session, {})
    return {file: len(record.data) for file, record in list(files.items())}


def keep_uploads_in_memory() -> None:
    """Stop Starlette from spooling parts over 1 MB to an unlinked temporary file in clear text."""
    MultiPartParser.spool_max_size = sys.maxsize


def disable_address_lookup() -> None:
    """Stop Streamlit from asking a web service for its public address, in whatever case it compares origins."""
    net_util.get_external_ip = lambda: None
    net_util.get_internal_ip = lambda: None
