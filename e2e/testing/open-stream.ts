/** What has come of a stream so far. */
export interface Received {
  text: string;
}

export interface OpenStream {
  /** Waits until what has come passes the test. */
  until(test: (received: Received) => boolean): Promise<void>;
  /** Reads to the end; all that has come. */
  end(): Promise<string>;
  /** Goes away. */
  leave(): void;
}

/** A request whose answer is read bit by bit. */
export function openStream(
  url: string,
  request: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): OpenStream {
  const { method = "GET", body, headers } = request;
  const aborter = new AbortController();
  const received: Received = { text: "" };
  const wakers = new Set<() => void>();
  const finished = read();
  finished.catch(() => {});

  async function read(): Promise<void> {
    try {
      const response = await fetch(url, {
        method,
        headers: { "content-type": "application/json", ...headers },
        signal: aborter.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        received.text += decoder.decode(chunk, { stream: true });
        for (const wake of wakers) wake();
      }
    } finally {
      for (const wake of wakers) wake();
    }
  }

  return {
    until: async (test) => {
      let isOver = false;
      const over = finished.then(
        () => {
          isOver = true;
        },
        () => {
          isOver = true;
        },
      );
      while (!test(received)) {
        if (isOver) throw new Error(`The stream ended before: ${received.text}`);
        await Promise.race([new Promise<void>((resolve) => wakers.add(resolve)), over]);
      }
    },
    end: async () => {
      await finished;
      return received.text;
    },
    leave: () => aborter.abort(),
  };
}
