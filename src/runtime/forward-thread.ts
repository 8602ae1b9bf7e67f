import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { ForwardStatus } from '../base/forward-status.js'
import { Forwarder } from '../forward/forwarder.js'
import type { ForwardOptions } from '../forward/options.js'
import { plantRule } from '../forward/plant-of.js'
import { ForwardPosition, positionPath } from '../forward/position.js'
import { positionOf, START } from '../journal/cursor.js'
import { nodeDisk } from '../journal/disk.js'
import { DurableMark } from '../journal/durable-mark.js'
import { JournalReader } from '../journal/reader.js'
import { openLog } from '../program/log.js'
import type { LogOptions } from '../program/log-options.js'
import { threadClock } from '../program/thread-clock.js'

/** The forwarding thread: from the journal to a centre. Started with this as workerData, where there is a centre. */
export interface ForwardThreadData {
  readonly dataDir: string
  readonly options: ForwardOptions
  /** Ids of those configured. */
  readonly plants: readonly string[]
  /** Memory of a `DurableMark`. */
  readonly mark: SharedArrayBuffer
  readonly log: LogOptions
}

export type ToForwardThread = { readonly type: 'close' } | { readonly type: 'log'; readonly level: string }
export type FromForwardThread =
  /** At the start, and when something of it has changed. */
  { readonly type: 'forward'; readonly status: ForwardStatus } | { readonly type: 'closed' }

const STATUS_MS = 500

async function run(data: ForwardThreadData): Promise<void> {
  const parent = parentPort!
  const answer = (message: FromForwardThread): void => parent.postMessage(message)
  const log = openLog('forward', data.log)
  const stopping = new AbortController()
  parent.on('message', (message: ToForwardThread) => {
    if (message.type === 'log') log.level = message.level
    else stopping.abort()
  })
  const place = new ForwardPosition(nodeDisk, positionPath(data.dataDir))
  const problem = place.keep(place.cursor)
  if (problem !== '') log.warn(`the name of this edge and its place in the journal cannot be saved: ${problem}`)
  const journalDir = join(data.dataDir, 'journal')
  const mark = new DurableMark(data.mark)
  let reader = new JournalReader(nodeDisk, journalDir, place.cursor)
  const isBeyond = positionOf(place.cursor) > mark.read().position
  if (reader.damage !== null || isBeyond) {
    const why = reader.damage ?? 'the place up to which it was forwarded lies behind the end of the journal'
    log.warn(`${why}; all that the journal holds is forwarded again`)
    place.reset()
    reader.close()
    reader = new JournalReader(nodeDisk, journalDir, START)
  }
  const forwarder = new Forwarder({
    clock: threadClock(),
    mark,
    reader,
    place,
    options: data.options,
    plantOf: plantRule(data.plants, data.options.plant),
    log: (level, text) => log[level](text),
  })
  let told = ''
  const tell = (): void => {
    const { status } = forwarder
    const now = JSON.stringify(status)
    if (now !== told) answer({ type: 'forward', status })
    told = now
  }
  tell()
  const telling = setInterval(tell, STATUS_MS)
  await forwarder.run(stopping.signal)
  clearInterval(telling)
  reader.close()
  answer({ type: 'closed' })
  parent.close()
}

if (parentPort === null) throw new Error('forward-thread runs as a worker thread')
void run(workerData as ForwardThreadData)
