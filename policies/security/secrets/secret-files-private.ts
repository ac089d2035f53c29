import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { POD_TYPES, podSpec } from "../../kubernetes.ts";

/** What Kubernetes gives a mounted file where nothing is said. */
const DEFAULT_MODE = 0o644;

function openToAll(mode: Property, fallback: number | undefined): Finding | undefined {
  const stated = mode.number() ?? fallback;
  if (stated === undefined || (stated & 0o007) === 0) return undefined;
  const what = mode.present ? `is 0${stated.toString(8)}` : `is not set, which means 0${stated.toString(8)}`;
  return violation(mode, `${what}: every user in the container may read the secret`);
}

function checkVolume(volume: Property): Finding[] {
  const secret = volume.at("secret");
  const sources = volume
    .at("projected", "sources")
    .items()
    .map((source) => source.at("secret"))
    .filter((source) => source.present);
  const whole = secret.present ? secret : sources.length > 0 ? volume.at("projected") : undefined;
  if (whole === undefined) return [];
  return parts(
    () => openToAll(whole.at("defaultMode"), DEFAULT_MODE),
    () =>
      each([secret, ...sources], (one) =>
        each(one.at("items").items(), (item) => openToAll(item.at("mode"), undefined)),
      ),
  );
}

export const secretFilesPrivate: Policy = {
  id: "secret-files-private",
  title: "A mounted secret should be readable by the program that needs it, and by nobody else.",
  severity: "low",
  level: "advisory",
  why: "What the program starts as another user, and a sidecar that shares the volume, reads it otherwise.",
  fix: "Set defaultMode to 0440 (288 in JSON) and the pod's fsGroup to the program's group; or to 0400 where the program is its owner.",
  example: {
    yaml: `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  securityContext: { fsGroup: 10001 }
  volumes:
    - name: jwt
      secret: { secretName: api-jwt-v3, defaultMode: 288 }`,
  },
  frameworks: { "nsa-cisa": ["secrets"], "owasp-kubernetes": ["K08"] },
  requirements: ["AC-02"],
  types: POD_TYPES,
  check: (resource) => each(podSpec(resource).at("volumes").items(), checkVolume),
};
