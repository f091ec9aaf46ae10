import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import importX from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import hostwright from './eslint-rules.mjs';
import { extensionIds, rootDir, vendorIds, workspaceEntries } from './workspaces.mjs';

const tests = ['**/*.spec.ts', '**/*.spec.tsx', '**/test/**/*.ts'];

/** Resolves to sources, so nothing has to be built first. Packages from the registry are `declared-packages`' business. */
const sourceResolver = {
  interfaceVersion: 3,
  name: 'workspace-sources',
  resolve(name, from) {
    const entry = workspaceEntries[name];
    const sibling = name.startsWith('.') && join(dirname(from), name).replace(/\.js$/, '');
    const paths = entry ? [join(rootDir, entry)] : sibling ? [`${sibling}.ts`, `${sibling}.tsx`, `${sibling}.d.ts`] : [];
    const path = paths.find((one) => existsSync(one));
    return path === undefined ? { found: false } : { found: true, path };
  },
};

/** What a folder may import of this repository. */
const mayImport = ({ files, ignores = [], from, why }) => ({
  files,
  ignores,
  rules: {
    'import-x/no-restricted-paths': ['error', { basePath: rootDir, zones: [{ target: '.', from: '.', except: from, message: why }] }],
  },
});

const clockAndChance = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'The time comes in as an argument.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'The time comes in as an argument.' },
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: 'The time comes in as an argument.' },
  { selector: 'MemberExpression[object.name="performance"]', message: 'The time comes in as an argument.' },
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'Randomness is injected.' },
  { selector: 'MemberExpression[object.name="crypto"][property.name=/^(random|getRandom)/]', message: 'Randomness is injected.' },
];
const randomNames = ['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID', 'webcrypto', 'getRandomValues'];
const noRandomImports = ['node:crypto', 'crypto'].map((name) => ({
  name,
  importNames: [...randomNames, 'default'],
  message: 'Randomness is injected.',
}));
const hostOnly = (message) =>
  ['process', 'fetch', 'WebSocket', 'EventSource', 'globalThis', 'global', 'eval'].map((name) => ({ name, message }));
/** Of Node's own modules those that neither reach out of the process nor change it. */
const pureBuiltins = ['node:crypto', 'node:buffer', 'node:path', 'node:path/posix', 'node:url', 'node:util', 'node:string_decoder'];

const extensionRules = extensionIds.flatMap((id) => {
  const src = `extensions/${id}/src`;
  const sandbox = `extensions/${id}/sandbox`;
  // A folder in there is a program of its own, which plays the extension on the real engine.
  const proof = `extensions/${id}/test/*/**/*.ts`;
  const own =
    'An extension imports the SDK, what its vendor’s extensions share, a vendor SDK and itself; its tests and sandbox also sdk-testing.';
  const shared = ['libs/sdk', 'libs/sdk-certificates', ...vendorIds.map((vendor) => `vendors/${vendor}/src`)];
  const sharedSandboxes = vendorIds.map((vendor) => `vendors/${vendor}/sandbox`);
  return [
    mayImport({ files: [`${src}/**/*.ts`], ignores: tests, from: [src, ...shared], why: own }),
    mayImport({
      files: [`${sandbox}/**/*.ts`, `${src}/**/*.spec.ts`, `extensions/${id}/test/**/*.ts`],
      ignores: [proof],
      from: [`extensions/${id}`, ...shared, ...sharedSandboxes, 'libs/sdk-testing'],
      why: own,
    }),
    mayImport({
      files: [proof],
      from: [`extensions/${id}`, 'libs'],
      why: 'A proof of an extension stands on the libraries, as an app does.',
    }),
  ];
});

export default defineConfig(
  { ignores: ['**/dist/', '**/coverage/', '**/node_modules/', '.hostwright/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX, hostwright },
    languageOptions: { parserOptions: { project: [join(rootDir, 'tsconfig.spec.json')], tsconfigRootDir: rootDir } },
    settings: {
      'import-x/resolver-next': [sourceResolver],
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': 'error',
      'hostwright/folder-index': 'error',
      'hostwright/declared-packages': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-console': 'error',
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },

  // Where nothing is injected by its class, an import that is only a type says so. Elsewhere `import type` would erase Nest's token.
  {
    files: [
      'libs/sdk/**/*.ts',
      'libs/sdk-testing/**/*.ts',
      'libs/sdk-certificates/**/*.ts',
      'vendors/**/*.ts',
      'extensions/**/*.ts',
      'migrations/**/*.ts',
    ],
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }] },
  },

  // Arrows point inward.
  mayImport({ files: ['libs/sdk/**/*.ts'], from: ['libs/sdk'], why: 'The SDK imports nothing.' }),
  mayImport({ files: ['libs/sdk-testing/**/*.ts'], from: ['libs/sdk-testing', 'libs/sdk'], why: 'sdk-testing imports the SDK only.' }),
  mayImport({
    files: ['libs/sdk-certificates/**/*.ts'],
    ignores: tests,
    from: ['libs/sdk-certificates', 'libs/sdk'],
    why: 'sdk-certificates imports the SDK only.',
  }),
  ...vendorIds.flatMap((id) => [
    mayImport({
      files: [`vendors/${id}/src/**/*.ts`],
      ignores: tests,
      from: [`vendors/${id}/src`, 'libs/sdk'],
      why: 'What a vendor’s extensions share imports the SDK only.',
    }),
    mayImport({
      files: [`vendors/${id}/sandbox/**/*.ts`],
      from: [`vendors/${id}/sandbox`, 'libs/sdk', 'libs/sdk-testing'],
      why: 'What a vendor’s sandboxes share imports the SDK and sdk-testing only.',
    }),
  ]),
  mayImport({ files: ['libs/core/**/*.ts'], from: ['libs/core', 'libs/sdk'], why: 'core imports the SDK only.' }),
  mayImport({ files: ['migrations/**/*.ts'], from: ['migrations'], why: 'Migrations import nothing of ours.' }),
  mayImport({
    files: ['libs/platform/**/*.ts'],
    ignores: tests,
    from: ['libs/platform', 'libs/core', 'libs/sdk', 'migrations'],
    why: 'platform imports core, the SDK and the migrations.',
  }),
  mayImport({
    files: ['libs/platform/**/*.spec.ts', 'libs/platform/**/test/**/*.ts'],
    from: ['libs', 'migrations'],
    why: "platform's tests import libs and migrations.",
  }),
  ...['api', 'worker', 'cli'].map((app) =>
    mayImport({
      files: [`apps/${app}/**/*.ts`],
      ignores: tests,
      from: [`apps/${app}`, 'libs/platform', 'libs/core', 'libs/sdk', ...(app === 'cli' ? ['libs/sdk-testing'] : [])],
      why: 'An app imports platform, core and the SDK, not another app and no extension.',
    }),
  ),
  ...['tests', 'bench'].map((folder) =>
    mayImport({
      files: [`${folder}/**/*.ts`],
      from: [folder, 'libs'],
      why: 'Proofs and benchmarks stand on the libraries, as an app does.',
    }),
  ),
  // The console knows the panel by its API alone, and is built into files: what it is made of is needed for development only.
  {
    files: ['apps/console/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: [join(rootDir, 'apps/console/tsconfig.spec.json')] } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // An event's handler may start something; what it starts tells of its own failures.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'hostwright/declared-packages': ['error', { builtins: [], dev: true, why: 'The console runs in a browser.' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'What the API answers is text.' },
        {
          selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
          message: 'What the API answers is text.',
        },
      ],
    },
  },
  mayImport({ files: ['apps/console/**/*.{ts,tsx}'], from: ['apps/console'], why: 'The console knows the panel by its API alone.' }),
  ...extensionRules,

  // What comes from outside the repository.
  {
    files: ['libs/sdk/**/*.ts'],
    ignores: tests,
    rules: { 'hostwright/declared-packages': ['error', { builtins: [], packages: [], why: 'The SDK has no dependencies at all.' }] },
  },
  {
    files: ['libs/core/**/*.ts'],
    ignores: tests,
    rules: {
      'hostwright/declared-packages': [
        'error',
        {
          builtins: [...pureBuiltins, 'node:async_hooks'],
          packages: ['@hostwright/sdk', '@nestjs/common', 'ipaddr.js'],
          why: "core is rules and use cases; the outside world is platform's.",
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/common',
              allowImportNames: ['Injectable'],
              message: 'Of Nest core knows @Injectable, and @Module in *.module.ts.',
            },
            ...noRandomImports,
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...clockAndChance],
      'no-restricted-globals': ['error', ...hostOnly('core touches no environment, clock or network but what is injected.')],
    },
  },
  {
    files: ['libs/core/**/*.module.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/common',
              allowImportNames: ['Injectable', 'Module'],
              message: 'Of Nest core knows @Injectable, and @Module in *.module.ts.',
            },
            ...noRandomImports,
          ],
        },
      ],
    },
  },
  {
    files: ['extensions/*/src/**/*.ts', 'vendors/*/src/**/*.ts'],
    ignores: tests,
    rules: {
      'hostwright/declared-packages': ['error', { builtins: pureBuiltins, why: 'Everything an extension touches comes in through ctx.' }],
      'no-restricted-imports': ['error', { paths: noRandomImports.map((path) => ({ ...path, message: 'Use ctx.random.' })) }],
      'no-restricted-syntax': ['error', ...clockAndChance.map((rule) => ({ ...rule, message: 'Use ctx.now() and ctx.random.' }))],
      'no-restricted-globals': ['error', ...hostOnly('Everything an extension touches comes in through ctx.')],
    },
  },
  {
    files: ['extensions/*/sandbox/**/*.ts', 'vendors/*/sandbox/**/*.ts', 'bench/**/*.ts'],
    rules: { 'hostwright/declared-packages': ['error', { dev: true }] },
  },
  {
    files: tests,
    rules: { 'hostwright/declared-packages': ['error', { dev: true }], 'hostwright/folder-index': 'off' },
  },

  // The command line prints; sandboxes and tests may.
  {
    files: ['apps/cli/**/*.ts', 'extensions/*/sandbox/**/*.ts', 'vendors/*/sandbox/**/*.ts', 'tests/**/*.ts', 'bench/**/*.ts', ...tests],
    rules: { 'no-console': 'off' },
  },

  {
    files: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts', 'tests/**/*.ts', 'bench/**/*.ts'],
    // What is generated names what the API names.
    ignores: [...tests, 'apps/console/src/api/schema.d.ts'],
    rules: {
      'hostwright/no-provider-names': [
        'error',
        [
          ...extensionIds,
          'proxmox',
          'cpanel',
          'pressable',
          'cloudflare',
          'gogetssl',
          'sectigo',
          'ispconfig',
          'plesk',
          'directadmin',
          'nginx.?proxy.?manager',
        ],
      ],
    },
  },
);
