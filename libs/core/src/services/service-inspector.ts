import type { Inspection } from '@hostwright/sdk';

export interface ComponentInspection {
  /** The component's name. */
  readonly name: string;
  readonly inspection: Inspection;
}

/** Asks the providers how a service is doing right now. */
export abstract class ServiceInspector {
  /**
   * One entry per component that was made. Throws `not_found`, `conflict` when nothing of it was made yet or it is gone, and what
   * the module throws. `interactive`: somebody waits for it, so it may use what is kept for customers of the calls a provider allows.
   */
  abstract inspect(serviceId: string, interactive?: boolean): Promise<readonly ComponentInspection[]>;
}
