"""``headway up``: all of Headway on one machine, one tree of processes that starts, watches and ends together."""
