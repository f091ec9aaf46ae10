import { mailStates, type MailState } from '@hostwright/core';
import { ChoiceInput, IdInput, PageQuery, TextInput } from '../http/index.js';

export class MailsQuery extends PageQuery {
  @ChoiceInput(mailStates, { optional: true }) readonly state?: MailState;
  @TextInput({ optional: true, max: 63 }) readonly template?: string;
  @IdInput({ optional: true }) readonly serviceId?: string;
}
