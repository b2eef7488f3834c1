"""The scorer: how right the forecasts were that were served, line by line and hour by hour."""
