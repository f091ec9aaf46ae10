import { TextInput } from '../http/index.js';

export class NewFileLinkInput {
  @TextInput({ optional: true, max: 63, description: 'Needed only where several components have files' })
  readonly component?: string;
}

export class FileLinkInput {
  @TextInput({ max: 200, description: 'What follows the # in the link' }) readonly token: string;
}
