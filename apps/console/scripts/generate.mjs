import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { format } from 'prettier';

/*
 * Makes the types of the API from the description that a running panel gives of itself:
 *   npm run generate -w @hostwright/console -- http://127.0.0.1:3000
 * With --check it writes nothing, and fails when they are not what the panel says.
 */
const panel = process.argv.slice(2).find((word) => !word.startsWith('--')) ?? 'http://127.0.0.1:3000';
const target = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url));
const types = astToString(await openapiTS(new URL('/docs-json', panel)));
const text = await format(`// Generated from the API's /docs-json by \`npm run generate -w @hostwright/console\`. Do not edit.\n${types}`, {
  parser: 'typescript',
  printWidth: 140,
  singleQuote: true,
});
if (!process.argv.includes('--check')) await writeFile(target, text);
else if ((await readFile(target, 'utf8')) !== text) {
  console.error('the types of the API are stale: npm run generate -w @hostwright/console');
  process.exitCode = 1;
}
