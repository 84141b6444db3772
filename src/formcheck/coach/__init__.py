"""Angles to phases, repetitions, attempts and faults: one state machine for every drill."""
