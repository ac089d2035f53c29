/** One thing to do: what, and the commands that do it. */
export interface RunbookStep {
  /** In one or two sentences; Markdown. */
  readonly say: string;
  /**
   * Commands, exactly as they are typed. `{stack}` is the stack's name, `{namespace}` the system's namespace; queries go to
   * `queries`.
   */
  readonly run?: readonly string[];
  /** PromQL to look at. `{labels}` stands for the labels of the system's series (`environment="…",system="…"`). */
  readonly queries?: readonly string[];
}

/**
 * What whoever is woken up needs to know: stated beside the alerts; the page itself, with each alert's meaning, its queries,
 * rollback and escalation, is derived.
 */
export interface Runbook {
  /** File's name in the system's folder: lower case, words joined by `-`. */
  readonly name: string;
  readonly title: string;
  /** What it is for, in a paragraph. */
  readonly about: string;
  /** What to look at first, in this order. */
  readonly checks: readonly RunbookStep[];
  /** What makes it better, the quickest and safest first. */
  readonly mitigations: readonly RunbookStep[];
  /** How to tell that it is over. */
  readonly recovery: readonly RunbookStep[];
  /** Further parts, by heading: procedures that no alert asks for. */
  readonly procedures?: Readonly<Record<string, readonly RunbookStep[]>>;
}

/** The heading's anchor of an alert on its runbook's page, as GitHub and most Markdown tools make it. */
export function alertAnchor(alert: string): string {
  return alert.toLowerCase();
}

/** Where a page is, below the folder of all runbooks: `ethixai/service.md`. */
export function runbookPath(system: string, runbook: string): string {
  return `${system}/${runbook}.md`;
}

/** Where an alert's paragraph is. @param base address or folder of all runbooks, without a slash at the end */
export function runbookAddress(base: string, system: string, runbook: string, alert: string): string {
  return `${base}/${runbookPath(system, runbook)}#${alertAnchor(alert)}`;
}

/** Problems of a system's runbooks. @param asked names that alerts and objectives ask for, each with who asks */
export function runbookProblems(
  runbooks: readonly Runbook[],
  asked: readonly { readonly runbook: string; readonly by: string }[],
): string[] {
  const names = runbooks.map(({ name }) => name);
  return [
    ...(runbooks.length === 0 ? ["runbooks: there are none; an alert without one helps nobody"] : []),
    ...runbooks.flatMap(({ name, checks, mitigations, recovery }, index) => [
      ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
        ? []
        : [`runbooks["${name}"]: its name must be lower-case words joined by "-"`]),
      ...(names.indexOf(name) === index ? [] : [`runbooks["${name}"]: there are two of this name`]),
      ...Object.entries({ checks, mitigations, recovery })
        .filter(([, steps]) => steps.length === 0)
        .map(([part]) => `runbooks["${name}"].${part}: there are none; state at least one`),
    ]),
    ...asked
      .filter(({ runbook }) => !names.includes(runbook))
      .map(
        ({ runbook, by }) =>
          `${by}.runbook: there is no runbook "${runbook}"; there are: ${names.join(", ")}`,
      ),
  ];
}
