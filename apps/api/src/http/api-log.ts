import type { LoggerService } from '@nestjs/common';
import type { JsonObject } from '@hostwright/sdk';
import type { Logger } from '@hostwright/platform';

/** The process' log, for the API's own classes and for Nest. */
export class ApiLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  info(message: string, details: JsonObject = {}): void {
    this.logger.info(details, message);
  }

  warn(message: unknown, details: unknown = {}): void {
    this.logger.warn(asDetails(details), String(message));
  }

  /** With `cause` the error's stack is written too. */
  error(message: unknown, details: unknown = {}, cause?: unknown): void {
    const err = cause ?? (message instanceof Error ? message : undefined);
    this.logger.error(
      { ...asDetails(details), ...(err instanceof Error ? { err } : err === undefined ? {} : { thrown: String(err) }) },
      String(message),
    );
  }

  fatal(message: unknown, details: unknown = {}): void {
    this.logger.fatal(asDetails(details), String(message));
  }

  /** Nest tells every route and module it starts. */
  log(message: unknown, details: unknown = {}): void {
    this.logger.debug(asDetails(details), String(message));
  }

  debug(message: unknown, details: unknown = {}): void {
    this.logger.debug(asDetails(details), String(message));
  }

  verbose(): void {}
}

/** Nest gives the name of its class, or a stack, as a string. */
function asDetails(details: unknown): object {
  return typeof details === 'object' && details !== null ? details : { context: String(details) };
}
