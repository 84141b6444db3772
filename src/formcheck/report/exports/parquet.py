"""The angles as Parquet, with what a reader needs to know in the file's own metadata."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import formcheck
from formcheck.core.measurement import Channels
from formcheck.core.pose import FloatArray
from formcheck.video.files import atomic_path


def write_angles_parquet(time_s: FloatArray, channels: Channels, path: Path) -> None:
    """Write the columns of angles.csv: `time_s`, and value, sigma and reason of every channel; null is no number.

    Parameters
    ----------
    time_s
        Times, shape (T,), seconds.
    channels
        Channels over them.
    path
        The file.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    columns: dict[str, pa.Array] = {"time_s": pa.array(time_s)}
    fields = [pa.field("time_s", pa.float64(), metadata={"unit": "s"})]
    for name, series in channels.items():
        columns[name] = pa.array(series.value, from_pandas=True)
        columns[f"{name}_sigma"] = pa.array(series.sigma, from_pandas=True)
        columns[f"{name}_reason"] = pa.array([str(r) or None for r in series.reason], pa.string())
        unit = {"unit": series.unit}
        fields += [pa.field(f"{name}{part}", pa.float64(), metadata=unit) for part in ("", "_sigma")]
        fields.append(pa.field(f"{name}_reason", pa.string()))
    schema = pa.schema(fields, metadata={"software": f"formcheck {formcheck.__version__}"})
    with atomic_path(path) as temporary:
        pq.write_table(pa.table(columns, schema=schema), temporary)
