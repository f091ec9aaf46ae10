import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';

/** Checks bodies and queries against their classes: an unknown key is refused, and the first fault is named. */
export function validation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => firstFault(errors),
  });
}

function firstFault(errors: readonly ValidationError[], path: readonly string[] = []): PanelError {
  const [error] = errors;
  if (!error) return new PanelError('invalid_input', 'the request has no body or an unreadable one');
  const here = [...path, error.property];
  const field = here.join('.');
  const [rule, message] = Object.entries(error.constraints ?? {})[0] ?? [];
  if (rule === undefined || message === undefined) return firstFault(error.children ?? [], here);
  if (rule === 'whitelistValidation') return new PanelError('invalid_input', `${field} is not a field of this request`, { field });
  if (rule === 'unknownValue') return new PanelError('invalid_input', 'the body must be a JSON object');
  return new PanelError('invalid_input', message.replace(error.property, field), { field });
}
