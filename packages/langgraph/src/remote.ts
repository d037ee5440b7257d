// A graph on a server, used like one of this process. Loaded only from here: nothing else needs the SDK.

export { RemoteGraph, type RemoteGraphOptions, type RemoteGraphParams } from "./remote/remote-graph.ts";
