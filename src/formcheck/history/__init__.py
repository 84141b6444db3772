"""Past sessions on this computer, and what they say about progress."""
