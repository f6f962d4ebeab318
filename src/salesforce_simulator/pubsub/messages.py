"""The messages of the Pub/Sub API, made at import from the table of their fields.

Types and numbers are those of the published interface (package eventbus.v1), so any client's
generated code understands them. A registry of its own keeps them apart from a client's in the same
process.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "eventbus.v1"
SERVICE = f"{PACKAGE}.PubSub"

LATEST, EARLIEST, CUSTOM = 0, 1, 2
ERROR_PUBLISH = 1

_ENUMS = {
    "ErrorCode": ("UNKNOWN", "PUBLISH", "COMMIT"),
    "ReplayPreset": ("LATEST", "EARLIEST", "CUSTOM"),
}
# message -> its fields, numbered from 1; "*" repeats, a capital letter names a type of these.
_MESSAGES = {
    "TopicInfo": "topic_name:string tenant_guid:string can_publish:bool can_subscribe:bool "
    "schema_id:string rpc_id:string",
    "TopicRequest": "topic_name:string",
    "EventHeader": "key:string value:bytes",
    "ProducerEvent": "id:string schema_id:string payload:bytes headers:*EventHeader",
    "ConsumerEvent": "event:ProducerEvent replay_id:bytes",
    "PublishResult": "replay_id:bytes error:Error correlation_key:string",
    "Error": "code:ErrorCode msg:string",
    "FetchRequest": "topic_name:string replay_preset:ReplayPreset replay_id:bytes "
    "num_requested:int32 auth_refresh:string",
    "FetchResponse": "events:*ConsumerEvent latest_replay_id:bytes rpc_id:string "
    "pending_num_requested:int32",
    "SchemaRequest": "schema_id:string",
    "SchemaInfo": "schema_json:string schema_id:string rpc_id:string",
    "PublishRequest": "topic_name:string events:*ProducerEvent auth_refresh:string",
    "PublishResponse": "results:*PublishResult schema_id:string rpc_id:string",
    "ManagedFetchRequest": "subscription_id:string developer_name:string num_requested:int32 "
    "auth_refresh:string commit_replay_id_request:CommitReplayRequest",
    "ManagedFetchResponse": "events:*ConsumerEvent latest_replay_id:bytes rpc_id:string "
    "pending_num_requested:int32 commit_response:CommitReplayResponse",
    "CommitReplayRequest": "commit_request_id:string replay_id:bytes",
    "CommitReplayResponse": "commit_request_id:string replay_id:bytes error:Error "
    "process_time:int64",
}

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
}


def _classes() -> dict[str, Any]:
    """Return the message classes by their short names."""
    file = descriptor_pb2.FileDescriptorProto(
        name="salesforce_simulator/eventbus.proto", package=PACKAGE, syntax="proto3"
    )
    for name, values in _ENUMS.items():
        enum = file.enum_type.add(name=name)
        for number, value in enumerate(values):
            enum.value.add(name=value, number=number)
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, text in enumerate(fields.split(), 1):
            _add_field(message, text, number)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = message_factory.GetMessageClassesForFiles([file.name], pool)
    return {name.removeprefix(f"{PACKAGE}."): each for name, each in found.items()}


def _add_field(message: Any, text: str, number: int) -> None:
    name, _, kind = text.partition(":")
    label = _Field.LABEL_REPEATED if kind.startswith("*") else _Field.LABEL_OPTIONAL
    kind = kind.removeprefix("*")
    field = message.field.add(name=name, number=number, label=label)
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_ENUM if kind in _ENUMS else _Field.TYPE_MESSAGE
        field.type_name = f".{PACKAGE}.{kind}"


_CLASSES = _classes()
ConsumerEvent: Any = _CLASSES["ConsumerEvent"]
Error: Any = _CLASSES["Error"]
FetchRequest: Any = _CLASSES["FetchRequest"]
FetchResponse: Any = _CLASSES["FetchResponse"]
ManagedFetchRequest: Any = _CLASSES["ManagedFetchRequest"]
ManagedFetchResponse: Any = _CLASSES["ManagedFetchResponse"]
ProducerEvent: Any = _CLASSES["ProducerEvent"]
PublishRequest: Any = _CLASSES["PublishRequest"]
PublishResponse: Any = _CLASSES["PublishResponse"]
PublishResult: Any = _CLASSES["PublishResult"]
SchemaInfo: Any = _CLASSES["SchemaInfo"]
SchemaRequest: Any = _CLASSES["SchemaRequest"]
TopicInfo: Any = _CLASSES["TopicInfo"]
TopicRequest: Any = _CLASSES["TopicRequest"]
