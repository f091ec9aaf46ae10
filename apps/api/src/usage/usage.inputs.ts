import { TextInput } from '../http/index.js';

export class UsageQuery {
  @TextInput({ optional: true, max: 10, example: '2030-01-01', description: 'First day, of UTC; 30 days before `to` when left out' })
  readonly from?: string;
  @TextInput({ optional: true, max: 10, example: '2030-01-31', description: 'Last day, of UTC; today when left out' })
  readonly to?: string;
}
