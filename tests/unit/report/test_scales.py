"""Results on their scales: classes have words where others have numbers."""

from __future__ import annotations

from formcheck.core.measurement import Measurement
from formcheck.report.model import RepReport
from formcheck.report.scales import result_scales, side_rows
from formcheck.session import Judgement


def test_a_class_stands_between_its_words_and_two_sides_are_the_same_or_not(
    front: Judgement, front_report: RepReport
) -> None:
    base = next(m for m in front.exercise.measures if m.result)
    found = {f"{base.name}_left": Measurement(1.0, 0.4, "class"), f"{base.name}_right": Measurement(-1.0, 2.5, "class")}
    report = front_report.model_copy(update={"summary": front_report.summary.model_copy(update={"measures": found})})
    (entry,) = result_scales(report, front.exercise, None)
    assert [tick["text"] for tick in entry["ticks"]] == ["out", "neutral", "in"]
    assert [row["point"] for row in entry["rows"]] == [100.0, 0.0]
    assert all(0 <= end <= 100 for row in entry["rows"] for end in row["band"])
    (row,) = side_rows(report)
    assert (row["left"], row["right"], row["difference"]) == ("in", "out", "another class")
