import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@hostwright/sdk';

export interface BundleServer {
  readonly name: string;
  readonly extension: string;
  readonly kind: string;
  /** Beside those that reach its sandbox; null leaves one of them out. */
  readonly settings?: JsonObject;
}

interface BundleComponent {
  readonly name: string;
  /** By name. */
  readonly server: string;
  /** Beside those that suit its sandbox; null leaves one of them out. */
  readonly settings?: JsonObject;
  /** Module kind → server, by name. */
  readonly connections?: Readonly<Record<string, string>>;
  readonly inputs?: JsonObject;
  readonly site?: JsonObject;
}

/** Server → kind → how many. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A product of several components, what is asked for it, and what the providers hold of it when it is delivered. */
export interface Bundle {
  readonly code: string;
  readonly name: string;
  /** Codes of the bundles to whose services it is added; left out: it is sold by itself. */
  readonly addonOf?: readonly string[];
  readonly components: readonly BundleComponent[];
  readonly order: JsonObject;
  readonly delivered: Counts;
}

/** What is bought at a billing system, and the bundle it means. */
export interface BundlePlan {
  readonly server: string;
  readonly plan: string;
  readonly bundle: string;
  readonly orderValues: JsonObject;
}

export const { servers, bundles, plans } = JSON.parse(readFileSync(join(__dirname, '../../../../config/bundles.json'), 'utf8')) as {
  readonly servers: readonly BundleServer[];
  readonly bundles: readonly Bundle[];
  readonly plans: readonly BundlePlan[];
};

export function bundleOf(code: string): Bundle {
  return bundles.find((bundle) => bundle.code === code)!;
}
