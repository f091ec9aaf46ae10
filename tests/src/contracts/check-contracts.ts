import { join } from 'node:path';
import { checkExtension, type ExtensionVerdict } from './check-extension.js';
import { ContractAbsent, extensionIds, loadContract } from './extension-contract.js';
import { readRecordings, type SentRequest } from './recording.js';

export type Finding = { readonly extension: string } & (
  { readonly verdict: ExtensionVerdict } | { readonly skipped: string } | { readonly wrong: string }
);

export interface Folders {
  readonly extensions: string;
  readonly contracts: string;
  readonly recordings: string;
}

/** Checks what was recorded of every extension that has a contract, or that sent anything. */
export function checkContracts({ extensions, contracts, recordings }: Folders): readonly Finding[] {
  const recorded = readRecordings(recordings);
  const ids = [...new Set([...extensionIds(extensions), ...recorded.keys()])];
  return ids.flatMap((extension) => findingOf(extension, recorded.get(extension) ?? [], join(extensions, extension), contracts) ?? []);
}

function findingOf(extension: string, requests: readonly SentRequest[], folder: string, contracts: string): Finding | undefined {
  try {
    const contract = loadContract(folder, contracts);
    if (contract) {
      if (requests.length === 0) return { extension, wrong: 'it has a contract, and its tests sent nothing' };
      return { extension, verdict: checkExtension(requests, contract) };
    }
    return requests.length === 0 ? undefined : { extension, wrong: 'it sends requests, and no contract.json says what they must be' };
  } catch (error) {
    if (error instanceof ContractAbsent) return { extension, skipped: error.message };
    return { extension, wrong: (error as Error).message };
  }
}
