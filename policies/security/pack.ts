import type { Pack } from "../core/policy.ts";
import { ciTrust } from "./ci-trust.ts";
import { customerManagedKey, databaseCustomerManagedKey } from "./customer-managed-key.ts";
import { edgeHasFirewall } from "./edge-has-firewall.ts";
import { httpOnlyRedirects } from "./http-only-redirects.ts";
import { ingressBehindEdge } from "./ingress-behind-edge.ts";
import { modernTls } from "./modern-tls.ts";
import { namespaceDeniesByDefault } from "./namespace-denies-by-default.ts";
import { namespaceRestrictsPods } from "./namespace-restricts-pods.ts";
import { noDefaultServiceAccount } from "./no-default-service-account.ts";
import { noGrantToEveryone } from "./no-grant-to-everyone.ts";
import { noLiteralSecret } from "./no-literal-secret.ts";
import { noPrimitiveRole } from "./no-primitive-role.ts";
import { noProjectWideSecretAccess } from "./no-project-wide-secret-access.ts";
import { noPublicBucket } from "./no-public-bucket.ts";
import { noSecretInEnvironment } from "./no-secret-in-environment.ts";
import { noServiceAccountKey } from "./no-service-account-key.ts";
import { ownServiceAccount } from "./own-service-account.ts";
import { pinnedImage } from "./pinned-image.ts";
import { pinnedSecretVersion } from "./pinned-secret-version.ts";
import { publicInvokerBehindEdge } from "./public-invoker-behind-edge.ts";
import { restrictedPod } from "./restricted-pod.ts";
import { secretOfOwnEnvironment } from "./secret-of-own-environment.ts";
import { tokenOnlyWhereUsed } from "./token-only-where-used.ts";

/** Secrets, access, encryption and exposure. A new policy is one file beside this one and one line here. */
export const security: Pack = {
  name: "security",
  description: "Secrets, access, encryption and exposure on Google Cloud, Atlas, Cloud Run and Kubernetes.",
  policies: [
    noSecretInEnvironment,
    noServiceAccountKey,
    noPublicBucket,
    customerManagedKey,
    databaseCustomerManagedKey,
    modernTls,
    noPrimitiveRole,
    noProjectWideSecretAccess,
    noGrantToEveryone,
    noDefaultServiceAccount,
    ownServiceAccount,
    ingressBehindEdge,
    publicInvokerBehindEdge,
    edgeHasFirewall,
    httpOnlyRedirects,
    ciTrust,
    pinnedSecretVersion,
    secretOfOwnEnvironment,
    noLiteralSecret,
    restrictedPod,
    pinnedImage,
    tokenOnlyWhereUsed,
    namespaceRestrictsPods,
    namespaceDeniesByDefault,
  ],
};
