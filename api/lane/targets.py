"""The name under which a rendered answer is kept: the same for every order of the same parameters."""


def target_of(path: bytes, query: bytes) -> bytes:
    """Raw path, and ``?`` and its query in sorted order where it has one."""
    if not query:
        return path
    if b"&" in query:
        query = b"&".join(sorted(query.split(b"&")))
    return path + b"?" + query
