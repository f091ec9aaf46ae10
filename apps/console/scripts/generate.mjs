import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { format } from 'prettier';

/*
 * Makes the types of the API from the description that a running panel gives of itself:
 *   npm run generate -w @hostwright/console -- http://127.0.0.1:3000
 */
const panel = process.argv[2] ?? 'http://127.0.0.1:3000';
const target = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url));
const types = astToString(await openapiTS(new URL('/docs-json', panel)));
const text = `// Generated from the API's /docs-json by \`npm run generate -w @hostwright/console\`. Do not edit.\n${types}`;
await writeFile(target, await format(text, { parser: 'typescript', printWidth: 140, singleQuote: true }));
