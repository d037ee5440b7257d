export interface HeaderList {
  includes?: readonly string[] | undefined;
  excludes?: readonly string[] | undefined;
}

/** Credentials, which are the caller's and no graph's business; a configuration that wants one has to name it. */
const SECRET = ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-tenant-id", "x-service-key"];

/** What graphs get to see: upstream's rule for a server that says nothing is all `x-` headers but those with keys, and `user-agent`. */
export function configurableHeaders({ includes = ["x-*", "user-agent"], excludes = [] }: HeaderList = {}): HeaderList {
  return { includes, excludes: [...excludes, ...SECRET.filter((name) => !includes.includes(name))] };
}

/** What a log line of a request has: none unless named, and never credentials that are not. */
export function loggedHeaders(list: HeaderList | undefined): (name: string) => boolean {
  if (list === undefined) return () => false;
  const { includes = ["*"], excludes = [] } = list;
  return headerFilter(configurableHeaders({ includes, excludes }));
}

/** Whether a list lets a header through. Patterns may have `*`; exclusion wins; without `includes` all are included. */
export function headerFilter({ includes = ["*"], excludes = [] }: HeaderList): (name: string) => boolean {
  const [included, excluded] = [includes.map(toPattern), excludes.map(toPattern)];
  // Asked of the same few names again and again.
  const answers = new Map<string, boolean>();
  return (name) => {
    let answer = answers.get(name);
    if (answer === undefined) {
      answer = !excluded.some((pattern) => pattern.test(name)) && included.some((pattern) => pattern.test(name));
      if (answers.size < 1000) answers.set(name, answer);
    }
    return answer;
  };
}

function toPattern(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i");
}
