import { createRootRoute, createRoute, createRouter, Navigate } from '@tanstack/react-router';
import type { FunctionComponent } from 'react';
import type { JobState } from './api/index.js';
import { ExtensionsRoom } from './extensions/index.js';
import { isJobState, JobRoom, JobsRoom } from './jobs/index.js';
import { OperatorTasksRoom } from './operator-tasks/index.js';
import { ServersRoom } from './servers/index.js';
import { ServiceRoom, ServicesRoom } from './services/index.js';
import { useSession } from './session/index.js';
import { Empty, Failed, Frame, Page } from './shell/index.js';

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

/** A room for staff. Customers are not shown it; the API would answer them nothing either way. */
function forStaff(Room: FunctionComponent) {
  return function StaffRoom() {
    return useSession()?.account.role === 'staff' ? <Room /> : <Nowhere />;
  };
}

const root = createRootRoute({ component: Frame, notFoundComponent: Nowhere, errorComponent: ({ error }) => <Failed error={error} /> });
const at = <const Path extends string>(path: Path, component: FunctionComponent) =>
  createRoute({ getParentRoute: () => root, path, component });

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/app/jobs',
  component: forStaff(JobsRoom),
  validateSearch: ({ state }): { state?: JobState } => (isJobState(state) ? { state } : {}),
});
const operatorTasks = createRoute({
  getParentRoute: () => root,
  path: '/app/operator-tasks',
  component: forStaff(OperatorTasksRoom),
  validateSearch: ({ state }): { state?: 'open' | 'resolved' } => (state === 'open' || state === 'resolved' ? { state } : {}),
});

export const router = createRouter({
  routeTree: root.addChildren([
    at('/', Entrance),
    at('/app', Entrance),
    jobs,
    at('/app/jobs/$jobId', forStaff(JobRoom)),
    operatorTasks,
    at('/app/services', ServicesRoom),
    at('/app/services/$serviceId', ServiceRoom),
    at('/app/servers', forStaff(ServersRoom)),
    at('/app/extensions', forStaff(ExtensionsRoom)),
  ]),
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
