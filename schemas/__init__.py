"""The contract: what travels between Headway's processes, and under which names.

Topics, record headers, store keys and the values kept under them are written down here and nowhere else. This package
imports nothing of ours, so anything may import it.
"""
