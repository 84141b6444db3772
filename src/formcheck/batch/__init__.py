"""Many clips: what is to be scored, by which engine, resumed after any interruption, compared with labels."""
