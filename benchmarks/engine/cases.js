import { memoryCases } from "./memory-cases.js";
import { messageCases } from "./message-cases.js";
import { stepCases } from "./step-cases.js";

/**
 * Name → case. `target` is how many times less ours must cost. `measure(engine)` resolves to what one unit costs, in the case's
 * `unit`; less is better.
 */
export const CASES = { ...stepCases, ...messageCases, ...memoryCases };
