"""Keeps what came in and what was made of it: feeds as they came, passages and forecasts as Parquet."""
