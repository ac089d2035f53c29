/** Words joined by `-` as the name of an alert, or its part: `ai-core` is `AiCore`. */
export function pascalCase(words: string): string {
  return words
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** The name of an objective's alerts: `BackendAvailabilityBurn`. */
export function burnAlertName(service: string, objective: string): string {
  return `${pascalCase(service)}${pascalCase(objective)}Burn`;
}

/** The name of the alert that nothing is known of an objective: `BackendAvailabilityUnmeasured`. */
export function unmeasuredAlertName(service: string, objective: string): string {
  return `${pascalCase(service)}${pascalCase(objective)}Unmeasured`;
}

/** What to do first where a budget burns. */
export const BURN_FIRST = "Is a release or a flag younger than the trouble? Take it back";
