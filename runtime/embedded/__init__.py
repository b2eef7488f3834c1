"""Local servers as child processes: the broker, store and database of a laptop and of the tests.

Each server lives in a data folder and writes its log there, is ready when its ``start()`` returns, ends within five
seconds of ``stop()`` and does not outlive the process that started it.
"""
