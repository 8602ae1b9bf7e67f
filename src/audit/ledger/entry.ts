import type { Kind } from '../../archive/record/kinds.js'

/**
 * One line of `ledger/ledger.jsonl`: canonical JSON (RFC 8785), ended by a newline, never rewritten.
 * `hash` is the SHA-256 of the canonical JSON of the entry without `hash` and `signature`; `previous` is the hash of the
 * line before, 64 zeros in the first. `signature` is Ed25519 over the 32 bytes of `hash`, base64.
 */
export interface LedgerEntry {
  /** From 1 on. */
  readonly number: number
  readonly previous: string
  /** RFC 3339: the clock of the gateway when it was written. */
  readonly at: string
  readonly body: LedgerBody
  readonly hash: string
  readonly signature: string
}

export type LedgerBody =
  /** The first entry: whose ledger it is. */
  | { readonly kind: 'key'; readonly algorithm: 'Ed25519'; readonly public_key: string; readonly program: string }
  /** All rows of a kind, plant and day (UTC) as they stand: the files that hold them and the Merkle root over them. */
  | {
      readonly kind: 'day'
      readonly rows_of: Kind
      readonly plant: string
      /** 2026-10-01, UTC. */
      readonly day: string
      /** The newest of `files`. */
      readonly generation: number
      readonly files: readonly SealedFile[]
      readonly rows: number
      /** Hex; RFC 6962 shape over the lines of `rows.ts`. */
      readonly root: string
    }
  /** Days that retention let go of. */
  | { readonly kind: 'expired'; readonly plant: string; readonly before: string }
  /** A closed segment of the journal. */
  | { readonly kind: 'segment'; readonly segment: number; readonly bytes: number; readonly sha256: string }
  /** A configuration came into force; `plants` holds the SHA-256 of the canonical JSON of what it says of each. */
  | {
      readonly kind: 'configuration'
      readonly from: string
      readonly sha256: string
      readonly plants: Readonly<Record<string, string>>
    }
  /** The program came with these tables. */
  | { readonly kind: 'factors'; readonly sha256: string; readonly files: Readonly<Record<string, string>> }
  /** A correction, a manual entry, and what was decided of them; `sha256` of the canonical JSON of `said`. */
  | { readonly kind: 'statement'; readonly plant: string; readonly said: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'report'
      readonly act: 'frozen' | 'verified' | 'superseded'
      readonly report: string
      readonly version: number
      /** Of the canonical JSON of the report. */
      readonly sha256: string
      readonly by: string
      /** Numbers of the `day` entries that it rests on; only of a freeze. */
      readonly days: readonly number[]
    }
  /** An RFC 3161 time-stamp file of somebody else, kept beside the ledger, over the hash of an earlier entry. */
  | {
      readonly kind: 'time_stamp'
      readonly entry: number
      readonly file: string
      readonly sha256: string
    }

export interface SealedFile {
  /** Below `archive/`. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}
