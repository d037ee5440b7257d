import type { QueryValue } from "./request.ts";

/** `apiUrl` + `path` + query. Lists become repeated parameters; null and undefined are left out. */
export function requestUrl(apiUrl: string, path: string, query: Record<string, QueryValue> = {}): URL {
  const url = new URL(`${apiUrl}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined) url.searchParams.append(name, String(one));
    }
  }
  return url;
}

/** A path whose parameters are encoded, so that an id with a slash stays one segment. */
export function path(strings: TemplateStringsArray, ...parameters: string[]): string {
  return String.raw({ raw: strings }, ...parameters.map(encodeSegment));
}

/** URL parsers treat a segment `.` or `..`, encoded or not, as a step; there is no way to send one. */
function encodeSegment(parameter: string): string {
  if (parameter === "" || parameter === "." || parameter === "..") {
    throw new Error(`"${parameter}" is not an id.`);
  }
  return encodeURIComponent(parameter);
}
