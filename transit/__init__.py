"""Rules of transit: pure functions of their arguments. No I/O, no clock, no framework; time is an argument."""
