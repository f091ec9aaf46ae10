import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A bug as it could be made, and the test that must notice it. */
export interface Mutant {
  /** The patch's file name without its ending. */
  readonly name: string;
  readonly patchFile: string;
  readonly bug: string;
  readonly spec: string;
  /** The test's name as Jest prints it, `describe` and `it` joined. */
  readonly test: string;
}

/** Reads `Bug:`, `Spec:` and `Test:`, the lines that stand before the diff. Throws when one is missing. */
function readMutant(patchFile: string): Mutant {
  const [head] = readFileSync(patchFile, 'utf8').split(/^diff /m);
  const field = (name: string): string => {
    const value = new RegExp(`^${name}: (.+)$`, 'm').exec(head ?? '')?.[1];
    if (!value) throw new Error(`${patchFile} has no line '${name}: …' before its diff`);
    return value;
  };
  const name = patchFile.replace(/^.*\/|\.patch$/g, '');
  return { name, patchFile, bug: field('Bug'), spec: field('Spec'), test: field('Test') };
}

/** All of a folder, in the order of their names. */
export function readMutants(folder: string): readonly Mutant[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readMutant(join(folder, file)));
}
