import { Injectable } from '@nestjs/common';
import { hash, verify, type Options } from '@node-rs/argon2';
import { PasswordHasher } from '@hostwright/core';

/** argon2id with the first choice of OWASP's password storage sheet: 19 MiB, two passes. The numbers are kept in each hash. */
const options: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of the same cost that no known password has. */
const decoy = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

@Injectable()
export class Argon2PasswordHasher extends PasswordHasher {
  hash(password: string): Promise<string> {
    return hash(password, options);
  }

  matches(stored: string, password: string): Promise<boolean> {
    return verify(stored, password);
  }

  async pretend(password: string): Promise<false> {
    await verify(decoy, password);
    return false;
  }
}
