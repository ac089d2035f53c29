/** A published catalogue of controls. */
interface Framework {
  readonly title: string;
  /** The edition that ids are of. */
  readonly edition: string;
  /** Where it is published. */
  readonly url: string;
  /** The form of its ids. */
  readonly id: RegExp;
}

/** Frameworks that policies name controls of. Policies help with a control; none says that they are all of it. */
export const FRAMEWORKS = {
  "cis-kubernetes": {
    title: "CIS Kubernetes Benchmark",
    edition: "1.11",
    url: "https://www.cisecurity.org/benchmark/kubernetes",
    id: /^5(\.\d{1,2}){2}$/,
  },
  "cis-gke": {
    title: "CIS Google Kubernetes Engine Benchmark",
    edition: "1.7",
    url: "https://www.cisecurity.org/benchmark/kubernetes",
    id: /^[4-5](\.\d{1,2}){2}$/,
  },
  "cis-gcp": {
    title: "CIS Google Cloud Platform Foundation Benchmark",
    edition: "3.0",
    url: "https://www.cisecurity.org/benchmark/google_cloud_computing_platform",
    id: /^[1-8](\.\d{1,2}){1,3}$/,
  },
  "nsa-cisa": {
    title: "NSA and CISA, Kubernetes Hardening Guidance",
    edition: "1.2",
    url: "https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
    id: /^[a-z]+(-[a-z]+)*$/,
  },
  "pod-security": {
    title: "Kubernetes, Pod Security Standards",
    edition: "restricted and baseline",
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    id: /^(baseline|restricted)\/[a-z]+(-[a-z]+)*$/,
  },
  "owasp-kubernetes": {
    title: "OWASP Kubernetes Top Ten",
    edition: "2022",
    url: "https://owasp.org/www-project-kubernetes-top-ten/",
    id: /^K(0[1-9]|10)$/,
  },
  owasp: {
    title: "OWASP Top 10",
    edition: "2021",
    url: "https://owasp.org/Top10/",
    id: /^A(0[1-9]|10)$/,
  },
} as const satisfies Record<string, Framework>;

/** Ids of a framework's controls, by framework. */
export type Controls = { readonly [Name in keyof typeof FRAMEWORKS]?: readonly string[] };
