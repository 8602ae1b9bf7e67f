import type { ArchiveBatch } from '../../../src/archive/batch.js'
import { type Cursor, journalPlaceOf, positionOf, START } from '../../../src/journal/cursor.js'
import type { DurableMark } from '../../../src/journal/durable-mark.js'
import { encodeEntries, type JournalEntry } from '../../../src/journal/entries.js'
import { Configs } from '../../../src/pipeline/configs.js'
import { DeviceConnections } from '../../../src/pipeline/device-connections.js'
import { type MessageAccounting, newAccounting } from '../../../src/pipeline/message-accounting.js'
import { Pipeline, type PipelineDeps } from '../../../src/pipeline/pipeline.js'
import { PipelineProgress } from '../../../src/pipeline/progress.js'
import type { Bench } from '../../support/engine.js'
import { version } from './config-of.js'

export const AT = Date.parse('2026-11-24T08:00:00Z')
/** Pieces that make a stretch; here each holds one record. */
export const PIECES = 32
export const NOTHING = { final: [], provisional: [], dropped: [] }

export function message(i: number): JournalEntry {
  return {
    kind: 'message',
    ingress: 'mqtt',
    topic: 'plants/p/l/m1/energy',
    payload: Buffer.from(JSON.stringify({ ts: AT + i * 1000, metrics: { elec_import_kwh: i } })),
    qos: 1,
    retain: false,
    arrivedAt: AT + i * 1000,
    client: 'c',
    fullSizeBytes: null,
  }
}

export const messages = (count: number): JournalEntry[] => Array.from({ length: count }, (_, i) => message(i))

/** State of the pipeline when a commit has begun and everything that may go on beside it has had its turn. */
export interface Seen {
  /** Number of readings in the commit. */
  readonly readings: number
  readonly from: number
  readonly readTo: number
  readonly pending: number
  readonly open: number
}

/** A pipeline on a journal of one entry a record, with the real archive; its clock stands unless a test moves it. */
export async function startOn(
  bench: Bench,
  entries: readonly (JournalEntry | readonly JournalEntry[])[],
  onCommit: (
    batch: ArchiveBatch,
    commit: () => ReturnType<Bench['archive']['commit']>,
  ) => ReturnType<Bench['archive']['commit']> = (_, commit) => commit(),
  engine: Partial<PipelineDeps['engine']> = {},
  durable: () => number = () => entries.length,
) {
  const saved = await bench.archive.progress<MessageAccounting>('journal')
  const accounting = saved === null ? newAccounting() : structuredClone(saved)
  let next = positionOf(accounting.cursor) - positionOf(START)
  const reader = {
    get cursor(): Cursor {
      return { ...START, ...journalPlaceOf(positionOf(START) + next) }
    },
    read() {
      const entry = next < durable() ? entries[next] : undefined
      if (entry === undefined) return []
      return [{ position: positionOf(START) + next++, body: encodeEntries([entry].flat()) }]
    },
  }
  const clock = { ms: AT, nowMs: () => clock.ms, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) }
  const seen: Seen[] = []
  const kept: number[] = []
  const commit: PipelineDeps['archive']['commit'] = (batch) =>
    onCommit(batch, async () => {
      const from = next
      const readings = batch.readings.length
      const done = bench.archive.commit(batch)
      // The stretch read ahead is decoded piece by piece, with a turn for others between them: by then it has been read.
      for (let piece = 0; piece < PIECES; piece++) await new Promise((resolve) => setImmediate(resolve))
      seen.push({ from, readTo: next, readings, pending: pipeline.pendingReadings, open: openIn(accounting) })
      return done
    })
  const mark = {
    read: () => ({ position: positionOf(START) + durable() }) as ReturnType<DurableMark['read']>,
    requestWake: () => undefined,
    noteTaken: () => undefined,
    noteCollecting: () => undefined,
    noteFoldingLate: () => undefined,
  }
  const deps = {
    clock,
    mark,
    reader,
    quarantine: {
      keep: (rejected: readonly unknown[]) => void kept.push(rejected.length),
      find: () => ({ entry: Buffer.from(encodeEntries([message(99)])).toString('base64'), isWhole: true }),
      release: () => undefined,
    },
    archive: { commit },
    senders: bench.senders,
    engine: {
      ingest: () => 0,
      cycle: async () => NOTHING,
      configured: () => undefined,
      isFreshPending: false,
      lateWork: null,
      redo: { isPending: false },
      nowMs: AT,
      ...engine,
    },
    publisher: { publish: async () => undefined },
    connections: new DeviceConnections(bench.senders, undefined),
    configs: new Configs([], version(0, [])),
    alarms: { configured: () => undefined, take: () => undefined },
    actions: { arrived: () => undefined },
    watch: { at: () => [], resumed: () => [] },
    demandWatch: { at: () => [] },
    attestationWatch: { at: () => [] },
    accounting,
    progress: new PipelineProgress({ accounting, mark, engine: { isLatePending: false }, clock }),
    decoderStates: [],
    upkeep: { step: async () => undefined, hold: () => undefined },
    notify: () => undefined,
    flowed: () => undefined,
    archived: () => undefined,
    forget: async () => false,
  }
  const pipeline = new Pipeline(deps as unknown as PipelineDeps)
  const stopping = new AbortController()
  // Whoever starts it has it in hand before its first commit.
  const begun = new Promise((resolve) => setImmediate(resolve))
  const isRead = () => next >= entries.length && pipeline.pendingReadings === 0
  return {
    pipeline,
    accounting,
    clock,
    seen,
    kept,
    stopping,
    isRead,
    run: begun.then(() => pipeline.run(stopping.signal)),
  }
}

export type StartedPipeline = Awaited<ReturnType<typeof startOn>>

/** Readings that have been decoded, and of which nobody has said yet what became of them. */
export function openIn({
  readingsDecoded,
  readingsArchived,
  readingsDuplicate,
  readingsConflict,
}: MessageAccounting): number {
  return readingsDecoded - readingsArchived - readingsDuplicate - readingsConflict
}

export async function toTheEnd({ isRead, stopping, run }: StartedPipeline): Promise<void> {
  while (!isRead()) await new Promise((resolve) => setImmediate(resolve))
  stopping.abort()
  await run
}
