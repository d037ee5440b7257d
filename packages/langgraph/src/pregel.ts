export { Channel, Pregel, type PregelOptions, type PregelParams } from "@heddle/engine";
