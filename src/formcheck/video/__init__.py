"""Frames in (files, image folders) and frames out (H.264)."""
