"""Counts the lines of one object. Knows nothing of Longshore but the task contract: docs/task-contract.md."""

import json
import os

import boto3

job = json.loads(os.environ["LONGSHORE_JOB"])
s3 = boto3.client("s3")

source = job["object"]
version = {"VersionId": source["versionId"]} if "versionId" in source else {}
body = s3.get_object(Bucket=source["bucket"], Key=source["key"], **version)["Body"]

lines = 0
longest = 0
for line in body.iter_lines():
    lines += 1
    longest = max(longest, len(line))

result = {"facts": {"type": "text", "lines": lines, "longest line": longest}}
s3.put_object(
    Bucket=job["result"]["bucket"],
    Key=job["result"]["key"],
    Body=json.dumps(result).encode(),
    ContentType="application/json",
)
print(f"{source['key']}: {lines} lines")
