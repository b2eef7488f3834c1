"""The yardstick: a Faust agent that does nothing with a message but one table write and one send.

Run as ``python -m tests.bench.null_agent BROKER IN_TOPIC OUT_TOPIC BYTES PARTITIONS``.
"""

import sys
import tempfile

import faust
import uvloop

uvloop.install()
broker, in_topic, out_topic, value_bytes, partitions = sys.argv[1:6]
sys.argv[1:] = ["worker", "--loglevel=info", "--without-web"]

app = faust.App(
    f"null-{in_topic}",
    datadir=tempfile.gettempdir(),
    broker=f"aiokafka://{broker}",
    key_serializer="raw",
    value_serializer="raw",
    producer_linger=0.02,
    producer_max_batch_size=1_000_000,
    producer_max_request_size=8 * 1024 * 1024,
    topic_partitions=int(partitions),
    topic_disable_leader=True,
    broker_session_timeout=10.0,
    broker_heartbeat_interval=3.0,
)
source = app.topic(in_topic, key_type=bytes, value_type=bytes)
sink = app.topic(out_topic, key_type=bytes, value_type=bytes)
table = app.Table(f"{in_topic}-null", key_type=bytes, value_type=bytes, partitions=int(partitions))
value = bytes(int(value_bytes))


@app.agent(source)
async def pass_on(stream: faust.StreamT[bytes]) -> None:
    """Write the table once and send once, whatever came."""
    async for event in stream.events():
        table[event.key] = value
        await sink.send(key=event.key, value=value)


app.main()
