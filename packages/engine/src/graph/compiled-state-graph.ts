import { interopParse, isInteropZodObject } from "@langchain/core/utils/types";
import type { AnyRecord } from "../runtime/any-record.ts";
import type { CommandInstance } from "../runtime/command.ts";
import { isCommand } from "../runtime/command.ts";
import { INTERRUPT, type START } from "../runtime/constants.ts";
import type { InferWriterType } from "../runtime/current.ts";
import type { InferInterruptInputType, InferInterruptResumeType, Interrupt } from "../runtime/interrupt.ts";
import type { StateDefinition } from "../state/annotation.ts";
import type { ExtractStateType, ExtractUpdateType, StateDefinitionInit } from "../state/state-definition.ts";
import { inputValidator, type StateValidator } from "../state/validate-state.ts";
import { CompiledGraph } from "./compiled-graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { PregelParams } from "./pregel-options.ts";
import type { Prettify } from "./prettify.ts";
import type { ResolvedInit } from "./state-graph-init.ts";

/** What `StateGraph.compile()` returns. */
export class CompiledStateGraph<
  S,
  U,
  N extends string = typeof START,
  I extends StateDefinitionInit = StateDefinition,
  O extends StateDefinitionInit = StateDefinition,
  C extends StateDefinitionInit = StateDefinition,
  NodeReturnType = unknown,
  InterruptType = unknown,
  WriterType = unknown,
> extends CompiledGraph<
  N,
  S,
  U,
  ExtractStateType<C> & AnyRecord,
  ExtractUpdateType<I, ExtractStateType<I>>,
  ExtractStateType<O>,
  NodeReturnType,
  CommandInstance<InferInterruptResumeType<InterruptType>, Prettify<U>, N>,
  InferWriterType<WriterType>
> {
  description?: string;
  private readonly inputCheck: StateValidator | undefined;
  private readonly schemas: ResolvedInit;

  constructor(
    fields: PregelParams & { builder: GraphBuilder; schemas: ResolvedInit; description?: string | undefined },
  ) {
    super(fields);
    this.schemas = fields.schemas;
    this.inputCheck = inputValidator(fields.schemas.state, fields.schemas.input);
    if (fields.description !== undefined) this.description = fields.description;
  }

  /** Whether a result holds interrupts of this graph. */
  isInterrupted(input: unknown): input is { [INTERRUPT]: Interrupt<InferInterruptInputType<InterruptType>>[] } {
    return typeof input === "object" && input !== null && INTERRUPT in input && Array.isArray(input[INTERRUPT]);
  }

  protected override _validateInput(input: unknown): unknown {
    if (this.inputCheck === undefined || input === null || input === undefined) return input;
    return isCommand(input) ? this.checkCommand(input, this.inputCheck) : this.inputCheck(input);
  }

  private async checkCommand(command: unknown, check: StateValidator): Promise<unknown> {
    if (!isCommand(command) || command.update === undefined || command.update === null) return command;
    const update = await check(Object.fromEntries(command._updateAsTuples()));
    return Object.assign(Object.create(Object.getPrototypeOf(command)), command, { update });
  }

  /** Parsed to be checked; the node gets what the caller gave. */
  protected override _validateContext(context: unknown): unknown {
    const schema = this.schemas.context;
    if (isInteropZodObject(schema) && context !== undefined) interopParse(schema, context);
    return undefined;
  }
}
