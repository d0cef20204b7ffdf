"""A ZIP that is the same bytes whenever and wherever it is made."""

import io
import zipfile
from collections.abc import Mapping

# A ZIP knows no date before it; whatever the clock says, the same files give the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """The files, by their paths, in their order."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Without these the ZIP says on which system it was made.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return held.getvalue()
