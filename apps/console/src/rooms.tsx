import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router';
import type { FunctionComponent } from 'react';
import type { JobState } from './api/index.js';
import { findingsShown } from './findings/index.js';
import { Frame } from './frame.js';
import { isJobState, JobRoom } from './jobs/index.js';
import { mailsShown } from './mails/index.js';
import { queueShown } from './queues/index.js';
import { RestorationBanner } from './restoration/index.js';
import { isServiceTab, ServiceRoom, ServicesRoom, type ServiceTab } from './services/index.js';
import { useSession } from './session/index.js';
import { Empty, Failed, Page } from './shell/index.js';
import { eventsShown } from './triggers/index.js';

function Nowhere() {
  return (
    <Page title="Nothing here">
      <Empty>There is no such page.</Empty>
    </Page>
  );
}

/** Where whoever is signed in begins. */
function Entrance() {
  return <Navigate to={useSession()?.account.role === 'staff' ? '/app/jobs' : '/app/services'} replace />;
}

/** A room for staff, fetched when one is first entered. Customers are not shown it; the API would answer them nothing either way. */
function forStaff(name: keyof typeof import('./staff-rooms.js')) {
  const Room = lazyRouteComponent(() => import('./staff-rooms.js'), name);
  return function StaffRoom() {
    return useSession()?.account.role === 'staff' ? <Room /> : <Nowhere />;
  };
}

const root = createRootRoute({
  component: () => <Frame notice={<RestorationBanner />} />,
  notFoundComponent: Nowhere,
  errorComponent: ({ error }) => <Failed error={error} />,
});
const at = <const Path extends string>(path: Path, component: FunctionComponent) =>
  createRoute({ getParentRoute: () => root, path, component });

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/app/jobs',
  component: forStaff('JobsRoom'),
  validateSearch: ({ state }): { state?: JobState } => (isJobState(state) ? { state } : {}),
});
const operatorTasks = createRoute({
  getParentRoute: () => root,
  path: '/app/operator-tasks',
  component: forStaff('OperatorTasksRoom'),
  validateSearch: ({ state }): { state?: 'open' | 'resolved' } => (state === 'open' || state === 'resolved' ? { state } : {}),
});
const service = createRoute({
  getParentRoute: () => root,
  path: '/app/services/$serviceId',
  component: ServiceRoom,
  validateSearch: ({ tab }): { tab?: ServiceTab } => (isServiceTab(tab) ? { tab } : {}),
});
const findings = createRoute({
  getParentRoute: () => root,
  path: '/app/findings',
  component: forStaff('FindingsRoom'),
  validateSearch: findingsShown,
});

const triggers = createRoute({
  getParentRoute: () => root,
  path: '/app/triggers',
  component: forStaff('TriggerEventsRoom'),
  validateSearch: eventsShown,
});
const triggerMappings = createRoute({
  getParentRoute: () => root,
  path: '/app/trigger-mappings',
  component: forStaff('TriggerMappingsRoom'),
  validateSearch: (search): { serverId?: string } => {
    const { serverId } = eventsShown(search);
    return serverId === undefined ? {} : { serverId };
  },
});
const mails = createRoute({
  getParentRoute: () => root,
  path: '/app/mails',
  component: forStaff('MailsRoom'),
  validateSearch: mailsShown,
});
const queues = createRoute({
  getParentRoute: () => root,
  path: '/app/queues',
  component: forStaff('QueuesRoom'),
  validateSearch: queueShown,
});

const routeTree = root.addChildren([
  at('/', Entrance),
  at('/app', Entrance),
  jobs,
  at('/app/jobs/$jobId', JobRoom),
  operatorTasks,
  at('/app/services', ServicesRoom),
  service,
  at('/app/products', forStaff('ProductsRoom')),
  at('/app/products/new', forStaff('NewProductRoom')),
  at('/app/products/$productId', forStaff('ProductRoom')),
  at('/app/products/$productId/components', forStaff('ProductComponentsRoom')),
  at('/app/server-groups', forStaff('ServerGroupsRoom')),
  at('/app/server-groups/$groupId', forStaff('ServerGroupRoom')),
  at('/app/servers', forStaff('ServersRoom')),
  at('/app/servers/$serverId', forStaff('ServerRoom')),
  at('/app/servers/$serverId/accounts', forStaff('AccountsRoom')),
  findings,
  triggers,
  triggerMappings,
  mails,
  queues,
  at('/app/webhooks', forStaff('WebhooksRoom')),
  at('/app/webhooks/$webhookId', forStaff('WebhookRoom')),
  at('/app/webhooks/$webhookId/deliveries/$deliveryId', forStaff('DeliveryRoom')),
  at('/app/extensions', forStaff('ExtensionsRoom')),
]);

/** The way around for one session, at the address that the browser is at. */
export const newRouter = () => createRouter({ routeTree, defaultPreload: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
