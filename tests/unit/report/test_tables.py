from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from formcheck.report.model import RepReport
from formcheck.report.table import rep_table
from formcheck.report.tables import write_angles_csv, write_reps_csv
from formcheck.session import Judgement


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_angles_csv_says_what_the_channels_say(front: Judgement, tmp_path: Path) -> None:
    write_angles_csv(front.track.time_s, front.channels, tmp_path / "angles.csv")
    rows = rows_of(tmp_path / "angles.csv")
    assert list(rows[0])[:4] == ["time_s", "knee_flexion_left", "knee_flexion_left_sigma", "knee_flexion_left_reason"]
    assert len(rows[0]) == 1 + 3 * len(front.channels)
    assert [row["time_s"] for row in rows] == [f"{t:.4f}" for t in front.track.time_s]
    for name, series in front.channels.items():
        for part, expected in (("", series.value), ("_sigma", series.sigma)):
            cells = [row[name + part] for row in rows]
            assert [cell == "" for cell in cells] == np.isnan(expected).tolist()
            known = [float(cell) for cell in cells if cell]
            np.testing.assert_allclose(known, expected[np.isfinite(expected)], atol=0.0005001)
        assert [row[f"{name}_reason"] for row in rows] == [str(reason) for reason in series.reason]


def test_abstained_channel_has_empty_cells_and_its_reason(front: Judgement, tmp_path: Path) -> None:
    write_angles_csv(front.track.time_s, front.channels, tmp_path / "angles.csv")
    row = rows_of(tmp_path / "angles.csv")[0]
    assert (row["trunk_lean"], row["trunk_lean_sigma"], row["trunk_lean_reason"]) == ("", "", "wrong_view")


def test_reps_csv_has_a_row_a_rep_and_empty_cells_for_what_was_not_measured(
    front_report: RepReport, tmp_path: Path
) -> None:
    write_reps_csv(front_report, tmp_path / "reps.csv")
    rows = rows_of(tmp_path / "reps.csv")
    assert [row["index"] for row in rows] == ["1", "2"]
    first = front_report.reps[0]
    assert float(rows[0]["depth"]) == pytest.approx(first.measures["depth"].value, abs=0.001)
    assert first.measures["trunk_lean"].value is None
    assert rows[0]["trunk_lean"] == rows[0]["trunk_lean_sigma"] == ""
    assert rows[0]["faults"] == ";".join(f"{fault.code}:{fault.severity}" for fault in first.faults)


@pytest.mark.parametrize("width", [80, 100])
def test_terminal_table_fits_and_shows_every_rep(front_report: RepReport, width: int) -> None:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(rep_table(front_report))
    text = console.export_text()
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    depth = front_report.reps[0].measures["depth"]
    assert f"{depth.value:.0f}° ± {depth.sigma:.0f}°" in text
    assert text.count("counted") == 2
