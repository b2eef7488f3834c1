"""The agency's word: its alerts and trip updates, read and made into what they mean for the forecasts."""
