/** What is wrong with a domain name, or undefined. */
export function domainProblem(domain: string): string | undefined {
  return /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]{2,}$/.test(domain)
    ? undefined
    : `"${domain}" is no domain name, such as api.example.com`;
}
