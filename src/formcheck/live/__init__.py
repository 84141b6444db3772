"""Live coaching: one engine without windows and files, and what is built around it (sources, recorder, window, sound)."""
