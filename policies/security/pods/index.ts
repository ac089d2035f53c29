import type { Policy } from "../../core/policy.ts";
import { addsNoCapability, dropsCapabilities } from "./capabilities.ts";
import { noHostAliases, noInteractiveContainer, noLoginPort, noSharedProcesses } from "./habits.ts";
import { noHostPath, noRuntimeSocket, noSensitiveHostPath, noWritableHostPath } from "./host-path.ts";
import { apparmorProfile, procMount, selinuxOptions } from "./kernel-security.ts";
import { namespaceRestrictsPods } from "./namespace-restricts-pods.ts";
import { noHostInProbe } from "./no-host-in-probe.ts";
import { noHostNamespaces } from "./no-host-namespaces.ts";
import { noHostPort } from "./no-host-port.ts";
import { noHostProcess } from "./no-host-process.ts";
import { noPrivilegeEscalation } from "./no-privilege-escalation.ts";
import { noPrivilegedContainer } from "./no-privileged-container.ts";
import { podHasController } from "./pod-has-controller.ts";
import { readOnlyRoot } from "./read-only-root.ts";
import { runsAsNonRoot } from "./runs-as-non-root.ts";
import { safeSysctls } from "./safe-sysctls.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import { userOfItsOwn } from "./user-of-its-own.ts";
import { volumeTypes } from "./volume-types.ts";

/** What pods may do on their nodes: the restricted Pod Security Standard, control by control, and what goes beyond it. */
export const pods: readonly Policy[] = [
  namespaceRestrictsPods,
  noPrivilegedContainer,
  noHostNamespaces,
  noHostPort,
  noHostProcess,
  noHostPath,
  noRuntimeSocket,
  noSensitiveHostPath,
  noWritableHostPath,
  volumeTypes,
  noPrivilegeEscalation,
  dropsCapabilities,
  addsNoCapability,
  runsAsNonRoot,
  userOfItsOwn,
  seccompProfile,
  apparmorProfile,
  selinuxOptions,
  procMount,
  safeSysctls,
  noHostInProbe,
  readOnlyRoot,
  noHostAliases,
  noSharedProcesses,
  noInteractiveContainer,
  noLoginPort,
  podHasController,
];
