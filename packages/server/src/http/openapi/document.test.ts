import { describe, expect, test } from "vitest";
import { openApiDocument } from "./document.ts";

const document = openApiDocument({
  version: "1.2.3",
  served: new Set(["POST /threads/search", "DELETE /threads/{thread_id}", "GET /custom", "ALL /*"]),
  security: {},
  prefix: "/agents",
});

describe("the OpenAPI document", () => {
  test("describes what is served, under the prefix; routes of the project's own app by name only", () => {
    const paths = document.paths as Record<string, Record<string, { summary: string }>>;
    expect(Object.keys(paths)).toEqual(["/agents/threads/search", "/agents/threads/{thread_id}", "/agents/custom"]);
    expect(paths["/agents/custom"]?.get?.summary).toBe("A route of this project");
  });

  test("has the schema by which the route checks its body", () => {
    expect(document).toMatchObject({
      paths: {
        "/agents/threads/search": {
          post: {
            requestBody: {
              content: { "application/json": { schema: { properties: { status: { anyOf: expect.any(Array) } } } } },
            },
          },
        },
      },
    });
  });

  test("names the parameters of a path", () => {
    expect(document).toMatchObject({
      paths: {
        "/agents/threads/{thread_id}": { delete: { parameters: [{ name: "thread_id", in: "path", required: true }] } },
      },
    });
  });
});
