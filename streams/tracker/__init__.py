"""The tracker: a Faust app that moves each line group on by one message and writes its one value."""
