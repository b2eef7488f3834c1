"""Beijing's subway as its riders have written it down (JSON5, one file a line), as GTFS."""
