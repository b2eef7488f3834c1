"""An administrator's connection to the broker, with its errors turned into one clear line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError

from runtime.errors import ServiceError
from runtime.kafka_clients import make_admin
from runtime.settings import Settings


@asynccontextmanager
async def administer(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A started client for topics and groups.

    Raises:
        ServiceError: the broker cannot be reached or refused a request.
    """
    admin = make_admin(settings)
    try:
        await admin.start()
        yield admin
    except KafkaConnectionError:
        raise ServiceError(
            f"the broker at {settings.broker} cannot be reached: HEADWAY_BROKER says where it is, or "
            "HEADWAY_DATA_FOLDER in which folder `headway up` runs"
        ) from None
    except KafkaTimeoutError:
        raise ServiceError(f"the broker at {settings.broker} does not answer") from None
    except KafkaError as refused:
        raise ServiceError(f"the broker at {settings.broker} refused a request: {refused}") from None
    finally:
        await admin.close()
