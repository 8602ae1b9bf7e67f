import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { systemClock } from '../../base/clock.js'
import type { LoadedConfig } from '../../config/config.js'
import { HistoryJudge } from './history-judge.js'
import { chunksOf, type ImportedFile } from './import-file.js'
import type { ImportProgress, ImportRecord } from './import-progress.js'
import type { ImportSender } from './import-sender.js'
import { ImportSummary } from './import-summary.js'
import type { HistoryMapping } from './mapping.js'
import { isInfluxAddress, openHistory, sizeOfHistory } from './open-history.js'

/** Progress is noted so often at most: each time costs two syncs of the disk, in which nothing is read. */
const NOTE_ROWS = 10_000
const NOTE_MS = 1000

export interface ImportOptions {
  readonly mapping: HistoryMapping
  readonly mappingFile: string
  /** Sheet that the command names; '' for none. */
  readonly sheet: string
  readonly loaded: LoadedConfig
  readonly signal: AbortSignal
  /** Sends files whole that were imported before. */
  readonly isAgain: boolean
  /** Refused places of all files beyond which nothing more is sent. */
  readonly refusedMax: number
  tell(line: string): void
  show(line: string): void
}

/** A gateway that files are sent to, and the memory of how far they came. */
export interface ImportWay {
  readonly sender: ImportSender
  readonly progress: ImportProgress
  /** Names the gateway in the progress. */
  readonly to: string
}

/** Result of one file. */
export interface FileResult {
  readonly name: string
  readonly sha256: string
  readonly summary: ImportSummary
  readonly state: 'looked_at' | 'imported' | 'imported_before' | 'interrupted' | 'stopped'
}

/** More of a file is refused than a person would let pass; what was sent before is in. */
export const STOPPED_BY_REFUSALS = 'stopped'

/** Looks at files, or sends them where there is a way; one after the other. */
export async function importFiles(
  files: readonly string[],
  options: ImportOptions,
  way: ImportWay | null,
): Promise<readonly FileResult[]> {
  const judge = new HistoryJudge(options.loaded)
  // Without a sheet as it always was, so that imports of before are known.
  const mappingHash = createHash('sha256').update(readFileSync(options.mappingFile))
  const mappingSha256 = (options.sheet === '' ? mappingHash : mappingHash.update(`\n${options.sheet}`)).digest('hex')
  const results: FileResult[] = []
  // A misspelled name is told before the first file is sent.
  for (const name of files) if (!isInfluxAddress(name)) sizeOfHistory(name)
  for (const name of files) {
    const { mapping } = options
    const sha256 = isInfluxAddress(name) ? createHash('sha256').update(name).digest('hex') : await sha256Of(name)
    const summary = new ImportSummary()
    const of = { name: basename(name), file: await openHistory(name, mapping), mapping, judge, summary }
    const record = { file_sha256: sha256, mapping_sha256: mappingSha256, to: way?.to ?? '', name, rows: 0, done: false }
    const state = way === null ? await lookAt(of, options) : await sendFile(of, record, options, way)
    results.push({ name, sha256, summary, state })
    if (state === 'interrupted' || state === 'stopped') break
  }
  return results
}

async function lookAt(of: ImportedFile, { signal, show }: ImportOptions): Promise<FileResult['state']> {
  for await (const { share } of chunksOf(of)) {
    show(`${of.name}: ${percent(share)} looked at, ${of.summary.rows} rows`)
    if (signal.aborted) return 'interrupted'
  }
  return 'looked_at'
}

async function sendFile(
  of: ImportedFile,
  started: ImportRecord,
  { signal, isAgain, refusedMax, tell, show }: ImportOptions,
  { sender, progress }: ImportWay,
): Promise<FileResult['state']> {
  const before = isAgain ? undefined : progress.of(started)
  if (before?.done === true) {
    tell(`${of.name} was imported before, all ${before.rows} rows of it; --again sends it once more`)
    return 'imported_before'
  }
  if (before !== undefined && before.rows > 0) tell(`${of.name} goes on behind row ${before.rows}`)
  const acknowledged = new AcknowledgedRows(before?.rows ?? 0)
  let notedRows = before?.rows ?? 0
  let notedMs = -Infinity
  const note = (done: boolean) => {
    notedRows = acknowledged.rows
    notedMs = systemClock.nowMs()
    progress.note({ ...started, rows: notedRows, done })
  }
  const refusedBefore = of.summary.refused
  let state: FileResult['state'] = 'imported'
  try {
    for await (const { rows, messages, share } of chunksOf(of)) {
      if (of.summary.refused - refusedBefore > refusedMax) {
        state = STOPPED_BY_REFUSALS
        break
      }
      if (rows <= (before?.rows ?? 0)) continue
      const onAcknowledged = acknowledged.add(rows, messages.length)
      for (const { topic, payload } of messages) {
        if (!(await sender.send(topic, payload, signal, onAcknowledged))) state = 'interrupted'
        if (state === 'interrupted') break
      }
      if (state === 'interrupted') break
      const isLongAgo = Math.abs(systemClock.nowMs() - notedMs) >= NOTE_MS
      if (isLongAgo && acknowledged.rows - notedRows >= NOTE_ROWS) note(false)
      show(`${of.name}: ${percent(share)} sent, ${acknowledged.rows} rows acknowledged`)
    }
    if (!(await sender.drained(signal)) && state === 'imported') state = 'interrupted'
  } finally {
    note(state === 'imported' && acknowledged.isWhole)
  }
  return state
}

/** Rows from the first on of whose messages all are acknowledged. */
class AcknowledgedRows {
  rows: number
  #chunks: { readonly rows: number; left: number }[] = []

  constructor(rows: number) {
    this.rows = rows
  }

  get isWhole(): boolean {
    return this.#chunks.length === 0
  }

  /** Adds the messages that rows up to `rows` have become; the answer is to be called for each that is acknowledged. */
  add(rows: number, messages: number): () => void {
    const chunk = { rows, left: messages }
    this.#chunks.push(chunk)
    this.#moveOn()
    return () => {
      chunk.left--
      this.#moveOn()
    }
  }

  #moveOn(): void {
    while (this.#chunks[0]?.left === 0) this.rows = this.#chunks.shift()!.rows
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`
}
