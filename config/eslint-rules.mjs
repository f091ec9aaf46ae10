import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { rootDir } from './workspaces.mjs';

/** Calls `check` with every module name a file imports, re-exports, takes a type from or imports at run time. */
function eachImport(check) {
  const visit = (node) => {
    const source = node.source ?? node.argument;
    const literal = source?.type === 'TSLiteralType' ? source.literal : source;
    if (typeof literal?.value === 'string') check(literal, literal.value);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
    TSImportType: visit,
  };
}

/** What must be in a `package.json` for this name: `@scope/name` or `name`, whatever file of it is meant. */
const packageOf = (name) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

const manifests = new Map();
/** The `package.json` of the workspace a file belongs to. */
function manifestOf(filename) {
  const [first, second] = relative(rootDir, filename).split('/');
  const folder = ['apps', 'libs', 'extensions', 'vendors'].includes(first)
    ? `${first}/${second}`
    : ['migrations', 'tests', 'bench'].includes(first)
      ? first
      : '.';
  if (!manifests.has(folder)) manifests.set(folder, JSON.parse(readFileSync(join(rootDir, folder, 'package.json'), 'utf8')));
  return manifests.get(folder);
}

/**
 * Node's own modules only as listed, and packages only when the workspace's `package.json` names them: npm hoists everything, so an
 * undeclared one works here and fails where the workspace is installed alone.
 */
const declaredPackages = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: {
          /** Node's own modules that may be imported; all when left out. */
          builtins: { type: 'array', items: { type: 'string' } },
          /** Packages that may be imported, if declared; all when left out. */
          packages: { type: 'array', items: { type: 'string' } },
          /** Tests may also use what is declared for development, here or at the root. */
          dev: { type: 'boolean' },
          why: { type: 'string' },
        },
        additionalProperties: false,
      },
    ],
    messages: {
      refused: '"{{name}}" may not be imported here. {{why}}',
      undeclared: '"{{name}}" is not among the dependencies in this workspace\'s package.json.',
    },
  },
  create(context) {
    const { builtins, packages, dev = false, why = '' } = context.options[0] ?? {};
    return eachImport((node, name) => {
      if (name.startsWith('.')) return;
      if (isBuiltin(name)) {
        if (builtins && !builtins.includes(name)) context.report({ node, messageId: 'refused', data: { name, why } });
        return;
      }
      const wanted = packageOf(name);
      if (packages && !packages.includes(wanted)) {
        context.report({ node, messageId: 'refused', data: { name, why } });
        return;
      }
      const manifest = manifestOf(context.physicalFilename);
      const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
      if (dev) Object.assign(declared, manifest.devDependencies, manifestOf(join(rootDir, 'package.json')).devDependencies);
      if (!(wanted in declared) && wanted !== manifest.name) context.report({ node, messageId: 'undeclared', data: { name } });
    });
  },
};

/** From outside a folder its `index.ts` is imported; what lies beside it, or above the importing file, is its own house. */
const folderIndex = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { inside: '"{{name}}" reaches into a folder. From outside a folder import its index: "{{index}}".' },
  },
  create(context) {
    const here = dirname(context.physicalFilename);
    return eachImport((node, name) => {
      if (!name.startsWith('.') || !name.endsWith('.js')) return;
      const down = relative(here, join(here, name)).split('/');
      const up = down.findIndex((part) => part !== '..');
      const index = [...down.slice(0, up + 1), 'index.js'].join('/');
      if (down.length - up > 1 && down.join('/') !== index) {
        context.report({ node, messageId: 'inside', data: { name, index: index.startsWith('..') ? index : `./${index}` } });
      }
    });
  },
};

/** Whole text of the file, comments included: what is outside `extensions/` works for any provider and names none. */
const noProviderNames = {
  meta: {
    type: 'problem',
    schema: [{ type: 'array', items: { type: 'string' } }],
    messages: { named: '"{{word}}" names an extension or a provider. Which ones a panel uses is data in config/, or the database.' },
  },
  create(context) {
    const { sourceCode } = context;
    const words = new RegExp(context.options[0].join('|'), 'gi');
    return {
      Program() {
        for (const { 0: word, index } of sourceCode.text.matchAll(words)) {
          const loc = { start: sourceCode.getLocFromIndex(index), end: sourceCode.getLocFromIndex(index + word.length) };
          context.report({ loc, messageId: 'named', data: { word } });
        }
      },
    };
  },
};

export default {
  meta: { name: 'hostwright' },
  rules: { 'declared-packages': declaredPackages, 'folder-index': folderIndex, 'no-provider-names': noProviderNames },
};
