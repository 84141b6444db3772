"""How large the error of a session's result is, from the accuracy benchmark: what the history calls a change by.

For hip rotation the errors of the holds (what a drill reports), by the camera's elevation; for the other channels the
errors of the frames. The standard deviation is over different people too: rather too large than too small for one.

    python benchmarks/detectable.py            # prints the table and writes src/formcheck/history/benchmark.toml
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "benchmarks" / "out" / "accuracy.json"
SHIPPED = ROOT / "src" / "formcheck" / "history" / "benchmark.toml"
BANDS = ((30.0, 45.0), (45.0, 60.0), (60.0, 76.0), (76.0, 90.1))
"""Elevations of the camera, degrees: as in docs/accuracy.md; the last is overhead."""


def sem_rows(accuracy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row a channel and band: `channel`, `lying`, `from_deg`, `to_deg`, `sem`, `errors`."""
    elevation = {clip["name"]: clip["elevation_deg"] for clip in accuracy["clips"]}
    holds = [h for h in accuracy["holds"] if h["method"] == "product" and h["measured"] is not None]
    rows = []
    for low, high in BANDS:
        errors = [h["measured"] - h["true"] for h in holds if low <= elevation[h["clip"]] < high]
        rows.append(_row("hip_ir", True, low, high, statistics.stdev(errors), len(errors)))
    for lying, key in ((True, "channels_lying"), (False, "channels_standing")):
        for found in accuracy[key]:
            if found["method"] == "product" and not (lying and found["group"] == "hip_ir"):
                sem = math.sqrt(found["rmse"] ** 2 - found["bias"] ** 2)
                rows.append(_row(found["group"], lying, 0.0, 90.1, sem, int(found["n"])))
    return rows


def _row(channel: str, lying: bool, low: float, high: float, sem: float, errors: int) -> dict[str, Any]:
    return {
        "channel": channel,
        "lying": lying,
        "from_deg": low,
        "to_deg": high,
        "sem": round(sem, 2),
        "errors": errors,
    }


def as_toml(rows: list[dict[str, Any]], accuracy: dict[str, Any]) -> str:
    """Return the rows as the file that formcheck ships."""
    lines = [
        "# Written by benchmarks/detectable.py from the measurements of docs/accuracy.md; do not edit by hand.",
        "# sem: standard deviation of the error, degrees. lying and from_deg to to_deg: posture and camera elevation.",
        "",
        f'source = "{len(accuracy["clips"])} rendered clips, docs/accuracy.md"',
    ]
    for row in rows:
        lines += ["", "[[channel]]", f'name = "{row["channel"]}"', f"lying = {str(row['lying']).lower()}"]
        lines += [f"{key} = {row[key]}" for key in ("from_deg", "to_deg", "sem", "errors")]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accuracy", type=Path, default=MEASURED, help="what benchmarks/accuracy.py wrote")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    args = parser.parse_args()
    accuracy = json.loads(args.accuracy.read_text(encoding="utf-8"))
    rows = sem_rows(accuracy)
    print("| channel | posture | elevation | errors | SEM | MDC95 |\n|---|---|---|---|---|---|")
    for row in rows:
        posture = "lying" if row["lying"] else "upright"
        band = "any" if row["from_deg"] == 0 else f"{row['from_deg']:.0f}-{row['to_deg']:.0f}°"
        mdc = 1.96 * math.sqrt(2) * row["sem"]
        print(f"| {row['channel']} | {posture} | {band} | {row['errors']} | {row['sem']:.1f}° | {mdc:.1f}° |")
    args.out.write_text(as_toml(rows, accuracy), encoding="utf-8")


if __name__ == "__main__":
    main()
