"""``headway partners``: who may ask, with which keys, under which plan."""
