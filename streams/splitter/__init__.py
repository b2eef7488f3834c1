"""The splitter: passages out of the lines' values, into a topic of their own."""
