"""Drills as data: one TOML file each, their schema and the lookup. No code per drill."""
