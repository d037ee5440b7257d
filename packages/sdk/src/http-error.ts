/** The server answered with an error. `text` is the body as it came; `response` has its headers. */
export class HTTPError extends Error {
  override readonly name = "HTTPError";
  readonly status: number;
  readonly text: string;
  readonly response: Response;

  constructor(method: string, response: Response, text: string) {
    super(`${method} ${pathOf(response.url)}: HTTP ${response.status}: ${reasonIn(text) || response.statusText}`);
    this.status = response.status;
    this.text = text;
    this.response = response;
  }

  static async fromResponse(method: string, response: Response): Promise<HTTPError> {
    // A body that breaks off must not hide the status.
    const text = await response.text().catch(() => "");
    return new HTTPError(method, response, text);
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

/** Servers put the reason into `message`, `detail` or `error`, or write it as plain text. */
function reasonIn(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text.trim();
  }
  if (typeof body !== "object" || body === null) return text.trim();
  const fields = body as Record<string, unknown>;
  const reason = [fields.message, fields.detail, fields.error].find(
    (field) => typeof field === "string" && field !== "",
  );
  return typeof reason === "string" ? reason : text.trim();
}
