import { openSqliteBackend } from "@heddle/backend-sqlite";
import { expect, test } from "vitest";
import { Metrics } from "./metrics.ts";

test("what a run was like is told to Prometheus", async () => {
  await using backend = await openSqliteBackend({ file: ":memory:" });
  const metrics = new Metrics(backend);
  const times = { dueAt: 1000, startedAt: 1002, firstEventAt: 1012, endedAt: 1502 };
  metrics.runEnded({ graphId: "agent", status: "success", ...times });
  metrics.superstepEnded("agent", 20);
  metrics.webhookTried("delivered");
  const stop = metrics.streamOpened();
  metrics.streamOpened();
  stop();
  stop();
  const { text } = await metrics.text();
  for (const line of [
    'heddle_runs_total{graph_id="agent",status="success"} 1',
    'heddle_run_wait_seconds_bucket{le="0.0025",graph_id="agent"} 1',
    'heddle_run_first_event_seconds_sum{graph_id="agent"} 0.012',
    'heddle_run_seconds_sum{graph_id="agent"} 0.5',
    'heddle_superstep_seconds_count{graph_id="agent"} 1',
    'heddle_webhook_attempts_total{outcome="delivered"} 1',
    "heddle_open_streams 1",
    'heddle_queue_runs{status="pending"} 0',
    "heddle_nodejs_eventloop_lag_seconds",
  ]) {
    expect(text).toContain(line);
  }
});
