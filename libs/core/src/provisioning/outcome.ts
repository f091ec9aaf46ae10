import { isPanelError, type PanelError } from '@hostwright/sdk';
import type { StepError } from './job.js';
import { storable } from './storable.js';

/**
 * What an error thrown by a module means for its step:
 * - `later`: certainly not executed; try again, without counting
 * - `mend`: not executed; the admin has to mend the settings first
 * - `unknown`: it may have been executed
 * - `final`: a definite no
 * - `stranger`: what is there is somebody else's
 * - `bug`: nobody planned for it; a person decides
 */
export type Verdict = 'later' | 'mend' | 'unknown' | 'final' | 'stranger' | 'bug';

export function judge(error: unknown): Verdict {
  if (!isPanelError(error)) return 'bug';
  switch (error.code) {
    case 'unavailable':
    case 'too_many_requests':
      return 'later';
    case 'invalid_config':
    case 'unauthenticated':
      return 'mend';
    case 'unknown_outcome':
      return 'unknown';
    case 'not_owned':
      return 'stranger';
    default:
      return 'final';
  }
}

/** The error as the journal keeps it. A bug's own message stays in the log: nobody vouches that it holds no secret. */
export function stepErrorOf(error: unknown): StepError {
  if (isPanelError(error)) return { code: error.code, message: storable(error.message).slice(0, 2_000) };
  return { code: 'bug', message: 'the extension failed in a way nobody planned for; the log has the details' };
}

/** The setting that an error says is to be mended. */
export function settingOf(error: unknown): string | undefined {
  return isPanelError(error) ? (error as PanelError).field : undefined;
}

/** How long the provider asked us to wait, if it did. */
export function retryAfterOf(error: unknown): number | undefined {
  return isPanelError(error) ? (error as PanelError).retryAfterMs : undefined;
}
