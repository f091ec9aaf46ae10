import { EngineLog } from '@hostwright/core';

export class SilentLog extends EngineLog {
  info(): void {}
  warn(): void {}
  error(): void {}
}
