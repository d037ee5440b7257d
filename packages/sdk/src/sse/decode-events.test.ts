import { describe, expect, it } from "vitest";
import { type DecodedEvent, decodeEvents } from "./decode-events.ts";

async function decode(...pieces: (string | Uint8Array)[]): Promise<DecodedEvent[]> {
  const encoder = new TextEncoder();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield typeof piece === "string" ? encoder.encode(piece) : piece;
  }
  const decoded: DecodedEvent[] = [];
  for await (const event of decodeEvents(bytes())) decoded.push(event);
  return decoded;
}

const TWO = 'event: metadata\ndata: {"run_id":"r"}\nid: 0\n\nevent: values\ndata: [1]\nid: 1\n\n';
const TWO_DECODED = [
  { id: "0", event: "metadata", data: { run_id: "r" } },
  { id: "1", event: "values", data: [1] },
];

describe("decodeEvents", () => {
  it.each([
    ["\\n", TWO],
    ["\\r\\n", TWO.replaceAll("\n", "\r\n")],
    ["\\r", TWO.replaceAll("\n", "\r")],
  ])("takes lines that end in %s", async (_, stream) => {
    expect(await decode(stream)).toEqual(TWO_DECODED);
  });

  it("takes a stream that comes byte by byte", async () => {
    const bytes = [...new TextEncoder().encode(TWO.replaceAll("\n", "\r\n"))];
    expect(await decode(...bytes.map((byte) => Uint8Array.of(byte)))).toEqual(TWO_DECODED);
  });

  it("puts characters together that were cut in two", async () => {
    const bytes = new TextEncoder().encode('event: custom\ndata: "zażółć 🧵"\n\n');
    expect(await decode(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([
      { event: "custom", data: "zażółć 🧵" },
    ]);
  });

  it("yields the last event although no blank line follows it", async () => {
    expect(await decode("event: values\ndata: 1")).toEqual([{ event: "values", data: 1 }]);
  });

  it("keeps the id for events that have none", async () => {
    const decoded = await decode("id: 7\nevent: a\ndata: 1\n\nevent: b\ndata: 2\n\n");
    expect(decoded.map((event) => event.id)).toEqual(["7", "7"]);
  });

  it("joins the lines of the data", async () => {
    expect(await decode('event: values\ndata: {"a":\ndata: 1}\n\n')).toEqual([{ event: "values", data: { a: 1 } }]);
  });

  it("gives null to an event without data", async () => {
    expect(await decode("event: end\n\n", "event: end\ndata: null\n\n")).toEqual([
      { event: "end", data: null },
      { event: "end", data: null },
    ]);
  });

  it("passes over comments, lines without a colon and blocks of an id alone", async () => {
    expect(await decode(": heartbeat\n\n", "nonsense\n\n", "id: 3\n\n", "event: a\ndata:1\n\n")).toEqual([
      { id: "3", event: "a", data: 1 },
    ]);
  });

  it("tells of comments", async () => {
    let comments = 0;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(": heartbeat\n\n: heartbeat\n\n");
    }
    for await (const event of decodeEvents(bytes(), () => comments++)) expect(event).toBeUndefined();
    expect(comments).toBe(2);
  });

  it("names the event whose data is not JSON", async () => {
    await expect(decode("event: values\ndata: {oops\n\n")).rejects.toThrow(
      'The data of the event "values" is not JSON: {oops',
    );
  });
});
