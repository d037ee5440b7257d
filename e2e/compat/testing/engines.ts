import * as ours from "@langchain/langgraph";
import * as oursChannels from "@langchain/langgraph/channels";
import * as oursPrebuilt from "@langchain/langgraph/prebuilt";
import * as oursPregel from "@langchain/langgraph/pregel";
import * as oursStream from "@langchain/langgraph/stream";
import * as oursZodSchema from "@langchain/langgraph/zod/schema";
import * as official from "official-langgraph";
import * as officialChannels from "official-langgraph/channels";
import * as officialPrebuilt from "official-langgraph/prebuilt";
import * as officialPregel from "official-langgraph/pregel";
import * as officialStream from "official-langgraph/stream";
import * as officialZodSchema from "official-langgraph/zod/schema";

/** One engine, all of its entry points. Written against the official types: ours must fit them. */
export interface Kit {
  lg: typeof official;
  channels: typeof officialChannels;
  prebuilt: typeof officialPrebuilt;
  pregel: typeof officialPregel;
  stream: typeof officialStream;
  zodSchema: typeof officialZodSchema;
}

export const officialKit: Kit = {
  lg: official,
  channels: officialChannels,
  prebuilt: officialPrebuilt,
  pregel: officialPregel,
  stream: officialStream,
  zodSchema: officialZodSchema,
};

export const ourKit = {
  lg: ours,
  channels: oursChannels,
  prebuilt: oursPrebuilt,
  pregel: oursPregel,
  stream: oursStream,
  zodSchema: oursZodSchema,
} as unknown as Kit;

/** A small program for an engine. What it returns is what the two engines are compared by. */
export interface Scenario {
  name: string;
  run: (kit: Kit) => unknown;
}
