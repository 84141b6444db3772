"""What is drawn on a frame: skeleton, measured angles, phase, count, faults, and why something is not measured."""
