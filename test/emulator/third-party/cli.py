"""Runs commands of the AWS CLI in one process.

Reads lines with a JSON list of argument lists from stdin, and answers each with a line to stdout: a JSON list of
{status, stdout, stderr}. The argument is the endpoint, or --check, which fails if the AWS CLI is not installed as a
Python package.
"""

import contextlib
import io
import json
import sys

import awscli
from awscli.clidriver import create_clidriver

if sys.argv[1] == "--check":
    print(awscli.__version__)
    sys.exit()


def run(arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            status = driver.main([*arguments, "--endpoint-url", sys.argv[1], "--output", "json"])
        except SystemExit as end:
            status = end.code
    return {"status": status, "stdout": out.getvalue(), "stderr": err.getvalue()}


driver = create_clidriver()
for line in sys.stdin:
    print(json.dumps([run(arguments) for arguments in json.loads(line)]), flush=True)
