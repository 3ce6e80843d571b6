"""Carries out one call of Cloudsmith's Python library for each line of standard input and answers with one line.

A line is a JSON object with the method's name (`call`) and its `arguments`, and with who is calling: `host`, and `key`,
`prefix` and `basic` as far as there are any. `validate` turns the library's own checks on or off, `model` names the
class that `data` is made into; otherwise it is sent as the dictionary it is.
"""

import json
import sys

import cloudsmith_api
from cloudsmith_api.rest import ApiException

# One name can be in several classes only where the library repeats a call, so any of them will do.
CLASSES = [value for name, value in vars(cloudsmith_api).items() if name.endswith("Api")]


def client(order):
    cloudsmith_api.Configuration.set_default(None)
    configuration = cloudsmith_api.Configuration()
    configuration.host = order["host"]
    configuration.client_side_validation = order.get("validate", True)
    if order.get("key"):
        configuration.api_key["X-Api-Key"] = order["key"]
    if order.get("prefix"):
        configuration.api_key_prefix["X-Api-Key"] = order["prefix"]
    if order.get("basic"):
        configuration.username, configuration.password = order["basic"]
    # Models that are read take their settings from the default.
    cloudsmith_api.Configuration.set_default(configuration)
    return cloudsmith_api.ApiClient(configuration)


def model(data, name):
    kind = getattr(cloudsmith_api, name)
    return kind(**{attribute: data[key] for attribute, key in kind.attribute_map.items() if key in data})


def carry_out(order):
    connection = client(order)
    name = order["call"]
    owner = next(kind for kind in CLASSES if hasattr(kind, name))
    arguments = dict(order["arguments"])
    if order.get("model") and "data" in arguments:
        arguments["data"] = model(arguments["data"], order["model"])
    method = getattr(owner(connection), name + "_with_http_info")
    value, status, headers = method(**arguments)
    return {
        "status": status,
        "headers": {name.lower(): value for name, value in headers.items()},
        "kind": kind_of(value),
        "value": connection.sanitize_for_serialization(value),
    }


def kind_of(value):
    if isinstance(value, list) and value:
        return f"list of {type(value[0]).__name__}"
    return type(value).__name__


def answer(order):
    if order["call"] == "names":
        methods = (name for kind in CLASSES for name in vars(kind))
        ending = "_with_http_info"
        return {"value": sorted({name[: -len(ending)] for name in methods if name.endswith(ending)})}
    try:
        return carry_out(order)
    except ApiException as error:
        return {"raised": "ApiException", "status": error.status, "message": error.reason, "body": error.body}
    except Exception as error:
        return {"raised": type(error).__name__, "message": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
