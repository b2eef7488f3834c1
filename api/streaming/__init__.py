"""Streams: what each poll changed, pushed to whoever asked for it, resumed on any replica without gap or repeat."""
