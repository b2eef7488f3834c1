"""Partners' own ids of stops and lines: uploaded, matched, and asked by."""
