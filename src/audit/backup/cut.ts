import { join } from 'node:path'
import {
  EMPTY,
  filesOfManifest,
  MANIFEST_NAME,
  manifestOf,
  type RecordManifest,
} from '../../archive/record/manifest.js'
import type { Clock } from '../../base/clock.js'
import { nodeDisk } from '../../journal/disk.js'
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from '../../journal/segment.js'
import { parseHead } from '../ledger/check-chain.js'
import { HEAD_FILE, LEDGER_FILE } from '../ledger/entry.js'
import { HeldFiles, namesBelow } from './held.js'
import type { BackupManifest } from './manifest.js'

/** So often a moment is looked for in which archive, ledger and journal belong together; each look takes a fraction of a second. */
const TURNS_MAX = 100
const PAUSE_MS = 100
/** An entry of the ledger and its head are written within milliseconds: after so many turns a kill has come between them. */
const WRITING_TURNS_MAX = 20
/** Holds the end of an entry of the ledger: its hash, number, and what follows. */
const ENTRY_END_BYTES = 512

/** Files of a data directory that no backup needs: those that are made again, and those that belong to a running process. */
const LEFT_OUT = [
  // A cache: it is made again from archive and journal.
  /^archive\.duckdb/,
  // The lock is the kernel's, and ends when this process closes a descriptor of its file.
  /^gateway\.(lock|sock)/,
  // Set aside as damaged by a start.
  /^[^/]+\.(broken|torn)-\d+/,
  // A restored sign-in would outlive its signing out; token and address are made by each start.
  /^access\/(sessions\.json|local-token|address\.json)$/,
  // A cache: it is learnt again from the log beside it.
  /^forecasts\/.*\.cache$/,
  // A copy of lists that are in it themselves, for a start that cannot read those.
  /^last-lists\.json$/,
  // Being written at this moment, or left by a kill: nobody reads them.
  /\.(unfinished|new)(\/|$)/,
  /^lost\+found(\/|$)/,
]

/** A data directory as it was at one moment. */
export interface BackupSnapshot extends Pick<BackupManifest, 'journal' | 'archive' | 'ledger'> {
  readonly held: HeldFiles
}

/**
 * Holds all files of a data directory that belong into a backup, so that they fit together as after a kill at that moment;
 * a gateway may work on it meanwhile. What was acknowledged before the call is in them.
 *
 * - Files of the archive never change: they are those that the manifest names.
 * - The journal goes on behind the place of the manifest: its segments are held before the manifest is read and once more at the
 *   end, so that none is missed that was trimmed or begun in between.
 * - The ledger is as it was while the manifest stood: newer, it would seal files that are not there; older, it would not have said
 *   what was let go of.
 * - Reports come after the ledger, quarantine and memories after the manifest: those may be ahead, and are never behind.
 *
 * Throws when no such moment is found, which means that something other than a gateway is at work on the files.
 */
export async function holdCut(dataDir: string, clock: Clock): Promise<BackupSnapshot> {
  const held = new HeldFiles(dataDir)
  try {
    for (let turn = 1; turn <= TURNS_MAX; turn++) {
      const cut = tryCut(held, turn > WRITING_TURNS_MAX)
      if (cut !== null) return cut
      await clock.sleep(PAUSE_MS)
    }
  } catch (error) {
    held.close()
    throw error
  }
  held.close()
  throw new Error(`the files of ${dataDir} change faster than they can be held: stop what else works on them`)
}

function tryCut(held: HeldFiles, isKilled: boolean): BackupSnapshot | null {
  holdSegments(held)
  const manifest = holdArchive(held)
  if (manifest === null) return null
  const ledger = holdLedger(held)
  if (ledger === 'moving' && !isKilled) return null
  if (!held.isCurrent(`archive/${MANIFEST_NAME}`)) return null
  if (!holdOthers(held)) return null
  holdSegments(held)
  const journal = endOfJournal(held)
  if (journal === 'gap') return null
  const { segment, offset } = manifest.cursor
  return { held, journal, archive: { segment, offset }, ledger: ledger === 'moving' ? null : ledger }
}

/** All segments there are, as far as they are written; those that were held stay, also when they are trimmed meanwhile. */
function holdSegments(held: HeldFiles): void {
  for (const name of namesBelow(join(held.dir, 'journal'))) {
    if (/^\d{8}\.journal$/.test(name)) held.hold(`journal/${name}`)
  }
}

/** null when files went while they were being held. */
function holdArchive(held: HeldFiles): RecordManifest | null {
  const name = `archive/${MANIFEST_NAME}`
  const manifest = held.hold(name) ? manifestOf(held.content(name)!.toString('utf8'), join(held.dir, name)) : EMPTY
  const named = new Set([name, ...filesOfManifest(manifest).map((file) => `archive/${file.name}`)])
  for (const [old] of held.entries()) if (old.startsWith('archive/') && !named.has(old)) held.drop(old)
  let isComplete = true
  for (const file of named) if (held.find(file) === undefined) isComplete = held.hold(file) && isComplete
  if (isComplete || manifest === EMPTY) return manifest
  // Without a change of the manifest they are lost: what is left is worth a backup all the same.
  return held.isCurrent(name) ? manifest : null
}

/** The newest entry that the head names, null without a ledger; 'moving' when an entry is being written. */
function holdLedger(held: HeldFiles): BackupManifest['ledger'] | 'moving' {
  const [head, lines] = [`ledger/${HEAD_FILE}`, `ledger/${LEDGER_FILE}`]
  const isBegun = held.hold(head)
  const hasLines = held.hold(lines)
  if (!held.isCurrent(head)) return 'moving'
  if (!isBegun) return hasLines ? 'moving' : null
  const newest = parseHead(held.content(head)!)
  if (newest === null) return 'moving'
  const { number, hash } = newest
  const isAtEnd = held.tail(lines, ENTRY_END_BYTES).includes(`"hash":"${hash}","number":${number},`)
  return isAtEnd ? { number, hash } : 'moving'
}

/** Everything else; false when folders changed while they were walked. */
function holdOthers(held: HeldFiles): boolean {
  const isOther = (name: string) => !/^(journal|archive)(\/|$)/.test(name) && !LEFT_OUT.some((rule) => rule.test(name))
  const isWanted = (name: string) => isOther(name) && name !== `ledger/${HEAD_FILE}` && name !== `ledger/${LEDGER_FILE}`
  const names = namesBelow(held.dir, isWanted)
  const found = new Set(names)
  for (const [old] of held.entries()) if (isWanted(old) && !found.has(old)) held.drop(old)
  for (const name of names) if (!held.hold(name)) return false
  const again = namesBelow(held.dir, isWanted)
  return again.join('\n') === names.join('\n') && again.every((name) => held.isCurrent(name))
}

/** Behind the last segment, null without one; 'gap' when one is missing that went while the others were being held. */
function endOfJournal(held: HeldFiles): BackupManifest['journal'] | 'gap' {
  let last: { readonly segment: number; readonly offset: number } | null = null
  for (const [name, { bytes }] of held.entries()) {
    const [, digits] = /^journal\/(\d{8})\.journal$/.exec(name) ?? []
    if (digits === undefined) continue
    const segment = Number(digits)
    const before = headerOf(held, name, segment)?.previous
    if (last !== null && before !== undefined && before.segment !== last.segment) return 'gap'
    if (last !== null && before !== undefined && before.offset > last.offset) return 'gap'
    last = { segment, offset: bytes }
  }
  return last
}

function headerOf(held: HeldFiles, name: string, segment: number): SegmentHeader | null {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  return decodeSegmentHeader(bytes.subarray(0, nodeDisk.read(held.find(name)!.fd, bytes, 0)), segment, name)
}
