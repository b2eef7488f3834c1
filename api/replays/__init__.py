"""Recordings that are replayed beside the live service, each under ``/v1/replays/{id}/`` with all that the API has."""
