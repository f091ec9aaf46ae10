/** What callers have not confirmed, each way. Changed with `PUT /behaviour`. */
export interface Behaviour {
  /** Whether sites tell their tags. */
  showsTags: boolean;
  /** Whether `tag_name` is heeded. */
  filtersByTag: boolean;
  /** `names`: `{"tag_names":["x"]}`; `objects`: `{"tags":[{"name":"x"}]}`. The other key is passed over in silence, or refused. */
  takesTagsAs: 'names' | 'names only' | 'objects' | 'objects only';
  /** Whether the answer to a change shows the site as reads still do, before the change. */
  answersBefore: boolean;
  /** Whether sites tell their PHP version. */
  showsPhpVersion: boolean;
  /** By how much reads follow changes, in milliseconds of the provider. */
  lagMs: number;
  showsUsage: boolean;
  /** Whether a list is cut into pages although nobody asked for them. */
  alwaysPaginates: boolean;
  /** `convert/live` and `convert/staging` beside the `convert` that toggles. */
  namesConversions: boolean;
  listsRestores: boolean;
  /** Whether a backup that is made has another number than the request for it. */
  renumbersBackups: boolean;
  logsInToWordpress: boolean;
  /** Empty lists come as `null`. */
  nullLists: boolean;
  /** What a new site comes to, and one that is enabled. */
  liveState: string;
  /** What one that is disabled comes to. */
  disabledState: string;
  /** Whether what is on may be enabled once more, and what is off disabled. */
  acceptsRepeats: boolean;
  /** Whether a site may be deleted while it is `deploying` or `cloning`. */
  deletesDeploying: boolean;
  /** How a call is answered that there is not: with a 404 in Pressable's shape, or with a page. */
  unknownCalls: 'envelope' | 'page';
  /** Whether the name of a deleted site is not given again for a while. */
  reservesNames: boolean;
  /** What becomes of the next restoration. */
  restoreError: string | null;
}

export const usual: Behaviour = {
  showsTags: true,
  filtersByTag: true,
  takesTagsAs: 'names',
  answersBefore: false,
  showsPhpVersion: true,
  /** Pressable's own client waits a second before it reads what it wrote. */
  lagMs: 1_000,
  showsUsage: true,
  alwaysPaginates: false,
  namesConversions: true,
  listsRestores: true,
  renumbersBackups: false,
  logsInToWordpress: true,
  nullLists: true,
  liveState: 'live',
  disabledState: 'disabled',
  acceptsRepeats: false,
  deletesDeploying: true,
  unknownCalls: 'envelope',
  reservesNames: true,
  restoreError: null,
};
