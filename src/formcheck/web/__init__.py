"""The local page: a server on this computer, the page that it serves, and a phone as the camera (extra `web`)."""
