import { Shows, ShowsPart } from '../http/index.js';

export class FileLinkAnswer {
  @Shows('text', { description: 'Leads to the files, once; whoever has it gets them' }) readonly url: string;
  @Shows('text', { description: 'ISO 8601' }) readonly expiresAt: string;
}

export class FileLinkStateAnswer {
  @Shows('text', { enum: ['open', 'used', 'expired'] }) readonly state: string;
  @Shows('text', { description: 'The code of what was bought' }) readonly product: string;
  @Shows('text') readonly serviceId: string;
}

export class FileAnswer {
  @Shows('text', { description: 'Under which it is saved' }) readonly name: string;
  @Shows('text') readonly content: string;
}

export class FilesAnswer {
  @ShowsPart(() => FileAnswer, { list: true }) readonly files: readonly FileAnswer[];
  @Shows('text?', { description: 'What is to be known of them' }) readonly note: string | null;
}
