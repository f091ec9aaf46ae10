/** What may cross between an extension and its host: plain JSON, serialised and read again on the way. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A JSON object. Keys whose value is `undefined` are dropped on the way. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/**
 * A value that must be seen by nobody but the code that needs it. The host encrypts it wherever it is stored,
 * masks it in every log line, and wipes it when the job ends unless it is a declared property.
 */
export type Secret = {
  readonly $secret: string;
};

/** Marks a value in a step's output or in what an operation returns as secret. */
export function secret(value: string): Secret {
  return { $secret: value };
}

/** True for a value made by `secret`. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && typeof (value as Secret).$secret === 'string';
}
