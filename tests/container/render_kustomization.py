"""Prints the objects that `kubectl kustomize FOLDER` prints, as far as docker/kubernetes asks for it, on
a machine that has no kubectl. A field of a kustomization that it does not know is an error.

With `--for-podman` in front of the folder, secrets become ConfigMaps: podman 4.3 mounts what is in a
secret without decoding it.
"""

import base64
import pathlib
import sys

import yaml

KNOWN = {"apiVersion", "kind", "resources", "configMapGenerator", "secretGenerator",
         "generatorOptions", "images", "replicas"}


def read_all(path):
    with open(path, encoding="utf-8") as file:
        return [document for document in yaml.safe_load_all(file) if document]


def generated(folder, kind, entry):
    texts = {}
    for name in entry["files"]:
        path = folder / name
        texts[path.name] = path.read_text(encoding="utf-8")
    made = {"apiVersion": "v1", "kind": kind, "metadata": {"name": entry["name"]}}
    if kind == "Secret":
        texts = {name: base64.b64encode(text.encode()).decode() for name, text in texts.items()}
        return {**made, "data": texts, "type": "Opaque"}
    return {**made, "data": texts}


def set_image(container, images):
    for image in images:
        if container["image"].split(":")[0] == image["name"]:
            container["image"] = f"{image['newName']}:{image['newTag']}"


def render(folder):
    kustomization, = read_all(folder / "kustomization.yaml")
    unknown = set(kustomization) - KNOWN
    if unknown:
        sys.exit(f"{folder}/kustomization.yaml: cannot render {', '.join(sorted(unknown))}")
    generators = [name for name in kustomization if name.endswith("Generator")]
    if generators and kustomization.get("generatorOptions") != {"disableNameSuffixHash": True}:
        sys.exit(f"{folder}/kustomization.yaml: cannot render names with hashes")
    objects = []
    for name in kustomization["resources"]:
        path = folder / name
        objects += render(path) if path.is_dir() else read_all(path)
    for kind, generator in (("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")):
        objects += [generated(folder, kind, entry) for entry in kustomization.get(generator, [])]
    counts = {entry["name"]: entry["count"] for entry in kustomization.get("replicas", [])}
    for each in objects:
        if each["kind"] != "Deployment":
            continue
        each["spec"]["replicas"] = counts.get(each["metadata"]["name"], each["spec"]["replicas"])
        for container in each["spec"]["template"]["spec"]["containers"]:
            set_image(container, kustomization.get("images", []))
    return objects


def without_secrets(objects):
    for each in objects:
        if each["kind"] == "Secret":
            each["kind"] = "ConfigMap"
            each["data"] = {name: base64.b64decode(text).decode()
                            for name, text in each["data"].items()}
            del each["type"]
        elif each["kind"] == "Deployment":
            for volume in each["spec"]["template"]["spec"]["volumes"]:
                secret = volume.pop("secret", None)
                if secret is not None:
                    volume["configMap"] = {"name": secret.pop("secretName"), **secret}


def main():
    *options, folder = sys.argv[1:]
    objects = render(pathlib.Path(folder))
    if options == ["--for-podman"]:
        without_secrets(objects)
    # What others name comes first.
    objects.sort(key=lambda each: each["kind"] not in ("ConfigMap", "Secret"))
    yaml.safe_dump_all(objects, sys.stdout, sort_keys=False)


main()
