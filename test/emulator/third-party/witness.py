"""Runs AWS calls with boto3, or with botocore if boto3 is not installed.

Reads lines with a JSON list of calls from stdin, and answers each with a line to stdout: a JSON list of outcomes. A call is
an operation, a paginator, the list of all paginators, or a waiter. A waiter does not sleep: it advances the emulator's clock instead.

The argument is the endpoint, or --check, which prints the library, or fails if there is none.
"""

import json
import sys
import urllib.request

try:
    import boto3

    library = f"boto3 {boto3.__version__}"
except ImportError:
    try:
        import awscli  # Debian's awscli bundles botocore and makes it importable under that name.
    except ImportError:
        pass

import botocore
import botocore.session
import botocore.waiter
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

if "boto3" in sys.modules:
    create_client = boto3.session.Session().client
else:
    library = f"botocore {botocore.__version__}"
    create_client = botocore.session.get_session().create_client

clients = {}


class EmulatedTime:
    def sleep(self, seconds):
        content = json.dumps({"advanceSeconds": seconds}).encode()
        urllib.request.urlopen(f"{sys.argv[1]}/_emulator/clock", content).close()


def client_for(call):
    key = (call["service"], call.get("account", "123456789012"), call.get("region", "us-east-1"))
    if key not in clients:
        service, account, region = key
        clients[key] = create_client(
            service,
            region_name=region,
            endpoint_url=sys.argv[1],
            aws_access_key_id=account,
            aws_secret_access_key="secret",
            config=Config(retries={"max_attempts": 1}),
        )
    return clients[key]


def wait(client, call):
    try:
        client.get_waiter(call["waiter"]).wait(**call.get("parameters", {}))
        return {"Waited": True}
    except WaiterError as error:
        return {"Waited": False, "Reason": error.kwargs["reason"]}


def page(client, call):
    paginator = client.get_paginator(call["paginator"])
    pages = paginator.paginate(**call.get("parameters", {}), PaginationConfig={"PageSize": call["pageSize"]})
    name = str(pages.result_keys[0].expression)
    sizes = [len(page.get(name, [])) for page in pages]
    return {"Items": sum(sizes), "Pages": len(sizes)}


def paginators(client):
    operations = client.meta.method_to_api_mapping
    return {operations[method]: method for method in operations if client.can_paginate(method)}


def run(call):
    client = client_for(call)
    if call.get("paginators"):
        return paginators(client)
    if "waiter" in call:
        return wait(client, call)
    if "paginator" in call:
        return page(client, call)
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


if sys.argv[1] == "--check":
    print(library)
else:
    botocore.waiter.time = EmulatedTime()
    for line in sys.stdin:
        answers = [run(call) for call in json.loads(line)]
        print(json.dumps(answers, default=lambda value: value.isoformat()), flush=True)
