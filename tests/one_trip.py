"""A GTFS feed of one trip between two stops, without a fault."""

TABLES = {
    "agency.txt": b"agency_name,agency_timezone\nOne,Europe/Paris\n",
    "routes.txt": b"route_id,route_short_name,route_type\nL1,1,3\n",
    "stops.txt": b"stop_id,stop_name,stop_lat,stop_lon\na,Alpha,48.85,2.30\nb,Beta,48.85,2.31\n",
    "calendar_dates.txt": b"service_id,date,exception_type\nx,20260216,1\n",
    "trips.txt": b"route_id,service_id,trip_id\nL1,x,t1\n",
    "stop_times.txt": (
        b"trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,a,1\nt1,8:05:00,8:05:00,b,2\n"
    ),
}
