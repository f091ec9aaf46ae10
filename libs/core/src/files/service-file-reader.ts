/** One file as it is handed out, secrets and all. */
export interface HandedFile {
  readonly name: string;
  readonly content: string;
}

export interface HandedFiles {
  readonly files: readonly HandedFile[];
  /** What is to be known of them; null when nothing is. */
  readonly note: string | null;
}

/** Asks a component's module for its files, of what it has left by now. */
export abstract class ServiceFileReader {
  /** Throws `not_found`; `conflict` where there are none yet; `unsupported` when its module has none. */
  abstract read(serviceId: string, component: string): Promise<HandedFiles>;
}
