"""Live coaching: one engine without windows and files; around it sources, recorder, window and sound."""
