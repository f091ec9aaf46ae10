import { randomInt } from 'node:crypto';
import {
  DomainWatch,
  EngineLog,
  JobRunner,
  SealedSettings,
  Sealer,
  type AdoptionDesk,
  type DomainDesk,
  type Doorbell,
  type EngineMeter,
  type EnginePorts,
  type EngineSettings,
  type JobLoop,
  type ModuleCatalog,
  type OperatorDesk,
  type ProvisioningDesk,
  type RepairDesk,
  type ServerChoices,
  type ServerProbe,
  type ServerReads,
  type ServiceInspector,
  type ZoneReader,
  type ServiceFileReader,
  type ServiceSignOn,
  type TriggerModules,
  type UpkeepDesk,
} from '@hostwright/core';
import type { Json, JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';
import { createResolve } from '../dns/index.js';
import { ConnectionPools } from '../egress/index.js';
import type { Logger } from '../logging/index.js';
import type { Recorder } from '../recording/index.js';
import type { JsonVault } from '../secrets/index.js';
import { ExtensionModules } from './extension-modules.js';
import type { InstalledExtensions } from './installed-extensions.js';
import { ModuleChoices } from './module-choices.js';
import { ModuleFiles } from './module-files.js';
import { ModuleInspector, ModuleProbe, ModuleSignOn } from './module-reads.js';
import { ModuleServerReads } from './module-server-reads.js';
import { ModuleZoneReader } from './module-zone-reads.js';
import { PgAdoptionDesk } from './pg-adoption-desk.js';
import { ModuleTriggers } from './module-triggers.js';
import { PgDomainDesk } from './pg-domain-desk.js';
import { PgDomainWaits } from './pg-domain-waits.js';
import { PgJournal } from './pg-journal.js';
import { PgOperatorDesk } from './pg-operator-desk.js';
import { PgPermits } from './pg-permits.js';
import { PgProvisioningDesk } from './pg-provisioning-desk.js';
import { PgRepairDesk } from './pg-repair-desk.js';
import { PgUpkeepDesk } from './pg-upkeep-desk.js';
import { processTimers } from './process-timers.js';
import { ServerGate } from './server-gate.js';
import { WatchingLoop } from './watching-loop.js';

export interface ProvisioningSurroundings {
  readonly pool: Pool;
  readonly installationId: string;
  readonly extensions: InstalledExtensions;
  readonly modules: ModuleCatalog;
  readonly vault: JsonVault;
  readonly doorbell: Doorbell;
  readonly logger: Logger;
  readonly recorder?: Recorder;
  /** Where names are looked up. Undefined: at the system's name servers. */
  readonly dnsServers?: readonly string[] | undefined;
  /** Multiplies every wait; 1 but where a provider is played faster than life. */
  readonly waitScale: number;
}

/** What the engine stands on, but for its meter. */
export type EngineMeans = Omit<EnginePorts, 'meter'>;

/** Everything about provisioning that a process needs, made real. */
export interface Provisioning {
  readonly desk: ProvisioningDesk;
  readonly upkeep: UpkeepDesk;
  readonly domains: DomainDesk;
  readonly operators: OperatorDesk;
  readonly inspector: ServiceInspector;
  readonly zones: ZoneReader;
  readonly signOn: ServiceSignOn;
  readonly files: ServiceFileReader;
  readonly choices: ServerChoices;
  readonly adoptions: AdoptionDesk;
  readonly probe: ServerProbe;
  readonly repairs: RepairDesk;
  readonly serverReads: ServerReads;
  readonly triggers: TriggerModules;
  readonly sealer: Sealer;
  /** What a worker is made of. */
  readonly engine: EngineMeans;
  /** What looks at the DNS of the domains that wait for it, not started. */
  domainWatch(): DomainWatch;
  /** A worker, not started. It looks at the DNS of the domains that wait for it, too. */
  worker(options: { readonly name: string; readonly settings: EngineSettings; readonly meter: EngineMeter }): JobLoop;
  /** Ends connections to providers. */
  close(): Promise<void>;
}

/** The vault as core knows it. */
class VaultSealer extends Sealer {
  constructor(private readonly vault: JsonVault) {
    super();
  }
  seal(value: Json, context: string): Json {
    return this.vault.seal(value, context);
  }
  open(value: Json, context: string): Json {
    return this.vault.open(value, context);
  }
  wipe(value: Json): Json {
    return this.vault.wipe(value);
  }
}

class LoggerEngineLog extends EngineLog {
  constructor(private readonly logger: Logger) {
    super();
  }
  info(message: string, details: JsonObject = {}): void {
    this.logger.info({ ...details }, message);
  }
  warn(message: string, details: JsonObject = {}): void {
    this.logger.warn({ ...details }, message);
  }
  error(message: string, details: JsonObject = {}, cause?: unknown): void {
    this.logger.error({ ...details, err: cause }, message);
  }
}

/** Puts the engine together with PostgreSQL, the loaded extensions and the outside world. No framework is needed. */
export function createProvisioning(around: ProvisioningSurroundings): Provisioning {
  const { pool, installationId, extensions, modules, vault, doorbell, logger, recorder, dnsServers, waitScale } = around;
  const now = (): number => Date.now();
  const sealer = new VaultSealer(vault);
  const settings = new SealedSettings(sealer);
  const connections = new ConnectionPools();
  const gate = new ServerGate(pool, now, waitScale);
  const host = new ExtensionModules({ pool, extensions, settings, gate, connections, logger, recorder, dnsServers, now });
  const deskPorts = { pool, extensions, modules, sealer, doorbell, installationId, randomInteger: (below: number) => randomInt(below) };
  const reads = { pool, modules: host, sealer, installationId };
  const desk = new PgProvisioningDesk(deskPorts);
  const log = new LoggerEngineLog(logger);
  const engine: EngineMeans = {
    journal: new PgJournal(pool),
    modules: host,
    permits: new PgPermits(pool),
    sealer,
    log,
    random: () => randomInt(1_000_000) / 1_000_000,
    waitScale,
    timers: processTimers,
  };
  const watch = (): DomainWatch =>
    new DomainWatch({
      waits: new PgDomainWaits(deskPorts),
      lookUp: (name, type, signal) => createResolve({ servers: dnsServers, signal })(name, type),
      timers: processTimers,
      log,
      waitScale,
    });
  return {
    desk,
    upkeep: new PgUpkeepDesk(deskPorts),
    domains: new PgDomainDesk(deskPorts),
    operators: new PgOperatorDesk(pool, desk, sealer, doorbell),
    inspector: new ModuleInspector({ ...reads, catalog: modules }),
    signOn: new ModuleSignOn(reads),
    files: new ModuleFiles(reads),
    choices: new ModuleChoices(reads, now),
    adoptions: new PgAdoptionDesk({ ...reads, catalog: modules }),
    zones: new ModuleZoneReader(pool, host, installationId),
    probe: new ModuleProbe(pool, host, installationId),
    repairs: new PgRepairDesk(deskPorts, desk),
    serverReads: new ModuleServerReads(host, extensions, installationId, logger),
    triggers: new ModuleTriggers({ pool, modules: host, extensions, installationId, logger, now }),
    sealer,
    engine,
    domainWatch: watch,
    worker: ({ name, settings: engineSettings, meter }) =>
      new WatchingLoop(
        new JobRunner({ ...engine, journal: new PgJournal(pool, meter), name, settings: engineSettings, meter }, now),
        watch(),
      ),
    close: () => connections.close(),
  };
}
