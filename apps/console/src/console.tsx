import { useEffect, useState } from 'react';
import { createTheme, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ApiFailure } from './api/index.js';
import { newRouter } from './rooms.js';
import { FilePage } from './services/index.js';
import { fileTokenIn, mailLinkIn, OneTimeLink, SignIn, useSession } from './session/index.js';

const theme = createTheme({ primaryColor: 'blue', defaultRadius: 'sm', respectReducedMotion: true });

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // A refusal stays one; only what may pass by itself is asked again.
      retry: (count, error) => count < 2 && error instanceof ApiFailure && (error.status === 0 || error.status === 503),
    },
  },
});

/** The whole console: whoever is not signed in signs in right where they are, and then goes on there. */
export function Console() {
  const session = useSession();
  const who = session?.account.id;
  // Whoever comes by a link is asked for a password, whoever is signed in here.
  const [link, setLink] = useState(() => mailLinkIn(window.location));
  const [fileToken, setFileToken] = useState(() => fileTokenIn(window.location));
  const leaveLink = () => {
    window.history.replaceState(null, '', '/app');
    setLink(undefined);
    setFileToken(undefined);
  };
  // What one person was shown is not kept for the next.
  useEffect(() => () => queries.clear(), [who]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="top-right" />
      <QueryClientProvider client={queries}>
        {fileToken !== undefined ? (
          <FilePage token={fileToken} onDone={leaveLink} />
        ) : link ? (
          <OneTimeLink link={link} onDone={leaveLink} />
        ) : session ? (
          <Rooms key={who} />
        ) : (
          <SignIn />
        )}
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Rooms() {
  const [router] = useState(newRouter);
  return <RouterProvider router={router} />;
}
