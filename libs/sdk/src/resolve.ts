import type { DnsRecordType } from './dns.js';

/**
 * Looks a name up in the public DNS. The name is fully qualified and in ASCII (`xn--…`), with or without a dot at the end; labels may
 * begin with an underscore.
 * Answers every value there is, in no promised order; a name that does not exist, or has none of that type, has none:
 * - A, AAAA: addresses, those behind a CNAME included
 * - CNAME, NS: names in lower case without a dot at the end
 * - MX: `10 mail.example.net`
 * - TXT: one text for each record, its parts joined
 *
 * NS answers whom the domain is delegated to, also while those servers do not know the domain yet.
 * Throws: `invalid_input` for what is no name; `unavailable` when no name server gave a definite answer before the deadline.
 */
export type Resolve = (
  name: string,
  type: DnsRecordType,
  /** Deadline for the whole look-up. Default 10 s, at most 60 s. */
  options?: {
    readonly timeoutMs?: number;
    /**
     * Past every cache: what the domain's own name servers say, and only what all of them do that answer. For a record that was made a moment
     * ago, and must be everywhere. Where none of them can be reached it is looked up as usual.
     */
    readonly fresh?: boolean;
  },
) => Promise<readonly string[]>;
