import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { type Cursor, positionOf, START } from '../../src/journal/cursor.js'
import { nodeDisk } from '../../src/journal/disk.js'
import type { AppendAttempt, JournalLog } from '../../src/journal/log.js'
import { JournalReader } from '../../src/journal/reader.js'
import type { SegmentLogOptions } from '../../src/journal/segment-log.js'
import { JournalStream } from '../../src/journal/stream/journal-stream.js'
import { patiently } from '../../src/journal/stream/open.js'
import { StreamLog } from '../../src/journal/stream/stream-log.js'
import { connectNats } from '../../src/nats/connect.js'

/** Attempt of a test that has all the time there is: nobody tells it to stop. */
export const PATIENT: AppendAttempt = { refused: () => {}, signal: new AbortController().signal }

export const LIMITS: SegmentLogOptions = { segmentBytes: 64 * 1024, maxBytes: 1e9 }

/** A directory of a machine, not there yet; gone when the test is over. */
export function newDir(): string {
  const parent = mkdtempSync(join(tmpdir(), 'greengauge-journal-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  return join(parent, 'journal')
}

/** Appends one message a text, as one group. */
export function append(log: JournalLog, ...texts: string[]): readonly Cursor[] | Promise<void> {
  return log.append(
    texts.map((text) => Buffer.from(text)),
    texts.map(() => 1),
    PATIENT,
  )
}

/** All records from a place on, as texts, with what the reader says of them. */
export function readAll(dir: string, end: Cursor, from: Cursor = START) {
  const reader = new JournalReader(nodeDisk, dir, from)
  const texts: string[] = []
  const positions: number[] = []
  for (;;) {
    const records = reader.read(positionOf(end), 1e6)
    if (records.length === 0) break
    texts.push(...records.map((record) => Buffer.from(record.body).toString()))
    positions.push(...records.map((record) => record.position))
  }
  const { damage, messagesThrough, cursor } = reader
  reader.close()
  return { texts, positions, damage, messages: messagesThrough, cursor }
}

/** Contents of the segment files, by name. */
export function filesOf(dir: string): Record<string, string> {
  return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name)).toString('latin1')]))
}

/** Journal of a partition at the servers in the hands of a test, with a connection of its own. */
export interface StreamOwner {
  readonly connection: NatsConnection
  readonly manager: JetStreamManager
  readonly stream: JournalStream
  readonly log: StreamLog
}

export interface StreamOwnerOptions {
  readonly urls: readonly string[]
  readonly partition: number
  readonly epoch: number
  readonly dir: string
  readonly limits?: SegmentLogOptions
  readonly replicas?: number
  /** The client in place of the real one. */
  wrap?(client: JetStreamClient): JetStreamClient
}

/** The journal of a partition as its owner has it. */
export async function ownStream(options: StreamOwnerOptions): Promise<StreamOwner> {
  const { urls, partition, epoch, dir, limits = LIMITS, replicas = 1, wrap = (client) => client } = options
  const connection = await connectNats({ servers: [...urls] }, 'journal', `owner ${epoch}`)
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const stream = new JournalStream({ connection, client: wrap(jetstream(connection)), manager, partition })
  const closed = () => connection.close()
  try {
    // Servers that have just found each other, or lost one, do not place a stream yet: as patient as a gateway is.
    const log = await patiently(async () => {
      await stream.ensure(replicas)
      return StreamLog.open({ stream, partition, epoch, disk: nodeDisk, dir, limits, clock: systemClock, closed })
    })
    return { connection, manager, stream, log }
  } catch (error) {
    await connection.close()
    throw error
  }
}
