from __future__ import annotations

import asyncio

from formcheck.exercises.lookup import load_exercise
from formcheck.live.engine import LiveEngine
from formcheck.live.events import Paused, Resumed
from formcheck.live.plan import plan_drill
from formcheck.web.outbox import Outbox
from formcheck.web.protocol import FromServer, Taken, Update, ended, event_model, points_of, state_model

ENGINE = LiveEngine(plan_drill(load_exercise("supine-ir-liftoff"), "right"), (640, 480))


def update(time_s: float, *events: Paused | Resumed) -> Update:
    return Update.model_construct(
        time_s=time_s,
        state=state_model(ENGINE.state),
        points=points_of(ENGINE.state, (640, 480)),
        events=[event_model(event) for event in events],
        judged=1,
        passed_over=0,
        age_ms=None,
    )


def sent(*put: tuple[FromServer, bytes | None], pictures: bool = True) -> tuple[list[FromServer], bytes | None]:
    async def run() -> tuple[list[FromServer], bytes | None]:
        outbox = Outbox(pictures=pictures)
        for message, picture in put:
            outbox.put(message, picture)
        await asyncio.sleep(0)
        return await asyncio.wait_for(outbox.take(), 5)

    return asyncio.run(run())


def test_of_states_only_the_newest_is_sent_and_of_events_every_one() -> None:
    messages, picture = sent((update(1.0, Paused(1.0, "asked")), b"old"), (update(2.0, Resumed(2.0)), b"new"))
    [message] = messages
    assert isinstance(message, Update)
    assert message.time_s == 2.0
    assert [event.event for event in message.events] == ["Paused", "Resumed"]
    assert picture == b"new"


def test_the_end_comes_after_what_led_to_it() -> None:
    messages, _ = sent((update(1.0, Paused(1.0, "asked")), None), (ended(None), None))
    assert [message.type for message in messages] == ["update", "ended"]


def test_of_answers_the_last_stands_for_all() -> None:
    messages, _ = sent((Taken(number=1), None), (Taken(number=2), None))
    assert [message.number for message in messages if isinstance(message, Taken)] == [2]


def test_whoever_films_gets_no_pictures_back() -> None:
    _, picture = sent((update(1.0), b"picture"), pictures=False)
    assert picture is None


def test_an_update_is_as_the_published_schema_says() -> None:
    import json

    import jsonschema

    from formcheck.web.protocol import live_schema

    schema = live_schema()
    said = json.loads(update(1.0, Paused(1.0, "asked"), Resumed(1.5)).model_dump_json())
    jsonschema.validate(said, {**schema, **schema["properties"]["from_server"]})
