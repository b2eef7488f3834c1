"""Rules that say how right forecasts were: truth, baselines and measures, independent of the tracker's own state."""
