"""Checks data/case.jsonld of an export: case_uco.py FOLDER. Says what is wrong, exit 1.

Without the ontology: only what we write is known here, by the ontology of CASE/UCO 1.4.0.
"""
import hashlib
import json
import os
import re
import sys

TEXT, TIME, NUMBER, HEX, NODE = "text", "time", "number", "hex", "node"
OBJECT = {
    "uco-core:name": TEXT,
    "uco-core:description": TEXT,
    "uco-core:createdBy": NODE,
    "uco-core:objectCreatedTime": TIME,
    "uco-core:externalReference": NODE,
    "uco-core:hasFacet": NODE,
    "case-investigation:wasDerivedFrom": NODE,
}
# Properties that may stand there once at most.
ONCE = {
    "uco-core:name", "uco-core:createdBy", "uco-core:objectCreatedTime", "uco-action:performer", "uco-action:startTime",
    "uco-action:endTime", "uco-action:actionStatus", "uco-types:hashValue", "uco-types:hashMethod", "uco-tool:version",
    "case-investigation:exhibitNumber", "uco-observable:sizeInBytes", "uco-observable:hostname",
}
CLASSES = {
    "case-investigation:Investigation": OBJECT | {
        "uco-core:object": NODE, "uco-core:startTime": TIME, "uco-core:endTime": TIME,
        "case-investigation:investigationForm": TEXT, "case-investigation:investigationStatus": TEXT,
    },
    "case-investigation:ProvenanceRecord": OBJECT | {"uco-core:object": NODE, "case-investigation:exhibitNumber": TEXT},
    "case-investigation:InvestigativeAction": OBJECT | {
        "uco-action:startTime": TIME, "uco-action:endTime": TIME, "uco-action:actionStatus": TEXT, "uco-action:performer": NODE,
        "uco-action:instrument": NODE, "uco-action:object": NODE, "uco-action:result": NODE, "uco-action:subaction": NODE,
    },
    "uco-action:ActionArgumentFacet": {"uco-action:argumentName": TEXT, "uco-action:value": TEXT},
    "uco-core:ExternalReference": {"uco-core:definingContext": TEXT, "uco-core:externalIdentifier": TEXT},
    "uco-identity:Identity": OBJECT,
    "uco-tool:Tool": OBJECT | {"uco-tool:version": TEXT},
    "uco-observable:Computer": OBJECT,
    "uco-observable:ComputerSpecificationFacet": {"uco-observable:hostname": TEXT},
    "uco-observable:File": OBJECT,
    "uco-observable:FileFacet": {
        "uco-observable:fileName": TEXT, "uco-observable:filePath": TEXT, "uco-observable:sizeInBytes": NUMBER,
    },
    "uco-observable:ContentDataFacet": {
        "uco-observable:mimeType": TEXT, "uco-observable:sizeInBytes": NUMBER, "uco-observable:hash": NODE,
    },
    "uco-types:Hash": {"uco-types:hashMethod": TEXT, "uco-types:hashValue": HEX},
}
ID = re.compile(r"kb:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z\Z")
HASH = re.compile(r"[0-9a-f]{64}\Z")

nodes, references = {}, []


def require(holds, what):
    if not holds:
        sys.exit(f"case.jsonld: {what}")


def check_value(key, kind, value):
    if kind == NODE:
        return check_node(value)
    if kind == TEXT:
        return require(isinstance(value, str), f"{key} is no text: {value!r}")
    if kind == NUMBER:
        return require(type(value) is int and value >= 0, f"{key} is no size: {value!r}")
    datatype, form = ("xsd:dateTime", INSTANT) if kind == TIME else ("xsd:hexBinary", HASH)
    require(set(value) == {"@type", "@value"} and value["@type"] == datatype, f"{key} is no {datatype}: {value!r}")
    return require(form.match(value["@value"]), f"{key} is {value['@value']!r}")


def check_node(node):
    require(isinstance(node, dict) and ID.match(node.get("@id", "")), f"no IRI: {node!r}")
    if set(node) == {"@id"}:
        return references.append(node["@id"])
    require(node["@id"] not in nodes, f"two nodes are {node['@id']}")
    nodes[node["@id"]] = node
    known = CLASSES.get(node.get("@type"))
    require(known is not None, f"class {node.get('@type')!r}")
    for key, value in node.items():
        if key in ("@id", "@type"):
            continue
        require(key in known, f"{key} of {node['@type']}")
        values = value if isinstance(value, list) else [value]
        require(values and (len(values) == 1 or key not in ONCE), f"{len(values)} values of {key}")
        for one in values:
            check_value(key, known[key], one)
    return None


def files_told():
    """Path and hash of each File that lies in the export."""
    for node in nodes.values():
        if node["@type"] != "uco-observable:File":
            continue
        facets = {facet["@type"]: facet for facet in node["uco-core:hasFacet"]}
        content = facets["uco-observable:ContentDataFacet"]
        hashes = [one["uco-types:hashValue"]["@value"] for one in content["uco-observable:hash"]]
        require(len(hashes) == 1, f"{len(hashes)} hashes of {node['@id']}")
        if "uco-observable:FileFacet" in facets:
            path = facets["uco-observable:FileFacet"]["uco-observable:filePath"]
            require(os.path.getsize(path) == content["uco-observable:sizeInBytes"], f"size of {path}")
            yield path, hashes[0]


def main():
    os.chdir(sys.argv[1])
    with open("data/case.jsonld", encoding="utf-8") as file:
        document = json.load(file)
    require(set(document) == {"@context", "@graph"}, "keys of the document")
    for node in document["@graph"]:
        require(set(node) != {"@id"}, "a reference where a node belongs")
        check_node(node)
    for reference in references:
        require(reference in nodes, f"nothing is {reference}")
    told = dict(files_told())
    with open("manifest-sha256.txt", encoding="utf-8") as file:
        manifest = {path: digest for digest, path in (line.rstrip("\n").split(maxsplit=1) for line in file)}
    evidence = {path: digest for path, digest in manifest.items() if path.startswith(("data/packages/", "data/text/"))}
    require(told == evidence, f"files are not those of the manifest: {set(told.items()) ^ set(evidence.items())}")
    for path, digest in told.items():
        with open(path, "rb") as file:
            require(hashlib.file_digest(file, "sha256").hexdigest() == digest, f"hash of {path}")


if __name__ == "__main__":
    main()
