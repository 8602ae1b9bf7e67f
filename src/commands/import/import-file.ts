import { topicOf } from '../../base/topic.js'
import { type HistoryElement, HistoryElements } from './history-elements.js'
import { type HistoryFile, type HistoryRow, ListedRow, UnreadableHistory } from './history-file.js'
import type { HistoryJudge } from './history-judge.js'
import type { ImportSummary, RefusedPlace } from './import-summary.js'
import { type HistoryMapping, mappedColumns } from './mapping.js'

/** Rows whose messages are made together: what is known to be acknowledged moves on by as many. */
const CHUNK_ROWS = 5000
/** The gateway counts messages of the past to let live ones go first, and fifty a second of them are never held. */
const ELEMENTS_MAX = 25
/** Below the 64 KiB up to which the broker takes messages on its fast path. */
const PAYLOAD_CHARS_MAX = 16 * 1024

export interface ImportMessage {
  readonly topic: string
  readonly payload: string
}

/** The messages of some thousand rows that follow each other. */
export interface ImportChunk {
  /** Number of the last of these rows, counted from the first of the file. */
  readonly rows: number
  readonly messages: readonly ImportMessage[]
  readonly share: number
}

/** Parts that one file is read, judged and counted by. */
export interface ImportedFile {
  /** As the person calls it. */
  readonly name: string
  readonly file: HistoryFile
  readonly mapping: HistoryMapping
  readonly judge: HistoryJudge
  readonly summary: ImportSummary
}

/** A file's messages, chunk by chunk; what would be refused goes alone, so that the quarantine has it and nothing else. */
export async function* chunksOf(of: ImportedFile): AsyncGenerator<ImportChunk> {
  const elements = new HistoryElements(of.mapping)
  let chunk = new MessageBatches()
  let rows = 0
  for await (const some of of.file.rows()) {
    if (rows === 0) refuseMissingColumns(of, some)
    if (rows === 0) of.summary.twice = mappedColumns(of.mapping).filter((one) => of.file.twice?.includes(one) === true)
    for (const row of some) {
      takeRow(row, elements, of, chunk)
      rows++
      if (rows % CHUNK_ROWS > 0) continue
      yield { rows, messages: chunk.close(), share: of.file.share() }
      chunk = new MessageBatches()
    }
  }
  yield { rows, messages: chunk.close(), share: 1 }
}

/** A column that a file does not have is a slip in the mapping; files whose rows have columns of their own are not asked. */
function refuseMissingColumns({ name, mapping }: ImportedFile, rows: readonly HistoryRow[]): void {
  const first = rows.find((row) => row instanceof ListedRow)
  if (first === undefined) return
  const missing = mappedColumns(mapping).filter((column) => !first.columns.has(column))
  if (missing.length === 0) return
  const there = [...first.columns.keys()].reverse().map((column) => JSON.stringify(column))
  throw new UnreadableHistory(
    `${name} has no column ${missing.map((column) => JSON.stringify(column)).join(', ')}; it has ${there.join(', ')}`,
  )
}

function takeRow(row: HistoryRow, elements: HistoryElements, of: ImportedFile, chunk: MessageBatches): void {
  const { summary } = of
  const place = `${of.file.placeName} ${row.number}`
  const refuse = (refused: Omit<RefusedPlace, 'file' | 'place'>) => summary.refuse({ file: of.name, place, ...refused })
  const read = elements.read(row)
  summary.rows++
  summary.use(read.used)
  if (read.elements.length + read.faults.length === 0) summary.leftOut++
  for (const detail of read.faults) refuse({ reason: 'unplaced', detail })
  for (const element of read.elements) {
    const { taken, readings, refused, rejections } = of.judge.judge(element)
    summary.take(readings)
    for (const { reason, detail } of rejections) refuse({ reason, detail })
    if (taken !== null) chunk.add(taken)
    if (refused !== null) chunk.addAlone(refused, `${of.name}, ${place}`)
  }
}

/** Elements by topic, in messages of a bounded size. */
class MessageBatches {
  readonly #messages: ImportMessage[] = []
  readonly #open = new Map<string, { texts: string[]; chars: number }>()

  add({ topic, sent }: HistoryElement): void {
    const text = JSON.stringify(sent)
    let batch = this.#open.get(topic)
    if (batch !== undefined && (batch.texts.length >= ELEMENTS_MAX || batch.chars + text.length > PAYLOAD_CHARS_MAX)) {
      this.#put(topic, batch.texts)
      batch = undefined
    }
    if (batch === undefined) {
      batch = { texts: [], chars: 0 }
      this.#open.set(topic, batch)
    }
    batch.texts.push(text)
    batch.chars += text.length
  }

  /** The gateway looks at no other keys: `source` tells whoever looks into the quarantine where it stood. */
  addAlone({ path, class: kind, sent }: HistoryElement, source: string): void {
    this.#messages.push({ topic: topicOf(path, kind), payload: JSON.stringify({ ...sent, source }) })
  }

  close(): readonly ImportMessage[] {
    for (const [topic, { texts }] of this.#open) this.#put(topic, texts)
    this.#open.clear()
    return this.#messages
  }

  #put(topic: string, texts: readonly string[]): void {
    this.#messages.push({ topic, payload: `[${texts.join(',')}]` })
  }
}
