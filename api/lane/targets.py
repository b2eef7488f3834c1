"""The name under which a rendered answer is kept: the same for every order of the same parameters."""


def target_of(path: bytes, query: bytes) -> bytes:
    """Raw path, and ``?`` and its query, sorted by name, where it has one.

    Of a name given twice the last value counts, so their order is kept; names in code (``%6cimit``) are left where they
    stand, for they may be the same name again.
    """
    if not query:
        return path
    if b"&" in query:
        parameters = [parameter.partition(b"=") for parameter in query.split(b"&")]
        if not any(b"%" in name for name, _, _ in parameters):
            parameters.sort(key=lambda parameter: parameter[0])
            query = b"&".join([b"".join(parameter) for parameter in parameters])
    return path + b"?" + query
