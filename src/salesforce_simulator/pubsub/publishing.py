"""Publish and PublishStream: platform events from clients, each accepted or refused by itself."""

import io
import uuid
from typing import Any

import fastavro

from salesforce_simulator.events.topics import Topic
from salesforce_simulator.org import Org
from salesforce_simulator.pubsub.messages import (
    ERROR_PUBLISH,
    Error,
    PublishResponse,
    PublishResult,
)
from salesforce_simulator.pubsub.refusals import cannot_publish, nothing_to_publish
from salesforce_simulator.pubsub.subscription import to_replay_id


def publish(org: Org, topic: Topic, events: Any, *, rpc_id: str) -> Any:
    """Publish ProducerEvents and return the PublishResponse. PubSubError where none can be."""
    if not topic.can_publish or topic.schema is None:
        raise cannot_publish(topic.name)
    if not events:
        raise nothing_to_publish()
    results = [_publish_one(org, topic, each) for each in events]
    return PublishResponse(results=results, schema_id=topic.schema.id, rpc_id=rpc_id)


def _publish_one(org: Org, topic: Topic, event: Any) -> Any:
    event_id = event.id or str(uuid.uuid4())
    problem = _problem(org, topic, event)
    if problem:
        error = Error(code=ERROR_PUBLISH, msg=problem)
        return PublishResult(error=error, correlation_key=event_id)
    schema = org.events.schemas.by_id(event.schema_id)
    assert schema is not None  # noqa: S101 - _problem says so
    (source,) = topic.sources
    with org.lock:
        taken = org.events.platform_event(source, schema, event_id=event_id, avro=event.payload)
        org.journal.events([taken])
        org.events.publish([taken])
    return PublishResult(replay_id=to_replay_id(taken.number), correlation_key=event_id)


def _problem(org: Org, topic: Topic, event: Any) -> str:
    """Say why an event cannot be published; "" if it can."""
    schema = org.events.schemas.by_id(event.schema_id)
    if schema is None or topic.schema is None or schema.id != topic.schema.id:
        return f"The schema ID is not that of the topic {topic.name}."
    payload = io.BytesIO(event.payload)
    try:
        fastavro.schemaless_reader(payload, schema.parsed, None)
    except (EOFError, ValueError, IndexError, TypeError, OverflowError, MemoryError) as broken:
        return f"The payload is not Avro of its schema: {type(broken).__name__}."
    return "" if not payload.read(1) else "The payload is longer than its schema says."
