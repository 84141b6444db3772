"""Pixels to landmarks: estimators, model files, the choice of the person, saved poses."""
