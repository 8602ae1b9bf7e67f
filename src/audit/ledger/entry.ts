import { hash } from 'node:crypto'
import type { RecordKind } from '../../archive/record/kinds.js'
import { canonicalJson } from '../canonical.js'

/**
 * One line of `ledger/ledger.jsonl`: canonical JSON (RFC 8785), ended by a newline, never rewritten.
 * `hash` is the SHA-256 of the canonical JSON of the entry without `hash` and `signature`; `previous` is the hash of the
 * line before, 64 zeros in the first. `signature` is Ed25519 over the 32 bytes of `hash`, base64.
 */
export interface LedgerEntry {
  /** Counted from 1. */
  readonly number: number
  readonly previous: string
  /** RFC 3339: the clock of the gateway when it was written. */
  readonly at: string
  readonly body: LedgerBody
  readonly hash: string
  readonly signature: string
}

export type LedgerBody =
  /** The first entry: whose ledger it is. `public_key` is the SPKI form in base64. */
  | { readonly kind: 'key'; readonly algorithm: 'Ed25519'; readonly public_key: string; readonly program: string }
  /** All rows of a kind, plant and day (UTC) as they stand: the files that hold them and the Merkle root over them. */
  | {
      readonly kind: 'day'
      readonly rows_of: RecordKind
      /** `_` where rows belong to no plant. */
      readonly plant: string
      /** 2026-10-01, UTC. */
      readonly day: string
      /** The newest of `files`. */
      readonly generation: number
      /** In the order of their generations. */
      readonly files: readonly SealedFile[]
      readonly rows: number
      /** Hex; RFC 6962 shape over the lines of `rows.ts`. */
      readonly root: string
      /** A person has removed rows since the entry of this day before: it has so many fewer, and none more. */
      readonly removed?: RemovedRows
    }
  /** Retention lets go of a plant's days of readings before this one. */
  | { readonly kind: 'expired'; readonly plant: string; readonly before: string }
  /** A closed segment of the journal. */
  | { readonly kind: 'segment'; readonly segment: number; readonly bytes: number; readonly sha256: string }
  /** Segments before this one are deleted: what they held is in sealed files and deltas. */
  | { readonly kind: 'trimmed'; readonly before: number }
  /** A configuration came into force; `plants` holds the SHA-256 of the canonical JSON of what it says of each. */
  | {
      readonly kind: 'configuration'
      readonly from: string
      readonly sha256: string
      readonly plants: Readonly<Record<string, string>>
    }
  /** The program came with these tables; `sha256` as reports name it, `files` each for itself. */
  | { readonly kind: 'factors'; readonly sha256: string; readonly files: Readonly<Record<string, string>> }
  /** A correction, a manual entry, and what was decided of them, as it came. */
  | { readonly kind: 'statement'; readonly plant: string; readonly said: Statement }
  | {
      readonly kind: 'report'
      readonly act: 'frozen' | 'verified' | 'superseded'
      readonly report: string
      readonly version: number
      /** SHA-256 of the canonical JSON of the report. */
      readonly sha256: string
      readonly by: string
      /** Numbers of the `day` entries that it rests on; only of a freeze. */
      readonly days: readonly number[]
      /** SHA-256 of each file that was frozen with it, by its name in the bundle; freezes of the first programs have none. */
      readonly files?: Readonly<Record<string, string>>
    }
  /** An RFC 3161 time-stamp response of somebody else over the hash of an earlier entry; the file is in `time-stamps/`. */
  | {
      readonly kind: 'time_stamp'
      readonly entry: number
      readonly file: string
      readonly sha256: string
      /** RFC 3339: when the authority says it was. */
      readonly time: string
    }
  /** The newest entry of the audit log at that time, by number and hash: what is before it cannot be cut off or written anew. */
  | { readonly kind: 'audit_log'; readonly entry: number; readonly sha256: string }

  /**
   * The data directory was restored from a backup: what was on record after it is lost, entries of this ledger and versions of
   * reports included, and numbers of both may be given a second time.
   */
  | {
      readonly kind: 'restored'
      /** SHA-256 of the manifest of the backup. */
      readonly backup: string
      /** RFC 3339: the moment that it holds. */
      readonly made_at: string
      /** Segment with which the journal goes on; those from the last one before up to here are not used. Null without a journal. */
      readonly segment: number | null
      readonly program: string
    }

/** Rows that a person has removed from a sealed day. */
export interface RemovedRows {
  /** Key of the order, the same in all days that it touches. */
  readonly act: string
  /** RFC 3339: when the order came. */
  readonly at: string
  /** '' where nobody said who or why. */
  readonly by: string
  readonly why: string
  /** Devices whose rows these were. */
  readonly devices: readonly string[]
  /** Metrics that went alone; absent where the order was about all of these devices. */
  readonly metrics?: readonly string[] | undefined
  readonly rows: number
  /** Root over the lines of these rows, hex. */
  readonly root: string
}

export type DayBody = Extract<LedgerBody, { kind: 'day' }>

export interface SealedFile {
  /** Below `archive/`. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** A statement of somebody, as an event of the record. */
export interface Statement {
  readonly id: string
  readonly type: string
  readonly line: string
  readonly device: string
  /** RFC 3339. */
  readonly ts: string
  readonly received_at: string
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * `ledger/head.json`: the last entry, replaced with each. Signed for itself, so that whoever cuts entries off the end
 * cannot write a head for what is left: the signature is Ed25519 over the canonical JSON of the other fields, base64.
 */
export interface LedgerHead {
  readonly number: number
  readonly hash: string
  readonly at: string
  readonly signature: string
}

export const LEDGER_FILE = 'ledger.jsonl'
export const HEAD_FILE = 'head.json'
export const KEY_FILE = 'key.pem'
export const TIME_STAMPS = 'time-stamps'

/** Before the first entry. */
export const NO_HASH = '0'.repeat(64)

/** RFC 8785. Throws on what JSON has no word for: NaN, infinities, texts that are not well-formed. */
export function canonical(value: unknown): string {
  const written = canonicalJson(value)
  if (written === undefined) throw new TypeError('there is no JSON of this')
  return written
}

/** SHA-256 of the canonical JSON of a value, hex. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', canonical(value), 'hex')
}

/** The hash that an entry has to have, hex. */
export function entryHash({ number, previous, at, body }: Omit<LedgerEntry, 'hash' | 'signature'>): string {
  return canonicalHash({ number, previous, at, body })
}

/** Text that the signature of a head is over. */
export function headText({ number, hash, at }: Omit<LedgerHead, 'signature'>): string {
  return canonical({ number, hash, at })
}

/** Names the subject of an entry, in a few words that are the same in every language. */
export function subjectOfEntry(body: LedgerBody): string {
  switch (body.kind) {
    case 'key':
      return `${body.algorithm}, ${body.program}`
    case 'day':
      return `${body.rows_of} ${body.plant} ${body.day}, ${body.rows} rows${body.removed === undefined ? '' : `, ${body.removed.rows} removed`}`
    case 'expired':
      return `${body.plant} before ${body.before}`
    case 'segment':
      return `${body.segment}`
    case 'trimmed':
      return `before ${body.before}`
    case 'configuration':
      return `${body.from} ${body.sha256.slice(0, 16)}`
    case 'factors':
      return body.sha256.slice(0, 16)
    case 'statement':
      return `${body.plant} ${body.said.type} ${body.said.id}`
    case 'report':
      return `${body.report} v${body.version} ${body.act}`
    case 'time_stamp':
      return `entry ${body.entry} at ${body.time}`
    case 'audit_log':
      return `entry ${body.entry}`
    case 'restored':
      return `from a backup of ${body.made_at}`
  }
}
