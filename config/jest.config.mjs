import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/*
 * Runs every workspace's tests against its sources.
 *
 * Everything here is ESM, and so is NestJS 12, but Node 20 cannot load the CommonJS packages that require it inside Jest's own ESM mode.
 * So Jest alone compiles our code, and the packages that ship ESM only, to CommonJS. What `npm run build` makes is not touched by this.
 */
const rootDir = fileURLToPath(new URL('..', import.meta.url));

/** Names of the installed packages whose files are ES modules. */
function esModulePackages() {
  const { packages } = JSON.parse(readFileSync(`${rootDir}package-lock.json`, 'utf8'));
  const names = new Set(['@hostwright/[^/]+']);
  for (const path of Object.keys(packages).filter((path) => path.includes('node_modules/'))) {
    try {
      if (JSON.parse(readFileSync(`${rootDir}${path}/package.json`, 'utf8')).type === 'module') {
        names.add(path.split('node_modules/').pop());
      }
    } catch (error) {
      if (error.code !== 'ENOENT') throw error; // the lock also lists other platforms' packages
    }
  }
  return [...names].sort();
}

const compiledAs = (jsc) => [
  '<rootDir>/config/jest-transform.mjs',
  { swcrc: false, sourceMaps: 'inline', module: { type: 'commonjs' }, jsc: { target: 'es2022', keepClassNames: true, ...jsc } },
];

export default {
  rootDir,
  roots: [
    '<rootDir>/apps',
    '<rootDir>/libs',
    '<rootDir>/extensions',
    '<rootDir>/vendors',
    '<rootDir>/migrations',
    '<rootDir>/tests',
    '<rootDir>/bench',
  ],
  testEnvironment: 'node',
  // A folder for the run; tests that need PostgreSQL share the server that the first of them starts in it.
  globalSetup: '<rootDir>/libs/platform/src/testing/jest-setup.mjs',
  globalTeardown: '<rootDir>/libs/platform/src/testing/jest-teardown.mjs',
  // Where it keeps what the tests send to providers, when it was asked to.
  setupFilesAfterEnv: ['<rootDir>/config/jest-record.mjs'],
  testMatch: ['**/*.spec.ts', '**/*.spec.tsx', '**/*.e2e.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs|extensions|vendors)/[^/]+/dist/', '<rootDir>/(migrations|tests|bench)/dist/'],
  reporters: ['default', '<rootDir>/config/skipped-reporter.mjs'],
  testTimeout: 30_000,
  testSequencer: '<rootDir>/config/jest-sequencer.mjs',
  // Many test files wait for a provider, a lease or a process much of their time; while one waits, another works. All share one PostgreSQL.
  maxWorkers: Math.min(availableParallelism() + 2, 6),
  transformIgnorePatterns: [`/node_modules/(?!(${esModulePackages().join('|')})/)`],
  transform: {
    '^.+\\.(ts|js|mjs)$': compiledAs({
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    }),
    // The console's, whose tests say in their first line that they want a browser's page.
    '^.+\\.tsx$': compiledAs({
      parser: { syntax: 'typescript', tsx: true, dynamicImport: true },
      transform: { react: { runtime: 'automatic' } },
    }),
  },
  moduleNameMapper: {
    // Sources name their siblings as the build will call them.
    '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'],
    // The loader imports a folder's entry by its URL; what CommonJS requires is a path.
    '^file://(/.*)$': '$1',
    '^@hostwright/(sdk|sdk-testing|sdk-certificates|core|platform)$': '<rootDir>/libs/$1/src/index.ts',
    '^@hostwright/(api|worker|cli)$': '<rootDir>/apps/$1/src/index.ts',
    '^@hostwright/platform/start$': '<rootDir>/libs/platform/src/start/index.ts',
    '^@hostwright/platform/testing$': '<rootDir>/libs/platform/src/testing/index.ts',
    '^@hostwright/migrations$': '<rootDir>/migrations/src/index.ts',
    '^@hostwright/vendor-([^/]+)$': '<rootDir>/vendors/$1/src/index.ts',
    '^@hostwright/vendor-([^/]+)/sandbox$': '<rootDir>/vendors/$1/sandbox/index.ts',
    '^@hostwright/ext-([^/]+)$': '<rootDir>/extensions/$1/src/index.ts',
    '^@hostwright/ext-([^/]+)/sandbox$': '<rootDir>/extensions/$1/sandbox/index.ts',
    '^@hostwright/ext-([^/]+)/scripts$': '<rootDir>/extensions/$1/src/scripts/index.ts',
  },
};
