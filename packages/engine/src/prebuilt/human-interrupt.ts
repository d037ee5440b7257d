import type { AnyRecord } from "../runtime/any-record.ts";

// The questions and answers that inboxes of agents understand.

/** What a person may do with a question. */
export interface HumanInterruptConfig {
  allow_ignore: boolean;
  allow_respond: boolean;
  allow_edit: boolean;
  allow_accept: boolean;
}

/** What an agent wants to do. */
export interface ActionRequest {
  action: string;
  args: AnyRecord;
}

export interface HumanInterrupt {
  action_request: ActionRequest;
  config: HumanInterruptConfig;
  description?: string;
}

export interface HumanResponse {
  type: "accept" | "ignore" | "response" | "edit";
  args: null | string | ActionRequest;
}
