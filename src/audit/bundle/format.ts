import { z } from 'zod'
import type { RecordKind } from '../../archive/record/kinds.js'

/** The names and lists of an evidence bundle; `docs/understand/evidence-bundle.md` says what stands where. */

export const FORMAT = 'greengauge-evidence-1'
/** The same where the ledger tells of rows that a person has removed: who does not know of that must not pass over it. */
export const REMOVED_FORMAT = 'greengauge-evidence-2'

/** Names that the format gives; everything else is a table, a day, or a rendering. */
export const NAMES = {
  manifest: 'MANIFEST.json',
  manifestSignature: 'MANIFEST.sig',
  sums: 'SHA256SUMS',
  guide: 'HOW-TO-CHECK.md',
  report: 'report/report.json',
  /** The report of the period before, as it was frozen. No plant has a point in its name. */
  periodBefore: 'evidence/period-before.json',
  ledger: 'ledger/ledger.jsonl',
  key: 'ledger/public-key.pem',
  verifier: 'verify/greengauge-verify.mjs',
} as const

/** Folders of a frozen version that go into the bundle file by file, as the freeze has left and sealed them. */
export const FROZEN_FOLDERS = ['evidence', 'report', 'verify'] as const

/** The folder of the days of each kind, below `evidence/PLANT/`. */
export const FOLDERS: Readonly<Record<RecordKind, string>> = {
  reading: 'readings',
  conflict: 'conflicts',
  event: 'events',
  link: 'links',
  config: 'configurations',
  device_fact: 'device-facts',
  act: 'acts',
}

/** The rows of one kind, plant and day (2026-10-01, UTC). */
export function dayName(of: { readonly kind: RecordKind; readonly plant: string; readonly day: string }): string {
  return `evidence/${of.plant}/${FOLDERS[of.kind]}/${of.day}.csv`
}

/** A Parquet file, by the name that the ledger gives it. */
export function parquetName(sealed: string): string {
  return `archive/${sealed}`
}

/** The part of a configuration about a plant, by the number of the ledger entry. */
export function configurationName(plant: string, entry: number): string {
  return `evidence/${plant}/configurations/${String(entry).padStart(6, '0')}.json`
}

/** A factor table, by the name that the ledger gives it. */
export function factorsName(table: string): string {
  return `evidence/factors/${table}`
}

const PART = /^[A-Za-z0-9_][A-Za-z0-9_=.-]*$/
const NAME_MAX = 240

/** True for what a file of a bundle may be called: nothing that means another place on some machine. */
export function isName(name: string): boolean {
  return name.length <= NAME_MAX && name.split('/').every((part) => PART.test(part) && !part.endsWith('.'))
}

/** The order of names: that of their bytes. Names are ASCII. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** More files no bundle has: sixteen plants with late readings every day for a year come to a third of it. */
export const FILES_MAX = 300_000

/** SHA-256 as hexadecimal digits. */
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** `MANIFEST.json`. It may come from anybody. */
export const manifestShape = z.strictObject({
  format: z.enum([FORMAT, REMOVED_FORMAT]),
  report: z.strictObject({ id: z.string().min(1).max(200), version: count.min(1), sha256: hash }),
  ledger: z.strictObject({ entries: count, head: hash }),
  /** As the first entry of the ledger has it. */
  public_key: z.string().min(1).max(1000),
  /** In the order of their names. */
  files: z.array(z.strictObject({ name: z.string().refine(isName), bytes: count, sha256: hash })).max(FILES_MAX),
})

export type BundleManifest = z.output<typeof manifestShape>
export type BundleListedFile = BundleManifest['files'][number]

/** More than this no manifest has, nor any other file that is read as a whole. */
export const SMALL_BYTES_MAX = 64 * 1024 * 1024
/** The detached signature of a zip lies beside it under this name. */
export const SIGNATURE_SUFFIX = '.sig'
