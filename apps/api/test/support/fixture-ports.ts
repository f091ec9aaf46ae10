import {
  AdoptionDesk,
  OperatorDesk,
  ServerChoices,
  ServerProbe,
  ServiceFileReader,
  ServiceInspector,
  ServiceSignOn,
  ZoneReader,
  type AskedComponent,
  type ComponentInspection,
  type FoundAccount,
  type HandedFiles,
  type ServiceQuestion,
  type SignOn,
  type WantedAdoption,
} from '@hostwright/core';
import type { Choice, ConnectionTest, DnsZoneContents, Json, JsonObject } from '@hostwright/sdk';

/** Remembers what staff did to jobs. */
export class NotingDesk extends OperatorDesk {
  readonly notes: unknown[][] = [];
  retry(...note: [string, string]): Promise<string> {
    this.notes.push(['retry', ...note]);
    return Promise.resolve(note[0]);
  }
  skip(...note: [string, string, JsonObject | null, string]): Promise<void> {
    this.notes.push(['skip', ...note]);
    return Promise.resolve();
  }
  rollBack(...note: [string, string]): Promise<void> {
    this.notes.push(['rollBack', ...note]);
    return Promise.resolve();
  }
  startOver(...note: [string, string]): Promise<void> {
    this.notes.push(['startOver', ...note]);
    return Promise.resolve();
  }
  markResolved(...note: [string, string, string]): Promise<void> {
    this.notes.push(['markResolved', ...note]);
    return Promise.resolve();
  }
}

export class FixtureInspector extends ServiceInspector {
  answer: () => readonly ComponentInspection[] = () => [
    { name: 'site', inspection: { state: 'running', node: 'node2', cpuFraction: 0.25, memoryBytes: 1024, uptimeSeconds: 60 } },
  ];
  read: () => Json = () => null;
  readonly asked: ServiceQuestion[] = [];
  inspect(): Promise<readonly ComponentInspection[]> {
    return Promise.resolve().then(() => this.answer());
  }
  async askEach(): Promise<readonly AskedComponent[]> {
    return (await this.inspect()).map((one) => ({ ...one, failure: null }));
  }
  ask(_serviceId: string, question: ServiceQuestion): Promise<Json> {
    this.asked.push(question);
    return Promise.resolve().then(() => this.read());
  }
}

export class FixtureZones extends ZoneReader {
  readonly standing = new Map<string, readonly DnsZoneContents[]>();
  read(serviceIds: readonly string[]): Promise<ReadonlyMap<string, readonly DnsZoneContents[]>> {
    return Promise.resolve(new Map([...this.standing].filter(([id]) => serviceIds.includes(id))));
  }
}

export class FixtureSignOn extends ServiceSignOn {
  readonly opened: [string, string][] = [];
  answer: () => SignOn = () => ({ url: 'https://door.example/once', expiresAt: '2030-01-01T00:00:00.000Z' });
  open(serviceId: string, component: string): Promise<SignOn> {
    this.opened.push([serviceId, component]);
    return Promise.resolve().then(() => this.answer());
  }
}

export class FixtureFiles extends ServiceFileReader {
  answer: () => HandedFiles = () => ({ files: [{ name: 'shop.key', content: 'the key' }], note: null });
  read(): Promise<HandedFiles> {
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
