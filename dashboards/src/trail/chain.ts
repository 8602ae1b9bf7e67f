import type { AuditEntry } from '../../../src/base/audit-log.js'

const FIRST_PREVIOUS = '0'.repeat(64)

/** State of the chain on a page of the audit log; `brokenAt`: the number of the newest entry that does not fit. */
export type Chain =
  | { readonly kind: 'holds' }
  /** Each names the one before, but the browser gives no SHA-256: it does so on secure pages only. */
  | { readonly kind: 'linked' }
  | { readonly kind: 'broken'; readonly brokenAt: number }

/** SHA-256 in hex; null where the browser gives none. */
export type Digest = ((text: string) => Promise<string>) | null

/**
 * Checks whether entries, the newest first and without a gap between them, are a chain. Nothing is taken on trust but
 * the newest hash.
 */
export async function chainOf(newestFirst: readonly AuditEntry[], digest: Digest): Promise<Chain> {
  for (const [i, entry] of newestFirst.entries()) {
    const before = newestFirst[i + 1]
    const isLinked =
      before === undefined
        ? entry.number > 1 || entry.previous === FIRST_PREVIOUS
        : before.number === entry.number - 1 && before.hash === entry.previous
    if (!isLinked || (digest !== null && (await digest(canonicalOf(entry))) !== entry.hash)) {
      return { kind: 'broken', brokenAt: entry.number }
    }
  }
  return { kind: digest === null ? 'linked' : 'holds' }
}

/** Canonical JSON (RFC 8785) of an entry but its hash: members in order, and strings and whole numbers as JavaScript has them. */
export function canonicalOf({ hash: _, ...said }: AuditEntry): string {
  const members = Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(Object.fromEntries(members))
}
