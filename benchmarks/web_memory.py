"""Memory of the local page's server in continuous use: live sessions one after another, for as long as is asked.

    python benchmarks/web_memory.py --minutes 20

Starts `formcheck serve` and is its page: sends the pictures of a clip over the live socket at 30 a second, at most two
without an answer, ends the session after a while, and begins the next. The server's resident memory is read from /proc
every few seconds (Linux). It counts as flat where the median of the last quarter is within 5 % of that of the second
quarter; the first is for warming up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import websockets

from formcheck.video.source import open_source

ROOT = Path(__file__).parent.parent
CLIP = ROOT / "sample_videos/squat_front_clean.mp4"
FLAT = 0.05
"""Growth from the second quarter to the last that still counts as flat."""


@dataclass
class Use:
    """What was done."""

    minutes: float = 0.0
    sessions: int = 0
    pictures: int = 0
    repetitions: int = 0


def pictures_of(clip: Path) -> list[bytes]:
    """Return a clip's pictures as JPEG files."""
    with open_source(clip) as source:
        return [cv2.imencode(".jpg", frame.image[..., ::-1])[1].tobytes() for frame in source]


def resident_mb(pid: int) -> float:
    """Return the memory of a process that is in RAM, megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


async def one_session(address: str, token: str, pictures: list[bytes], seconds: float, use: Use) -> None:
    """Be the page of one session."""
    headers = {"Authorization": f"Bearer {token}"}
    origin = address.replace("ws://", "http://").removesuffix("/api/live/socket")
    async with websockets.connect(address, additional_headers=headers, origin=origin, max_size=None) as live:  # type: ignore[arg-type]
        await live.send(
            json.dumps({"type": "begin", "exercise": "screen-squat", "side": "both", "sets": 1, "reps": 99})
        )
        sent = answered = 0
        ended = asyncio.Event()

        async def hear() -> None:
            nonlocal answered
            async for text in live:
                message = json.loads(text)
                if message["type"] == "taken":
                    answered = max(answered, message["number"])
                elif message["type"] == "update":
                    use.repetitions += sum(event["event"] == "RepEnded" for event in message["events"])
                elif message["type"] in ("ended", "refused"):
                    break
            ended.set()

        hearing = asyncio.create_task(hear())
        start = time.monotonic()
        while time.monotonic() - start < seconds and not ended.is_set():
            tick = int((time.monotonic() - start) * 30)
            if sent - answered < 2:
                sent += 1
                await live.send(struct.pack("<dI", tick / 30, sent) + pictures[tick % len(pictures)])
            await asyncio.sleep(max(0.0, start + (tick + 1) / 30 - time.monotonic()))
        await live.send(json.dumps({"type": "press", "command": "end"}))
        await asyncio.wait_for(ended.wait(), 120)
        hearing.cancel()
        use.sessions += 1
        use.pictures += answered


async def measure(
    pid: int, address: str, token: str, minutes: float, session_s: float
) -> tuple[Use, list[tuple[float, float]]]:
    """Use the server and read its memory; return what was done, and seconds with megabytes."""
    use, readings, start = Use(), [], time.monotonic()
    pictures = pictures_of(CLIP)

    async def read() -> None:
        while True:
            readings.append((round(time.monotonic() - start, 1), round(resident_mb(pid), 1)))
            await asyncio.sleep(2)

    reading = asyncio.create_task(read())
    while time.monotonic() - start < 60 * minutes:
        left = 60 * minutes - (time.monotonic() - start)
        await one_session(address, token, pictures, min(session_s, max(left, 5)), use)
    reading.cancel()
    use.minutes = round((time.monotonic() - start) / 60, 2)
    return use, readings


def main() -> None:
    """Measure, print a table, write JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=3.0, help="how long to use the server")
    options.add_argument("--session", type=float, default=90.0, help="length of a session, seconds")
    options.add_argument("--json", type=Path, default=ROOT / "benchmarks/out/web_memory.json")
    chosen = options.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "formcheck", "serve", "--no-browser", "--offline", "--port", str(port)]
        command += ["--data", folder, "--store", f"{folder}/history.db"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            token = re.search(r"token=(\S+)", server.stdout.readline())[1]  # type: ignore[index]
            address = f"ws://127.0.0.1:{port}/api/live/socket"
            use, readings = asyncio.run(measure(server.pid, address, token, chosen.minutes, chosen.session))
        finally:
            server.terminate()
            server.wait(timeout=30)
    quarters = np.array_split(np.array([mb for _, mb in readings]), 4)
    medians = [round(float(np.median(quarter)), 1) for quarter in quarters]
    growth = medians[3] / medians[1] - 1
    print(f"{use.minutes} minutes, {use.sessions} sessions, {use.pictures} pictures, {use.repetitions} repetitions")
    print("quarter   median MB")
    for number, median in enumerate(medians, start=1):
        print(f"{number:<9} {median:8.1f}")
    print(f"from the second quarter to the last: {100 * growth:+.1f} % ({'flat' if growth <= FLAT else 'GROWS'})")
    result = {
        "use": asdict(use),
        "median_mb": medians,
        "growth": round(growth, 4),
        "flat": growth <= FLAT,
        "readings": readings,
    }
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(result) + "\n", encoding="utf-8")
    sys.exit(0 if growth <= FLAT else 1)


if __name__ == "__main__":
    main()
