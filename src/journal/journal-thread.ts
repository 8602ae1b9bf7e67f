import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { systemClock } from '../base/clock.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import { Committer, type JournalBatch, type JournalStatus } from './committer.js'
import type { Cursor } from './cursor.js'
import { type Disk, nodeDisk } from './disk.js'
import { DurableMark } from './durable-mark.js'
import type { Committed } from './journal-client.js'
import { JournalFigures } from './journal-figures.js'
import type { JournalLog } from './log.js'
import { newestArrivalMs } from './newest-arrival.js'
import { SegmentLog } from './segment-log.js'
import { Trimmer } from './trimmer.js'

/** The `workerData` that the thread is started with. */
export interface JournalThreadData {
  readonly dir: string
  readonly segmentBytes: number
  readonly maxBytes: number
  /** Shared memory of a `DurableMark`. */
  readonly mark: SharedArrayBuffer
  /** In a cluster: what it works for. */
  readonly partition?: OwnedPartition
  /** Batches come in, what was committed goes out: the other end belongs to a `JournalClient`. */
  readonly intakePort: MessagePort
  /** Gets a 0 when something is durable and a wake-up was asked for. */
  readonly pipelinePort: MessagePort
  /** Address of a module whose export `disk` takes the place of the machine's disk: how fault tests reach in. */
  readonly probe?: string
}

/** Messages of the thread to its parent. */
export type JournalThreadMessage =
  /** `newestMs` is the newest arrival that it holds, epoch ms; 0 without any. */
  | { readonly type: 'ready'; readonly end: Cursor; readonly messages: number; readonly newestMs: number }
  | ({ readonly type: 'status' } & JournalStatus)

/** Messages of the parent to the thread. */
export type JournalThreadCommand =
  /** Commit what is there, and end. */
  | { readonly type: 'close' }
  /** Nobody needs the segments before this one any more. */
  | { readonly type: 'trim'; readonly beforeSegment: number }

async function run(data: JournalThreadData, parent: MessagePort): Promise<void> {
  const { dir, intakePort, pipelinePort, probe } = data
  const disk: Disk = probe === undefined ? nodeDisk : (await import(probe)).disk
  const log = await openLog(data, disk)
  const mark = new DurableMark(data.mark)
  const tell = (message: JournalThreadMessage): void => parent.postMessage(message)
  const figures = new JournalFigures({ disk, dir, log, mark })
  const status = new ThreadStatus((now) => tell({ type: 'status', ...now }))

  const committer = new Committer(log, systemClock, {
    committed(batches) {
      figures.grown()
      const buffers = batches.map((batch) => batch.body.buffer as ArrayBuffer)
      intakePort.postMessage({ ids: batches.map((batch) => batch.id), buffers } satisfies Committed, buffers)
      if (mark.takeWakeRequest()) pipelinePort.postMessage(0)
    },
    status: status.taking,
  })
  const trimmer = new Trimmer(log, systemClock, { dropped: () => figures.dropped(), status: status.trimming })

  function takeWhatIsThere(): void {
    for (let next = receiveMessageOnPort(intakePort); next !== undefined; next = receiveMessageOnPort(intakePort)) {
      committer.add(next.message as JournalBatch)
    }
  }

  intakePort.on('message', (batch: JournalBatch) => {
    committer.add(batch)
    takeWhatIsThere()
    committer.commit()
  })

  parent.on('message', async (command: JournalThreadCommand) => {
    if (command.type === 'trim') {
      trimmer.trim(command.beforeSegment)
      return
    }
    trimmer.close()
    takeWhatIsThere()
    await committer.close()
    await log.close()
    for (const port of [intakePort, pipelinePort, parent]) port.close()
  })

  figures.publish()
  tell({ type: 'ready', end: log.end, messages: log.messages, newestMs: newestArrivalMs(log.takeFound()) })
}

/** Tells what keeps the journal from taking messages; when nothing does, what keeps it from deleting. */
class ThreadStatus {
  #taking: JournalStatus = { ok: true, reason: '' }
  #trimming: JournalStatus = { ok: true, reason: '' }

  constructor(private readonly tell: (now: JournalStatus) => void) {}

  taking = (now: JournalStatus): void => {
    this.#taking = now
    this.#say()
  }

  trimming = (now: JournalStatus): void => {
    this.#trimming = now
    this.#say()
  }

  #say(): void {
    this.tell(this.#taking.ok ? this.#trimming : this.#taking)
  }
}

/** Opens the journal. The modules that speak to NATS are loaded only where there is a cluster. */
async function openLog(data: JournalThreadData, disk: Disk): Promise<JournalLog> {
  const { dir, segmentBytes, maxBytes, partition } = data
  const limits = { segmentBytes, maxBytes }
  if (partition === undefined) return SegmentLog.open(disk, dir, limits)
  const { openStreamLog } = await import('./stream/open.js')
  return openStreamLog(partition, disk, dir, limits)
}

if (parentPort === null) throw new Error('journal-thread runs as a worker thread')
void run(workerData as JournalThreadData, parentPort)
