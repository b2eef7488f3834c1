"""SIRI 2.0 by request: Stop Monitoring, Vehicle Monitoring and Estimated Timetable, as XML and as SIRI Lite JSON."""
