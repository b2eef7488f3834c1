"""What earlier service teaches: usual times of hops, dwells and departures, learned once, mapped like timetables."""
