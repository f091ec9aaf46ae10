import { pino, type DestinationStream, type LevelWithSilent, type Logger as PinoLogger } from 'pino';
import type { JsonObject, Log } from '@hostwright/sdk';
import type { SecretMask } from './secret-mask.js';

/** The process' log: one JSON object a line. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Every line passes through it on its way out. */
  readonly mask: SecretMask;
  /** Default: `info`. */
  readonly level?: LevelWithSilent;
  /** On every line, such as the name of the process. */
  readonly base?: JsonObject;
  /** Where lines go. Default: standard output, written at once, so that a crash loses none. */
  readonly destination?: DestinationStream;
}

/** A logger whose lines hold no secret that `mask` knows, also inside errors and their causes. */
export function createLogger({ mask, level = 'info', base = {}, destination }: LoggerOptions): Logger {
  const out = destination ?? pino.destination({ fd: 1, sync: true });
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
    },
    { write: (line) => out.write(mask.mask(line)) },
  );
}

/** The log as an extension sees it. Its details stay under one key, so that they cannot pass for ours. */
export function extensionLog(logger: Logger, about: JsonObject): Log {
  const child = logger.child(about);
  const write = (level: 'info' | 'warn' | 'error') => (message: string, details?: JsonObject) => {
    if (details === undefined) child[level](String(message));
    else child[level]({ details }, String(message));
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
