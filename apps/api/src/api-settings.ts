import type { KeyObject } from 'node:crypto';
import type { Config } from '@hostwright/platform';

/** What the API takes from the configuration. A class, so that it can be injected. */
export class ApiSettings {
  readonly jwtKey: KeyObject;
  readonly publicUrl: string;
  readonly paymenterConfig: string;
  readonly apiRatePerMinute: number;
  readonly loginRatePerMinute: number;

  constructor(config: Pick<Config, 'jwtKey' | 'publicUrl' | 'paymenterConfig' | 'apiRatePerMinute' | 'loginRatePerMinute'>) {
    this.jwtKey = config.jwtKey;
    this.publicUrl = config.publicUrl;
    this.paymenterConfig = config.paymenterConfig;
    this.apiRatePerMinute = config.apiRatePerMinute;
    this.loginRatePerMinute = config.loginRatePerMinute;
  }
}
