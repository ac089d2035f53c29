import { dnsSubdomain, pathSegment } from "./names.ts";
import { oneOf, type Place, type PlaceRule } from "./place.ts";

/** Bytes that the data of a ConfigMap or a Secret may have in all. */
const MAXIMUM_DATA = 1_048_576;

function keys(data: Place): number {
  let size = 0;
  for (const [key, value] of data.entries) {
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === "." || key === ".." || key.startsWith(".."))
      value.fail("key must be 1 to 253 letters, digits, `-`, `_` and `.`, and not begin with `..`");
    size += Buffer.byteLength(value.text ?? "");
  }
  return size;
}

function base64(data: Place): void {
  for (const [, value] of data.entries)
    if (
      value.text !== undefined &&
      !/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.text.replace(/[\r\n]/g, ""))
    )
      value.fail("must be base64");
}

const configMap: PlaceRule = (object) => {
  const [data, binary] = [object.at("data"), object.at("binaryData")];
  const size = keys(data) + keys(binary);
  if (size > MAXIMUM_DATA) data.fail(`must have at most ${MAXIMUM_DATA} bytes in all, and has ${size}`);
  base64(binary);
  for (const [key, value] of binary.entries) if (data.at(key).isSet) value.fail("is in data as well");
};

/** The keys that a secret of each type must have. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

const secret: PlaceRule = (object) => {
  const [data, text] = [object.at("data"), object.at("stringData")];
  base64(data);
  const size = keys(data) + keys(text);
  if (size > MAXIMUM_DATA) data.fail(`must have at most ${MAXIMUM_DATA} bytes in all, and has ${size}`);
  if (data.isUnknown || text.isUnknown) return;
  for (const key of secretKeys[object.at("type").text ?? ""] ?? [])
    if (!data.at(key).isGiven && !text.at(key).isGiven)
      data.at(key).fail(`is required in a secret of type ${object.at("type").text}`);
};

function rules(isCluster: boolean): PlaceRule {
  return (object) => {
    for (const rule of object.at("rules").items) {
      rule.at("verbs").need();
      const urls = rule.at("nonResourceURLs");
      if (urls.isSet && !urls.isEmpty) {
        if (!isCluster) urls.fail("may only be given in a ClusterRole");
        if (rule.at("resources").isSet && !rule.at("resources").isEmpty)
          urls.fail("must not be set together with resources");
        continue;
      }
      if (rule.isUnknown) continue;
      rule.at("apiGroups").need();
      rule.at("resources").need();
    }
  };
}

function binding(isCluster: boolean): PlaceRule {
  return (object) => {
    const role = object.at("roleRef");
    role.at("kind").follow(isCluster ? oneOf("ClusterRole") : oneOf("Role", "ClusterRole"));
    role.at("apiGroup").follow(oneOf("rbac.authorization.k8s.io"));
    role.at("name").need().follow(pathSegment);
    for (const subject of object.at("subjects").items) {
      const kind = subject.at("kind").follow(oneOf("ServiceAccount", "User", "Group")).text;
      if (kind === "ServiceAccount") {
        subject.at("namespace").need();
        subject.at("name").need().follow(dnsSubdomain);
        if (subject.at("apiGroup").isSet && !subject.at("apiGroup").isEmpty)
          subject.at("apiGroup").fail("must be empty for a ServiceAccount");
      } else if (kind !== undefined) subject.at("name").need();
    }
  };
}

const namespace: PlaceRule = (object) => {
  for (const mode of ["enforce", "audit", "warn"]) {
    const label = (suffix: string) =>
      object.at("metadata", "labels", `pod-security.kubernetes.io/${mode}${suffix}`);
    label("").follow(oneOf("privileged", "baseline", "restricted"));
    const version = label("-version");
    if (version.text !== undefined && !/^(latest|v1\.\d+)$/.test(version.text))
      version.refuse("must be `latest` or a version such as `v1.36`");
  }
};

/** Rules of settings, permissions and namespaces, by API group and kind. */
export const configuration: Readonly<Record<string, PlaceRule>> = {
  "/ConfigMap": configMap,
  "/Secret": secret,
  "/Namespace": namespace,
  "rbac.authorization.k8s.io/Role": rules(false),
  "rbac.authorization.k8s.io/ClusterRole": rules(true),
  "rbac.authorization.k8s.io/RoleBinding": binding(false),
  "rbac.authorization.k8s.io/ClusterRoleBinding": binding(true),
};
