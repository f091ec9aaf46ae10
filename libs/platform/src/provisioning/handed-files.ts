import type { HandedFiles } from '@hostwright/core';
import { isSecret, type ServiceFiles } from '@hostwright/sdk';
import { Ajv } from 'ajv';

const content = { type: 'string', maxLength: 200_000 };
const areFiles = new Ajv({ strict: true, unicodeRegExp: true }).compile<ServiceFiles>({
  type: 'object',
  required: ['files'],
  properties: {
    files: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        required: ['name', 'content'],
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$' },
          content: { anyOf: [content, { type: 'object', required: ['$secret'], properties: { $secret: content } }] },
        },
      },
    },
    note: { type: 'string', maxLength: 1_000 },
  },
});

/** What a module says are files of a service. Throws, without a word of what is in them, when they are none: that is a bug of the module. */
export function checkedFiles(answer: unknown, extension: string): HandedFiles {
  const plain = JSON.parse(JSON.stringify(answer ?? null)) as unknown;
  if (!areFiles(plain))
    throw new Error(`files of '${extension}' answered what it must not at ${areFiles.errors?.[0]?.instancePath || 'its top'}`);
  const files = plain.files.map(({ name, content: text }) => ({ name, content: isSecret(text) ? text.$secret : text }));
  if (new Set(files.map(({ name }) => name)).size !== files.length) throw new Error(`files of '${extension}' answered a name twice`);
  return { files, note: plain.note ?? null };
}
