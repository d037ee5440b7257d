import { appendFileSync, existsSync } from "node:fs";
import { Annotation, END, START, StateGraph } from "@heddle/langgraph";

/** Milliseconds of the epoch, with their fractions. */
const now = () => performance.timeOrigin + performance.now();

const State = Annotation.Root({ file: Annotation(), beganAt: Annotation(), pid: Annotation() });

function single(node) {
  return new StateGraph(State).addNode("node", node).addEdge(START, "node").addEdge("node", END).compile();
}

/** Says when it began, and where. */
export const stamp = single(() => ({ beganAt: now(), pid: process.pid }));

/** Says by a file that it has begun; waits for another, or to be broken off, and then notes the time in a third. */
export const held = single(
  ({ file }, { signal }) =>
    new Promise((resolve, reject) => {
      appendFileSync(`${file}.began`, "");
      const look = setInterval(() => existsSync(`${file}.open`) && finish(resolve, {}), 2);
      const finish = (end, value) => {
        clearInterval(look);
        appendFileSync(file, String(now()));
        end(value);
      };
      signal.addEventListener("abort", () => finish(reject, signal.reason));
    }),
);

/** Keeps the processor busy. */
export const burn = single(() => {
  const until = performance.now() + 30;
  let turns = 0;
  while (performance.now() < until) turns++;
  return { pid: turns > 0 ? process.pid : 0 };
});
