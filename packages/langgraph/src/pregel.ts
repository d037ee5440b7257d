export {
  Pregel,
  type PregelOptions,
  type PregelParams,
} from "@heddle/engine";
