import { connect } from "node:net";

/** Whether somebody listens at an address. */
export function canConnect(address: string, defaultPort: number): Promise<boolean> {
  const { hostname: host, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || defaultPort) });
    const answer = (isReachable: boolean) => {
      socket.destroy();
      resolve(isReachable);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
