import { useStream } from "@langchain/langgraph-sdk/react";
import { useState } from "react";
import { createRoot } from "react-dom/client";

const parameters = new URLSearchParams(location.search);

/** A chat as the official documentation writes one. */
function Chat() {
  const [threadId, setThreadId] = useState(parameters.get("thread"));
  const [seen, setSeen] = useState([]);
  const thread = useStream({
    apiUrl: parameters.get("api"),
    assistantId: parameters.get("assistant"),
    messagesKey: "messages",
    reconnectOnMount: true,
    threadId,
    onThreadId: setThreadId,
    onError: (error) => setSeen((all) => [...all, `error: ${error}`]),
    onUpdateEvent: (update) => setSeen((all) => [...all, ...Object.keys(update)]),
  });
  const submit = (event) => {
    event.preventDefault();
    const content = new FormData(event.target).get("message");
    thread.submit(
      { messages: [{ type: "human", content }] },
      { streamMode: ["values", "updates", "messages-tuple"], streamResumable: true, onDisconnect: "continue" },
    );
  };
  return (
    <main>
      <p id="thread">{threadId}</p>
      <ol>
        {thread.messages.map((message) => (
          <li key={message.id}>{`${message.type}: ${message.content}`}</li>
        ))}
      </ol>
      {/* A run that was stopped has an interrupt without a question: it would go on. */}
      {thread.interrupt?.value !== undefined && (
        <button type="button" id="yes" onClick={() => thread.submit(undefined, { command: { resume: "yes" } })}>
          {thread.interrupt.value.question}
        </button>
      )}
      <form onSubmit={submit}>
        <input name="message" />
        <button type="submit" id="send">
          Send
        </button>
        {thread.isLoading && (
          <button type="button" id="stop" onClick={() => thread.stop()}>
            Stop
          </button>
        )}
      </form>
      <p id="state">{thread.isLoading ? "loading" : "idle"}</p>
      <p id="seen">{seen.join(" ")}</p>
    </main>
  );
}

createRoot(document.querySelector("#root")).render(<Chat />);
