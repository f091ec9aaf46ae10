export type { SandboxAnswer, SandboxClock, SandboxRequest, SandboxRoute } from '@hostwright/sdk-testing';

/** What a caller must never do. */
export type Violations = { push(violation: string): unknown };
