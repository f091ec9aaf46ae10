import { scopes } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class AccountAnswer {
  @Shows('id') readonly id: string;
  @Shows('text') readonly email: string;
  @Shows('text', { enum: ['staff', 'customer'] }) readonly role: string;
  @Shows('id?') readonly customerId: string | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly lastLoginAt: Date | null;
  @Shows('time?') readonly disabledAt: Date | null;
}

export class LoginAnswer {
  @Shows('text', { description: 'Send it as `Authorization: Bearer …`' }) readonly token: string;
  @Shows('integer') readonly expiresInSeconds: number;
  @ShowsPart(() => AccountAnswer) readonly account: AccountAnswer;
}

export class LinkAnswer {
  @Shows('text', { enum: ['open', 'used', 'expired'] }) readonly state: string;
  @Shows('text', { description: 'Whose account it is for' }) readonly email: string;
}

export class LinkSentAnswer {
  @Shows('flag', { description: 'A new link is on its way; asked for again within the hour it is sent once' }) readonly sent: boolean;
}

export class ForgottenPasswordAnswer {
  @Shows('flag', { description: 'Always true: nobody learns here who has an account. Where somebody has, a link is on its way' })
  readonly accepted: true;
}

export class CallerAnswer {
  @Shows('text', { enum: ['staff', 'customer', 'key'] }) readonly kind: string;
  @Shows('id', { optional: true, description: 'Of a person' }) readonly accountId?: string;
  @Shows('id', { optional: true, description: 'Of a customer' }) readonly customerId?: string;
  @Shows('id', { optional: true, description: 'Of an API key' }) readonly keyId?: string;
  @Shows('texts', { optional: true, description: 'Of an API key' }) readonly scopes?: readonly string[];
  @Shows('text', { optional: true, description: 'Of a person' }) readonly email?: string;
}

export class ApiKeyAnswer {
  @Shows('id') readonly id: string;
  @Shows('text') readonly name: string;
  @Shows('text', { description: 'The part of the key between the underscores; no secret' }) readonly prefix: string;
  @Shows('texts', { description: scopes.join(', ') }) readonly scopes: readonly string[];
  @Shows('text') readonly createdBy: string;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?', { description: 'To the minute' }) readonly lastUsedAt: Date | null;
  @Shows('time?') readonly expiresAt: Date | null;
  @Shows('time?') readonly revokedAt: Date | null;
}

export class IssuedKeyAnswer {
  @ShowsPart(() => ApiKeyAnswer) readonly apiKey: ApiKeyAnswer;
  @Shows('text', { description: 'The key itself. Shown this once' }) readonly key: string;
}
