"""``headway shadow``: Headway beside a city's present predictor, on its own feeds, for an hour."""
