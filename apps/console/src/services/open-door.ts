/** A tab that was opened at the click. Browsers let nobody open one later, when the address is there. */
export interface OpenTab {
  opener: unknown;
  readonly location: { replace(url: string): void };
  close(): void;
}

/** What was wrong with a way in, in words for the screen. */
export class DoorShut extends Error {}

/**
 * Opens what `ask` answers in a tab of its own. The address serves once and lets in whoever has it, so it is handed to the tab and kept nowhere.
 * Throws `DoorShut` when the browser opens no tab, in which case nobody is asked, or the address is none that people are sent to; and
 * whatever `ask` does, the tab closed.
 */
export async function openDoor(openTab: () => OpenTab | null, ask: () => Promise<{ readonly url: string }>): Promise<void> {
  const tab = openTab();
  if (!tab) throw new DoorShut('Your browser has blocked the new tab. Allow pop-ups for this page, and press again.');
  tab.opener = null;
  try {
    const { url } = await ask();
    if (!isWebAddress(url)) throw new DoorShut('The provider’s answer is no address that can be opened. Tell who runs the panel.');
    tab.location.replace(url);
  } catch (error) {
    tab.close();
    throw error;
  }
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}
