import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be cut and mended. */
export class TcpProxy implements AsyncDisposable {
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #isBlack = false;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
  }

  static async to(target: { host: string; port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.mend();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Nothing gets through any more, and nobody is told: as when a network drops packets. */
  blacken(): void {
    this.#isBlack = true;
    this.forget();
  }

  /** Nothing gets through on the connections there are, as at a firewall that was started anew. */
  forget(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  /** What is under way arrives. */
  lighten(): void {
    this.#isBlack = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Every connection breaks, and new ones are refused. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Connections get through again, on the same port. */
  async mend(): Promise<void> {
    const server = createServer((socket) => this.#join(socket, connect(this.#target)));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cut();
  }

  #join(client: Socket, server: Socket): void {
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.on("data", (chunk) => other.write(chunk));
      if (this.#isBlack) socket.pause();
    }
  }
}
