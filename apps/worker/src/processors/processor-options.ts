/** BullMQ would wait 15 s before it looks again at a server that was away. */
export const processorOptions = { runRetryDelay: 2_000 };
