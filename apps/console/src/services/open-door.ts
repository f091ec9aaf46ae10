/** A tab that was opened at the click: browsers let nobody open one later, when the address is there. */
export interface OpenTab {
  opener: unknown;
  readonly location: { replace(url: string): void };
  close(): void;
}

/** What was wrong with a way in, in words for the screen. */
export class DoorShut extends Error {}

/**
 * Sends a tab to the address that `ask` answers. That serves once and lets in whoever has it, so it is handed to the tab and kept nowhere.
 * Throws `DoorShut` when the browser opened no tab, in which case nobody is asked, or the address is none that people are sent to; and
 * whatever `ask` does, the tab closed.
 */
export async function openDoor(tab: OpenTab | null, ask: () => Promise<{ readonly url: string }>): Promise<void> {
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
