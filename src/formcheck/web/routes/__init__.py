"""The server's addresses, one file a subject."""
