"""The datums that maps are drawn in, and the way from each to the others."""
