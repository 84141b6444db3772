"""Landmarks to angles with sigma: axes, angles, baseline, filters, view. Pure: arrays and times in, arrays out."""
