import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, RandomText } from '@hostwright/core';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

@Injectable()
export class CryptoRandomText extends RandomText {
  letters(length: number): string {
    return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  }
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
