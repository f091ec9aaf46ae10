/**
 * What each thing takes a Proxmox VE cluster, in milliseconds at speed 1. Rough operating experience of the contract's figures:
 * create 10–60 s, start 1–10 s, shutdown to 60 s, stop 1–5 s, destroy 2–20 s, snapshot 1–10 s, migrate minutes, failover 10–30 s;
 * a site's set-up 60–90 s.
 */
export const timings = {
  call: 30,
  refusedLogIn: 3000,
  create: 30_000,
  start: 4000,
  /** From the start to the first command that can run inside. */
  boot: 5000,
  stop: 2000,
  shutdown: 6000,
  destroy: 6000,
  resize: 2000,
  snapshot: 8000,
  deleteSnapshot: 3000,
  rollback: 8000,
  migrate: 60_000,
  /** From an order of the failover manager to the state it wants. */
  failover: 12_000,
  queued: 500,
  setup: 75_000,
} as const;
