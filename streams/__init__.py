"""Feeds in and line values out: doors, the tracker, the splitter, serving and scoring. Only here is Faust spoken."""
