import { Injectable, type PipeTransform } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { isId } from './inputs.js';

/** The id in an address. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!isId(text)) throw new PanelError('invalid_input', 'the id in the address must be digits', { field: 'id' });
    return text;
  }
}
