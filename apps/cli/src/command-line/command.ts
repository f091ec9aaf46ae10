/** An option of a command: `--name`, or `--name <value>` when `value` says what to give. */
export interface CommandOption {
  readonly summary: string;
  /** What stands for the value in the help. Without it the option is a switch. */
  readonly value?: string;
  /** Only with a value. */
  readonly required?: true;
}

/** What was given on the command line; a switch that was not given is false, a value that was not given is absent. */
export class GivenOptions {
  constructor(private readonly values: Readonly<Record<string, string | boolean | undefined>>) {}

  has(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }
}

export interface Command {
  /** The words that call it, such as `account create`. */
  readonly name: string;
  readonly summary: string;
  /** What the help says beside the options. */
  readonly details?: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Answers the exit code; nothing is 0. */
  run(given: GivenOptions): Promise<number | void>;
}

/** The command line itself is wrong; its message says what. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    message: string,
    /** The command that was meant. */
    readonly command?: string,
  ) {
    super(message);
  }
}
