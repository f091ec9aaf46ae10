import {
  AdoptionDesk,
  ServerChoices,
  ServerProbe,
  ServiceSignOn,
  type FoundAccount,
  type SignOn,
  type WantedAdoption,
} from '@hostwright/core';
import type { Choice, ConnectionTest } from '@hostwright/sdk';

export class FixtureSignOn extends ServiceSignOn {
  readonly opened: [string, string][] = [];
  answer: () => SignOn = () => ({ url: 'https://door.example/once', expiresAt: '2030-01-01T00:00:00.000Z' });
  open(serviceId: string, component: string): Promise<SignOn> {
    this.opened.push([serviceId, component]);
    return Promise.resolve().then(() => this.answer());
  }
}

export class FixtureChoices extends ServerChoices {
  answer: () => readonly Choice[] = () => [{ value: 'small', label: 'Small' }];
  load(): Promise<readonly Choice[]> {
    return Promise.resolve().then(() => this.answer());
  }
}

export class FixtureAdoptions extends AdoptionDesk {
  readonly wanted: WantedAdoption[] = [];
  accounts(): Promise<readonly FoundAccount[]> {
    return Promise.resolve([{ remoteId: 'acme', name: 'acme.example', state: 'running', serviceId: null }]);
  }
  adopt(wanted: WantedAdoption): Promise<{ serviceId: string }> {
    this.wanted.push(wanted);
    return Promise.resolve({ serviceId: '77' });
  }
}

export class FixtureProbe extends ServerProbe {
  answer: () => ConnectionTest = () => ({ version: 'Fake 1', warnings: [] });
  test(): Promise<ConnectionTest> {
    return Promise.resolve().then(() => this.answer());
  }
}
