"""How ``headway score`` replays a recording, and the page and files it writes."""
