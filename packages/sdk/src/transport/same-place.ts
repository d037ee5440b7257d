/**
 * The path that a `Location` header names, below `apiUrl`. A path stays as it is; of a whole URL only one on our own server is
 * followed, because the request will carry the key.
 */
export function samePlace(apiUrl: string, location: string): string {
  if (location.startsWith("/") && !location.startsWith("//")) return location;
  const url = new URL(location, `${apiUrl}/`);
  if (url.href.startsWith(`${apiUrl}/`)) return url.href.slice(apiUrl.length);
  throw new Error(`The server pointed to another one (${url.origin}); not followed.`);
}
