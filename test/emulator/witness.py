"""Runs AWS calls with botocore: reads a JSON list of calls from stdin, writes a JSON list of outcomes to stdout.

The argument is the endpoint, or --check, which reports through the exit status whether botocore is installed.
"""

import json
import sys

try:
    import awscli  # Debian's awscli bundles botocore and makes it importable under that name.
except ImportError:
    pass

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

session = botocore.session.get_session()
clients = {}


def client_for(call, endpoint):
    key = (call["service"], call.get("account", "123456789012"), call.get("region", "us-east-1"))
    if key not in clients:
        service, account, region = key
        clients[key] = session.create_client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="secret",
            config=Config(retries={"max_attempts": 1}),
        )
    return clients[key]


def run(call, endpoint):
    client = client_for(call, endpoint)
    try:
        answer = getattr(client, call["operation"])(**call.get("parameters", {}))
    except ClientError as error:
        answer = {**error.response, "Class": type(error).__name__}
    metadata = answer.pop("ResponseMetadata")
    return {
        **answer,
        "Status": metadata["HTTPStatusCode"],
        "IsSameRequestId": metadata["RequestId"] == metadata["HTTPHeaders"].get("x-amzn-requestid"),
    }


if sys.argv[1] != "--check":
    outcomes = [run(call, sys.argv[1]) for call in json.load(sys.stdin)]
    json.dump(outcomes, sys.stdout, default=lambda value: value.isoformat())
