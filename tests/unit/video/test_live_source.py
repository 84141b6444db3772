"""The newest frame only, and found again when it is lost."""

from __future__ import annotations

import http.server
import queue
import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.core.errors import SourceError
from formcheck.video.live_source import LiveSource
from formcheck.video.stream import PacedFileReader, StreamReader, open_live
from tests.fixtures.clips import number_of, numbered, write_clip


class Fed:
    """A camera that gives what it is fed."""

    name, paced = "fed", False

    def __init__(self) -> None:
        self.waiting: queue.Queue[int | None] = queue.Queue()

    def read(self) -> tuple[NDArray[np.uint8], float | None] | None:
        index = self.waiting.get()
        return None if index is None else (numbered(index), None)

    def close(self) -> None:
        pass


def test_who_comes_late_gets_the_newest_frame_and_the_drops_are_counted() -> None:
    camera = Fed()
    for index in range(6):
        camera.waiting.put(index)
    with LiveSource(lambda: camera) as source:
        while source._count < 6:
            time.sleep(0.01)
        frame = source.newest(5.0)
        assert frame is not None
        assert number_of(frame.image) == 5
        assert source.newest(0.05) is None  # none twice
        assert (source.status().delivered, source.status().dropped) == (1, 5)
        camera.waiting.put(None)
        while not source.status().ended:
            time.sleep(0.01)


def test_frames_of_a_file_keep_their_own_times(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", [i / 20 for i in range(20)])
    with LiveSource(lambda: PacedFileReader(clip), speed=0.5) as source:
        times = []
        while (frame := source.newest(2.0)) is not None:
            times.append((number_of(frame.image), frame.time_s))
    assert times
    assert all(time_s == pytest.approx(n / 20, abs=1e-3) for n, time_s in times)


class _Mjpeg(http.server.BaseHTTPRequestHandler):
    stop: threading.Event

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        picture = cv2.imencode(".jpg", np.full((64, 96, 3), 90, np.uint8))[1].tobytes()
        try:
            while not self.stop.is_set():
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                self.wfile.write(head.encode() + picture + b"\r\n")
                time.sleep(1 / 20)
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        pass


def _serve(port: int) -> tuple[http.server.ThreadingHTTPServer, threading.Event]:
    stop = threading.Event()
    handler = type("Handler", (_Mjpeg,), {"stop": stop})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, stop


def test_a_stream_that_stops_and_comes_back_is_found_within_five_seconds() -> None:
    server, stop = _serve(0)
    port = server.server_address[1]
    with open_live(f"http://127.0.0.1:{port}/video") as source:
        assert source.size == (96, 64)
        assert source.newest(5.0) is not None
        stop.set()
        server.shutdown()
        server.server_close()
        deadline = time.monotonic() + 10
        while source.status().lost_since_s is None and time.monotonic() < deadline:
            source.newest(0.2)
        assert source.status().lost_since_s is not None
        assert source.status().problem
        server, stop = _serve(port)
        began = time.monotonic()
        while source.status().lost_since_s is not None and time.monotonic() < began + 10:
            source.newest(0.2)
        took = time.monotonic() - began
        after = source.newest(5.0)
        assert source.status().reconnects == 1
        assert after is not None
        stop.set()
        server.shutdown()
        server.server_close()
    assert took < 5.0


def test_an_address_that_nobody_answers_is_one_sentence_without_its_password() -> None:
    with pytest.raises(SourceError, match="cannot be opened") as error:
        StreamReader("http://me:secret@127.0.0.1:9/video")
    assert "secret" not in str(error.value)


def test_what_is_no_camera_stream_or_file_is_said() -> None:
    with pytest.raises(SourceError, match=r"no-such\.mp4 does not exist"):
        open_live("no-such.mp4")
