import { TextInput } from '../http/index.js';

export class ReleaseInput {
  @TextInput({ max: 1000, description: 'Why nobody need look at the server first' }) readonly reason: string;
}
