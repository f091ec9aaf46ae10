import type { ErrorCode, Inspection, Json, JsonObject } from '@hostwright/sdk';

export interface ComponentInspection {
  /** The component's name. */
  readonly name: string;
  readonly inspection: Inspection;
}

/** A component that was asked after: how it is, or why that is not known. */
export interface AskedComponent {
  readonly name: string;
  readonly inspection: Inspection | null;
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null;
}

/** What is asked of a service through an action of its module that only reads. */
export interface ServiceQuestion {
  readonly action: string;
  readonly component: string;
  readonly input: JsonObject;
  /** Only what customers may press. */
  readonly byCustomer: boolean;
}

/** Asks the providers how a service is doing right now. */
export abstract class ServiceInspector {
  /**
   * One entry per component that was made. Throws `not_found`, `conflict` when nothing of it was made yet or it is gone, and what
   * the module throws. `interactive`: somebody waits for it, so it may use what is kept for customers of the calls a provider allows.
   */
  abstract inspect(serviceId: string, interactive?: boolean): Promise<readonly ComponentInspection[]>;
  /** As `inspect`, for whom a provider that does not answer must not hide the others. Throws what the module throws when none answers. */
  abstract askEach(serviceId: string): Promise<readonly AskedComponent[]>;
  /**
   * What the action answers, without a job and beside whatever is under way. Throws `not_found` for an action that is not there, `conflict`
   * when the service does not stand so that it may be asked, `invalid_input`, `unsupported` for an action that does not only read, and what
   * the module throws.
   */
  abstract ask(serviceId: string, question: ServiceQuestion): Promise<Json>;
}
