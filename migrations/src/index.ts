import { Foundation1763600000000 } from './1763600000000-foundation.js';
import { AddJobClearedAt1763650000000 } from './1763650000000-job-cleared-at.js';
import { AddAccountTokensValidFrom1763651000000 } from './1763651000000-account-tokens-valid-from.js';
import { AddEngineCounts1763652000000 } from './1763652000000-engine-counts.js';
import { AddWebhooks1763660000000 } from './1763660000000-webhooks.js';
import { AddLooksFindingsUsage1763661000000 } from './1763661000000-looks-findings-usage.js';
import { AddDomains1763662000000 } from './1763662000000-domains.js';
import { AddRestorations1763663000000 } from './1763663000000-restorations.js';
import { AddComponentsAndAddons1763664000000 } from './1763664000000-components-and-addons.js';
import { AddUsageTrafficSince1763665000000 } from './1763665000000-usage-traffic-since.js';
import { AddTriggers1763666000000 } from './1763666000000-triggers.js';
import { AddMails1763667000000 } from './1763667000000-mails.js';
import { AddSites1763668000000 } from './1763668000000-sites.js';
import { AddUpkeep1763668100000 } from './1763668100000-upkeep.js';
import { AddOrdersAndDomainsAgain1763669000000 } from './1763669000000-orders-and-domains-again.js';
import { AddAccountLinks1763669100000 } from './1763669100000-account-links.js';
import { AddServerTasks1763669200000 } from './1763669200000-server-tasks.js';
import { AddTriggerAddons1763669300000 } from './1763669300000-trigger-addons.js';
import { AddSeenTriggerTasks1763669310000 } from './1763669310000-seen-trigger-tasks.js';
import { AddDelayTold1763669320000 } from './1763669320000-delay-told.js';
import { AddFileLinks1763669330000 } from './1763669330000-file-links.js';

/** Every schema change, oldest first. A released one is never edited. */
export const migrations = [
  Foundation1763600000000,
  AddJobClearedAt1763650000000,
  AddAccountTokensValidFrom1763651000000,
  AddEngineCounts1763652000000,
  AddWebhooks1763660000000,
  AddLooksFindingsUsage1763661000000,
  AddDomains1763662000000,
  AddRestorations1763663000000,
  AddComponentsAndAddons1763664000000,
  AddUsageTrafficSince1763665000000,
  AddTriggers1763666000000,
  AddMails1763667000000,
  AddSites1763668000000,
  AddUpkeep1763668100000,
  AddOrdersAndDomainsAgain1763669000000,
  AddAccountLinks1763669100000,
  AddServerTasks1763669200000,
  AddTriggerAddons1763669300000,
  AddSeenTriggerTasks1763669310000,
  AddDelayTold1763669320000,
  AddFileLinks1763669330000,
];
