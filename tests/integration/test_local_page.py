"""The local page in a real Chromium, with a rendered clip as the camera."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from formcheck.web.lan import lan_addresses
from tests.conftest import missing
from tests.fixtures.fake_camera import write_camera
from tests.fixtures.served import Served, find_chromium, launch

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.slow, pytest.mark.realtime]

CLIP = "squat_front_knee_valgus"  # 15 seconds, two repetitions, the knees fall in
DRILL = "screen-squat"
TRAIN = f"#/train/{DRILL}?side=both&sets=1&reps=2"
STILL_S = 6.0  # to be set up and counted down
SESSION_MS = 60_000
SOCKET = """address => new Promise(done => {
    const socket = new WebSocket(address);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""
POST = "address => fetch(address, {method: 'POST', mode: 'no-cors', credentials: 'include'}).catch(() => null)"
NAMELESS = """() => [...document.querySelectorAll("button, a, input, select")]
    .filter(e => !(e.innerText || e.ariaLabel || e.labels?.length || e.title)).length"""


@pytest.fixture(scope="module")
def chromium() -> str:
    program = find_chromium()
    if program is None:
        missing("Chromium (apt install chromium, or playwright install chromium)")
    assert program is not None
    return program


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, pose_model: Path) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
def playwright() -> Iterator[sync_api.Playwright]:
    with sync_api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def plain(playwright: sync_api.Playwright, chromium: str) -> Iterator[sync_api.Browser]:
    """Return a browser without a camera."""
    browser = launch(playwright, chromium)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def filming(
    playwright: sync_api.Playwright,
    chromium: str,
    sample: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[sync_api.Browser]:
    """Return a browser whose camera sees the clip, again and again."""
    camera = write_camera(sample(CLIP), tmp_path_factory.mktemp("camera") / "clip.mjpeg", still_s=STILL_S, after_s=2)
    browser = launch(playwright, chromium, camera)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def analysed(
    plain: sync_api.Browser,
    server: Served,
    sample: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """Return the report of the clip, handed in on the page, with its id."""
    clip = tmp_path_factory.mktemp("upload") / "my squat.mp4"
    shutil.copy(sample(CLIP), clip)
    page = plain.new_page()
    page.goto(f"{server.address}#/drill/{DRILL}")
    page.set_input_files("#video", clip)
    page.get_by_role("heading", name="my squat.mp4").wait_for()
    page.wait_for_function("() => document.querySelector('progress')?.value > 0", timeout=SESSION_MS)
    page.wait_for_selector("iframe.report-frame", timeout=3 * SESSION_MS)
    page.frame_locator("iframe.report-frame").locator("h1", has_text="Squat screen").wait_for(timeout=SESSION_MS)
    job = page.url.rsplit("/", 1)[1]
    page.close()
    report = server.folder / "data" / "reports" / job / "report.json"
    return {**json.loads(report.read_text(encoding="utf-8")), "id": job}


@pytest.fixture
def page(plain: sync_api.Browser) -> Iterator[sync_api.Page]:
    page = plain.new_page()
    page.set_default_timeout(SESSION_MS)
    yield page
    page.close()


def goto(page: sync_api.Page, server: Served, route: str = "#/") -> list[str]:
    """Open the page; return what it asks of anybody, filled as it goes."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.address + route)
    return asked


def test_a_whole_session_counts_the_repetitions_and_names_the_fault_as_analyze_does(
    filming: sync_api.Browser, server: Served, analysed: dict[str, Any]
) -> None:
    page = filming.new_page()
    page.set_default_timeout(SESSION_MS)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    asked = goto(page, server)
    page.get_by_role("link", name="Squat screen").click()
    page.get_by_label("Sets").fill("1")
    page.get_by_label("Repetitions").fill("2")
    page.get_by_role("button", name="Train with this camera").click()
    page.wait_for_selector('.live[data-stage="exercising"]', timeout=SESSION_MS)
    watching = filming.new_page()  # somebody else looks on
    watching.goto(server.address)
    watching.get_by_role("link", name="Watch it").click()
    watching.wait_for_selector('.live[data-stage="exercising"]', timeout=SESSION_MS)
    page.get_by_text("Knees out over the toes.").first.wait_for(timeout=SESSION_MS)
    page.wait_for_selector('.live[data-stage="done"]', timeout=SESSION_MS)
    said = page.evaluate("() => document.querySelector('.live').said")
    assert watching.evaluate("() => document.querySelector('.stage canvas').width") == 640
    watching.close()
    page.wait_for_selector("iframe.report-frame", timeout=SESSION_MS)
    report = page.frame_locator("iframe.report-frame")
    report.locator("h1", has_text="Squat screen").wait_for()
    folder = server.folder / "data" / "reports" / page.url.rsplit("/", 1)[1]
    [part] = json.loads((folder / "session.json").read_text(encoding="utf-8"))["parts"]
    live = json.loads((folder / part["report"]).with_name("report.json").read_text(encoding="utf-8"))

    reps = [event["rep"] for event in said if event["event"] == "RepEnded"]
    for found in (reps, live["reps"]):
        assert [rep["counted"] for rep in found] == [rep["counted"] for rep in analysed["reps"]]
        assert [faults_of(rep) for rep in found] == [faults_of(rep) for rep in analysed["reps"]]
    assert analysed["summary"]["counted"] == 2
    assert all("knee_valgus" in faults_of(rep) for rep in reps)
    assert problems == []
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {f"127.0.0.1:{server.port}"}
    page.goto(server.address + "#/history")
    page.get_by_role("row").filter(has_text="live").filter(has_text="2 counted").wait_for()
    page.close()


def faults_of(rep: dict[str, Any]) -> set[str]:
    """Return the codes of a repetition's faults that are more than advice."""
    return {fault["code"] for fault in rep["faults"] if fault["severity"] != "advice"}


def test_a_session_survives_the_server_being_killed_and_a_third_page_waits(
    filming: sync_api.Browser, server: Served
) -> None:
    page, second, third = (filming.new_page() for _ in range(3))
    goto(page, server, TRAIN)
    page.wait_for_selector('.live[data-stage="exercising"]', timeout=SESSION_MS)
    goto(second, server, TRAIN)
    second.wait_for_selector(".live[data-stage]", timeout=SESSION_MS)
    goto(third, server, TRAIN)
    third.get_by_text("This computer coaches two people at once.").wait_for()
    second.close()
    third.close()
    server.stop(signal.SIGKILL)
    page.get_by_text("The connection is gone").wait_for()
    server.start()
    page.get_by_text("The session broke off").wait_for(timeout=SESSION_MS)
    page.get_by_role("button", name="Make its report").click()
    page.wait_for_selector("iframe.report-frame", timeout=SESSION_MS)
    page.close()


def test_a_video_is_deleted_after_its_analysis_and_its_result_from_the_history_when_asked(
    page: sync_api.Page, server: Served, analysed: dict[str, Any]
) -> None:
    assert analysed["source"]["name"] == "my squat.mp4"
    assert not any((server.folder / "data" / "uploads").iterdir())
    folder = server.folder / "data" / "reports" / analysed["id"]
    assert folder.is_dir()
    page.goto(server.address + "#/history")
    rows = page.locator("table.history tbody tr")
    rows.first.wait_for()
    before = rows.count()
    mine = rows.filter(has_text="video")
    mine.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    mine.wait_for(state="detached")
    assert rows.count() == before - 1
    assert not folder.exists()


def test_a_file_that_is_no_video_is_said_so(page: sync_api.Page, server: Served, tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_text("this is not a video, whatever its name says")
    goto(page, server, f"#/drill/{DRILL}")
    page.set_input_files("#video", tmp_path / "bad.mp4")
    page.get_by_role("alert").get_by_text("bad.mp4 is not a video").wait_for()


def test_a_refused_camera_is_explained_and_can_be_tried_again(page: sync_api.Page, server: Served) -> None:
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }"
    )
    goto(page, server, TRAIN)
    alert = page.get_by_role("alert")
    alert.get_by_text("The camera was refused").wait_for()
    assert alert.get_by_role("button", name="Try again").is_visible()
    assert page.evaluate("async () => (await (await fetch('/api/live')).json()).length") == 0


def test_without_the_token_there_is_no_page_and_no_socket(page: sync_api.Page, server: Served) -> None:
    bare = server.address.split("?")[0]
    assert page.goto(bare).status == 401
    page.get_by_text("The key is missing").wait_for()
    assert page.evaluate(SOCKET, bare.replace("http", "ws") + "api/live/socket") == "refused"


def test_another_sites_page_gets_nothing_even_with_the_cookie(
    page: sync_api.Page, server: Served, tmp_path: Path
) -> None:
    goto(page, server)
    page.get_by_role("heading", name="What do you want to train?").wait_for()
    evil = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert evil.stdout is not None
        port = evil.stdout.readline().split(" port ")[1].split()[0]
        page.goto(f"http://127.0.0.1:{port}/")  # another port is another origin, but cookies do not know ports
        bare = server.address.split("?")[0]
        page.evaluate(POST, bare + "api/live/a/report")
        assert page.evaluate(SOCKET, bare.replace("http", "ws") + "api/live/socket") == "refused"
    finally:
        evil.terminate()
        evil.wait()
        evil.stdout.close()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768)])
def test_every_screen_fits_and_can_be_used_with_the_keyboard(
    plain: sync_api.Browser, server: Served, width: int, height: int
) -> None:
    context = plain.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    for route in ("#/", f"#/drill/{DRILL}", "#/history"):
        goto(page, server, route)
        page.wait_for_selector("main h1")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, route
        assert page.evaluate("document.activeElement.id") == "view", route  # a screen reader begins at the new view
    goto(page, server, "#/")
    page.locator(".card").first.wait_for()
    page.locator(".card").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train with this camera").wait_for()
    assert page.evaluate(NAMELESS) == 0
    context.close()


def test_a_phone_films_and_the_laptop_shows_the_coachs_view(
    filming: sync_api.Browser, tmp_path: Path, pose_model: Path
) -> None:
    if not lan_addresses():
        missing("a network for --lan")
    with Served(tmp_path, "--lan") as lan:
        assert lan.address.startswith("https://")
        laptop = filming.new_context(ignore_https_errors=True).new_page()
        laptop.set_default_timeout(SESSION_MS)
        laptop.goto(f"{lan.address}#/drill/{DRILL}")
        laptop.get_by_role("button", name="Use a phone as the camera").click()
        code = laptop.get_by_alt_text("Code to scan with the phone's camera")
        code.wait_for()
        assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        to = laptop.evaluate("image => new URL(image.src).searchParams.get('to')", code.element_handle())
        laptop.wait_for_timeout(1500)  # it looks for new sessions once a second
        phone = filming.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844}).new_page()
        phone.set_default_timeout(SESSION_MS)
        phone.goto(f"{lan.address}#{to}")
        phone.wait_for_selector(".live[data-stage]")
        laptop.wait_for_url("**/#/watch/*")
        laptop.wait_for_function("() => document.querySelector('.stage canvas')?.width === 640")
        laptop.get_by_role("button", name="It hurts").click()  # the coach may stop it as well
        for page in (phone, laptop):
            page.get_by_text("Stop here for today").wait_for()
            page.context.close()
