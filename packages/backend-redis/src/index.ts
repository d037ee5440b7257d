export { type RedisEventsOptions, withRedisEvents } from "./with-redis-events.ts";
