"""A pipe through which the engine reads what is no UTF-8 file on disk."""

import os
import select
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from data.intake.reading.encoding import BOMS
from data.intake.reading.file import Source
from data.intake.reading.pieces import Survey, skip_lines
from data.intake.reading.records import decode_texts


def survey_source(source: Source, survey: Survey, lines: int) -> None:
    """Survey the body of a UTF-8 file."""
    for body in skip_lines(source.chunks(), lines, BOMS["utf-8"]):
        survey.feed(body)
        if not survey.is_plain:
            return
    survey.end()


class Pipe:
    """A named pipe that the engine reads as a file, and a thread that writes the body of the source into it as UTF-8.

    Neither can wait for the other for ever: the thread opens the pipe before anything may fail, so that the engine
    finds an end; and it gives up when the engine does.
    """

    def __init__(self, source: Source, encoding: str, lines: int, survey: Survey):
        self.source, self.encoding, self.lines, self.survey = source, encoding, lines, survey
        self.stopped = threading.Event()
        self.fault: BaseException | None = None

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory(prefix="intake")
        self.path = Path(self.folder.name) / "pipe"
        os.mkfifo(self.path, 0o600)
        self.thread = threading.Thread(target=self._write, daemon=True)
        self.thread.start()
        return self.path

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        self.stopped.set()
        self.thread.join()
        self.folder.cleanup()
        if self.fault and kind is None:
            raise self.fault

    def _write(self) -> None:
        pipe = self._opened()
        if pipe is None:
            return
        try:
            with suppress(BrokenPipeError):
                for body in skip_lines(self._utf8(), self.lines):
                    self.survey.feed(body)
                    # What is not plain is read again by the exact reader: the engine need not see the rest.
                    if not self.survey.is_plain or not self._sent(pipe, body):
                        break
                self.survey.end()
        except BaseException as fault:
            self.fault = fault
        finally:
            os.close(pipe)

    def _utf8(self) -> Iterator[bytes]:
        if self.encoding == "utf-8":
            bom = BOMS["utf-8"]
            for at, chunk in enumerate(self.source.chunks()):
                yield chunk[len(bom) :] if not at and chunk.startswith(bom) else chunk
        else:
            for text in decode_texts(self.source, self.encoding):
                yield text.encode()

    def _opened(self) -> int | None:
        while not self.stopped.is_set():
            try:
                return os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                # Nobody reads yet.
                time.sleep(0.001)
        return None

    def _sent(self, pipe: int, body: bytes) -> bool:
        left = memoryview(body)
        while left and not self.stopped.is_set():
            if select.select([], [pipe], [], 0.1)[1]:
                with suppress(BlockingIOError):
                    left = left[os.write(pipe, left) :]
        return not left
