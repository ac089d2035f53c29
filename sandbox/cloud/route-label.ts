/** Routes that one service may bring into the metrics; what comes later is counted as `other`. */
export const MAX_ROUTES = 50;

const IDENTIFIER = [
  /^\d+$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^[0-9a-f]{8,}$/i,
  // Made-up names: letters mixed with two or more digits ("x7f93k"), but not a version ("v1", "v2beta1").
  /^(?!v\d+(?:(?:alpha|beta)\d*)?$)(?=(?:\D*\d){2})[\w.~-]+$/i,
];

/**
 * The `route` label of a request's path: its first two segments, with what looks like an identifier as `:id`.
 * Everything else about a path (query, deeper segments, odd characters) would make a new series per request.
 */
export function routeLabel(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? "";
  const segments = path.split("/").filter((segment) => segment !== "");
  return `/${segments.slice(0, 2).map(segmentLabel).join("/")}`;
}

function segmentLabel(segment: string): string {
  if (segment.length > 32 || !/^[\w.~-]+$/.test(segment)) return ":id";
  return IDENTIFIER.some((shape) => shape.test(segment)) ? ":id" : segment;
}

/** Keeps the routes of one service to {@link MAX_ROUTES}, whatever its clients ask for. */
export class RouteLabels {
  readonly #known = new Set<string>();

  label(url: string): string {
    const label = routeLabel(url);
    if (this.#known.has(label)) return label;
    if (this.#known.size >= MAX_ROUTES) return "other";
    this.#known.add(label);
    return label;
  }
}
