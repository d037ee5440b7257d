/** Channel of the packets made by `Send`. */
export const TASKS = "__pregel_tasks";
/** What a failed task threw. */
export const ERROR = "__error__";
export const SCHEDULED = "__scheduled__";
/** The questions a task asked. */
export const INTERRUPT = "__interrupt__";
/** The answers given to a task. */
export const RESUME = "__resume__";
