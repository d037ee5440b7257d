export {
  Channel,
  Pregel,
  type PregelInputType,
  type PregelOptions,
  type PregelOutputType,
  type PregelParams,
} from "@heddle/engine";
