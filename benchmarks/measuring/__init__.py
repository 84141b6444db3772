"""Parts of `benchmarks/accuracy.py`: clips with truth, ways to measure them, statistics, tables, the page."""
