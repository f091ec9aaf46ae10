import { scopes } from '@hostwright/core';
import {
  ChoiceInput,
  ChoicesInput,
  EmailInput,
  FlagInput,
  IdInput,
  LongTextInput,
  PageQuery,
  TextInput,
  TimeInput,
} from '../http/index.js';

export class LoginInput {
  @EmailInput() readonly email: string;
  @LongTextInput({ max: 1024 }) readonly password: string;
}

export class ForgottenPasswordInput {
  @EmailInput() readonly email: string;
}

export class LinkInput {
  @TextInput({ max: 200, description: 'What follows the # in the link' }) readonly token: string;
}

export class LinkPasswordInput extends LinkInput {
  @LongTextInput({ min: 12, max: 1024 }) readonly password: string;
}

export class NewAccountInput {
  @EmailInput() readonly email: string;
  @LongTextInput({ min: 12, max: 1024 }) readonly password: string;
  @ChoiceInput(['staff', 'customer']) readonly role: 'staff' | 'customer';
  @IdInput({ optional: true, description: 'For the role customer' }) readonly customerId?: string;
}

export class AccountChangeInput {
  @LongTextInput({ optional: true, min: 12, max: 1024 }) readonly password?: string;
  @FlagInput({ optional: true }) readonly disabled?: boolean;
}

export class AccountsQuery extends PageQuery {
  @ChoiceInput(['staff', 'customer'], { optional: true }) readonly role?: 'staff' | 'customer';
  @IdInput({ optional: true }) readonly customerId?: string;
}

export class NewApiKeyInput {
  @TextInput({ max: 100 }) readonly name: string;
  @ChoicesInput(scopes) readonly scopes: (typeof scopes)[number][];
  @TimeInput({ optional: true, description: 'Never, when left out' }) readonly expiresAt?: string;
}
