import type { Secret } from './json.js';

/**
 * The kinds of field a form can hold.
 * `ipv4-range` is `192.0.2.10-192.0.2.99`; `integer-range` is `900-999`; both bounds count.
 * `ssh-host-key` is an OpenSSH fingerprint, `SHA256:` and 43 characters of base64, or several separated by spaces.
 * `tls-fingerprint` is a certificate's SHA-256 in hexadecimal, colons allowed; `tls-authority` is a PEM certificate.
 * A server field of either kind is trusted for `ctx.fetch` to that server, and for nothing else.
 */
export type FieldType =
  | 'text'
  | 'multiline'
  | 'secret'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'email'
  | 'hostname'
  | 'url'
  | 'ipv4'
  | 'ipv4-range'
  | 'integer-range'
  | 'ssh-host-key'
  | 'tls-fingerprint'
  | 'tls-authority';

/** Who is shown a property of a service. A secret is shown to nobody, whatever this says. */
export type Audience = 'customer' | 'staff';

interface FieldBase {
  readonly label: string;
  readonly help?: string;
  /** May be left out. Without a default the value is then `undefined`. */
  readonly optional?: true;
  /** For properties: who may see it. Default: staff. */
  readonly shownTo?: Audience;
}

export interface TextField extends FieldBase {
  readonly type: Exclude<FieldType, 'secret' | 'integer' | 'boolean' | 'choice'>;
  readonly default?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression the whole value must match. */
  readonly pattern?: string;
  /**
   * What the pattern asks for, in words that go on from “must be”: `lower-case letters and digits`. A form shows it, and whoever breaks the
   * pattern is told it, so give it with every pattern.
   */
  readonly patternText?: string;
  /**
   * The name of a list that the module's `choices` loads from a server. A form offers what is on it; any other value is taken too, since
   * the provider may not be reachable, or the list be another by the time of an order. Of `product` fields only.
   */
  readonly choicesFrom?: string;
}

/** One entry of a list that is loaded from a provider. */
export interface Choice {
  /** As the field holds it. */
  readonly value: string;
  readonly label: string;
}

export interface SecretField extends FieldBase {
  readonly type: 'secret';
  readonly multiline?: true;
}

export interface IntegerField extends FieldBase {
  readonly type: 'integer';
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanField extends FieldBase {
  readonly type: 'boolean';
  readonly default?: boolean;
}

export interface ChoiceField extends FieldBase {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default?: string;
}

export type Field = TextField | SecretField | IntegerField | BooleanField | ChoiceField;

/** A set of fields: the form, the validation, what is encrypted, and the type, all from one object. */
export type Fields = { readonly [name: string]: Field };

type ValueOf<F extends Field> = F extends { type: 'secret' }
  ? string
  : F extends { type: 'integer' }
    ? number
    : F extends { type: 'boolean' }
      ? boolean
      : F extends { type: 'choice'; choices: readonly (infer C)[] }
        ? C
        : string;

type IsOptional<F extends Field> = F extends { optional: true } ? (F extends { default: unknown } ? false : true) : false;

/**
 * The values a set of fields holds once validated. Secrets arrive as plain text here, in the module's hands only;
 * in properties they are `Secret`s (see `PropertiesOf`).
 */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F as IsOptional<F[K]> extends true ? never : K]: ValueOf<F[K]>;
} & { readonly [K in keyof F as IsOptional<F[K]> extends true ? K : never]?: ValueOf<F[K]> };

/** What create leaves on the service: as `ValuesOf`, with secrets marked by `secret(…)`. */
export type PropertiesOf<F extends Fields> = {
  readonly [K in keyof F as IsOptional<F[K]> extends true ? never : K]: F[K] extends { type: 'secret' } ? Secret : ValueOf<F[K]>;
} & {
  readonly [K in keyof F as IsOptional<F[K]> extends true ? K : never]?: F[K] extends { type: 'secret' } ? Secret : ValueOf<F[K]>;
};

/** Declares a set of fields. Names are camelCase and stay the same across releases. */
export function fields<const F extends Fields>(declared: F): F {
  return declared;
}
