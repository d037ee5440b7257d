/** A page that reads openapi.json and lets its reader browse and try the API. Alone: it loads nothing from elsewhere. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Heddle Agent Server</title>
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --soft: color-mix(in srgb, currentColor 6%, transparent); }
  body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 6rem; }
  h1 { font-size: 1.6rem; margin: 0; } h2 { margin: 2.2rem 0 .6rem; font-size: 1.15rem; }
  header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
  header input { margin-left: auto; }
  input, textarea, button { font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: Canvas; color: CanvasText; }
  textarea { width: 100%; box-sizing: border-box; font: 13px/1.45 ui-monospace, monospace; min-height: 6rem; field-sizing: content; max-height: 24rem; }
  details { border: 1px solid var(--line); border-radius: .5rem; margin: .35rem 0; }
  details > div { padding: 0 .9rem .9rem; }
  summary { cursor: pointer; padding: .45rem .9rem; display: flex; gap: .7rem; align-items: baseline; }
  summary:hover, summary:focus-visible { background: var(--soft); }
  code, pre { font: 13px/1.45 ui-monospace, monospace; }
  .method { font-weight: 700; min-width: 4.2rem; } .what { margin-left: auto; opacity: .75; text-align: right; }
  pre { background: var(--soft); padding: .8rem; border-radius: .5rem; overflow: auto; max-height: 24rem; margin: .5rem 0; white-space: pre-wrap; }
  label { display: block; margin: .5rem 0 .15rem; font-weight: 600; } .row { display: flex; gap: .6rem; margin: .7rem 0; }
</style>
</head>
<body>
<header><h1>Heddle Agent Server</h1><span id="version"></span>
<label for="key" hidden>API key</label><input id="key" type="password" placeholder="x-api-key, or Bearer …" autocomplete="off"></header>
<p>The description as JSON: <a href="openapi.json">openapi.json</a>.</p>
<main id="parts">Loading…</main>
<script type="module">
const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const base = location.pathname.replace(/\\/docs$/, "");
const spec = await (await fetch(base + "/openapi.json")).json();
document.querySelector("#version").textContent = spec.info.version;

const example = (schema = {}) => {
  if (schema.$ref) return example(spec.components.schemas[schema.$ref.split("/").pop()]);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  const choices = (schema.anyOf ?? schema.oneOf ?? []).filter((choice) => choice.type !== "null");
  if (choices.length > 0) return example(choices[0]);
  if (schema.type === "object") {
    const needed = schema.required ?? [];
    return Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => needed.includes(name)).map(([name, part]) => [name, example(part)]));
  }
  if (schema.type === "array") return schema.items ? [example(schema.items)] : [];
  return { string: "", number: 0, integer: 0, boolean: false }[schema.type] ?? null;
};

const headers = () => {
  const key = document.querySelector("#key").value.trim();
  if (key === "") return {};
  return /^bearer /i.test(key) ? { authorization: key } : { "x-api-key": key };
};

const tryIt = (method, path, operation) => {
  const fields = new Map();
  const box = element("div");
  if (operation.description) box.append(element("p", { textContent: operation.description }));
  for (const { name, in: place } of operation.parameters) {
    const input = element("input", { id: method + path + name, placeholder: place });
    box.append(element("label", { htmlFor: input.id, textContent: name }), input);
    fields.set(name, { place, input });
  }
  const body = operation.requestBody?.content["application/json"].schema;
  const text = element("textarea", { id: method + path + "body", spellcheck: false });
  if (body) {
    text.value = JSON.stringify(example(body), null, 2);
    const shape = element("details", {}, element("summary", { textContent: "Schema of the body" }), element("pre", { textContent: JSON.stringify(body, null, 2) }));
    box.append(element("label", { htmlFor: text.id, textContent: "Body" }), text, shape);
  }
  const output = element("pre", { hidden: true });
  const stop = element("button", { textContent: "Stop", hidden: true });
  const send = element("button", { textContent: "Send" });
  send.addEventListener("click", async () => {
    const aborter = new AbortController();
    stop.onclick = () => aborter.abort();
    stop.hidden = false;
    output.hidden = false;
    output.textContent = "…";
    try {
      const query = new URLSearchParams();
      let filled = path;
      for (const [name, { place, input }] of fields) {
        if (place === "path") filled = filled.replace("{" + name + "}", encodeURIComponent(input.value));
        else if (input.value !== "") query.set(name, input.value);
      }
      const address = filled + (query.size > 0 ? "?" + query : "");
      const init = { method, headers: { ...headers(), ...(body ? { "content-type": "application/json" } : {}) }, signal: aborter.signal };
      const response = await fetch(address, body ? { ...init, body: text.value } : init);
      output.textContent = response.status + " " + response.statusText + "\\n\\n";
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader.read()) output.append(part.value);
    } catch (error) {
      output.append("\\n" + error);
    } finally {
      stop.hidden = true;
    }
  });
  const answers = Object.entries(operation.responses).map(([status, { description }]) => status + "  " + description).join("\\n");
  box.append(element("div", { className: "row" }, send, stop), output, element("label", { textContent: "Answers" }), element("pre", { textContent: answers }));
  return box;
};

const parts = new Map();
for (const [path, methods] of Object.entries(spec.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const head = element("summary", {}, element("span", { className: "method", textContent: method.toUpperCase() }), element("code", { textContent: path }), element("span", { className: "what", textContent: operation.summary }));
    const item = element("details", {}, head);
    item.addEventListener("toggle", () => { if (item.open && item.children.length === 1) item.append(tryIt(method.toUpperCase(), path, operation)); });
    parts.set(operation.tags[0], [...(parts.get(operation.tags[0]) ?? []), item]);
  }
}
document.querySelector("#parts").replaceChildren(...[...parts].flatMap(([tag, items]) => [element("h2", { textContent: tag }), ...items]));
</script>
</body>
</html>
`;
