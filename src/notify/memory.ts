import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { ChannelDelivery } from '../base/wire/channels.js'
import { nodeDisk } from '../journal/disk.js'
import { writeDurably } from '../program/durable-file.js'
import { EMPTY_QUEUE, type QueueMemory } from './queue.js'

/** State of one channel that its file keeps. */
export interface ChannelMemory {
  readonly queue: QueueMemory
  /** Newest first. */
  readonly recent: readonly ChannelDelivery[]
  /** Epoch ms; null when nothing was sent yet. */
  readonly lastSentMs: number | null
}

export const EMPTY_CHANNEL_MEMORY: ChannelMemory = { queue: EMPTY_QUEUE, recent: [], lastSentMs: null }

/** Content of a file, over what is kept without one; `empty` when there is none yet. Throws when it cannot be read. */
export async function readMemory<T extends object>(path: string, empty: T): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty
    throw error
  }
  return { ...empty, ...(JSON.parse(text) as Partial<T>) }
}

/** Replaces a file as a whole, and syncs it: after a loss of power it is the old one or the new one. Throws errors of the system. */
export async function writeMemory(path: string, content: object): Promise<void> {
  nodeDisk.makeDirectory(dirname(path))
  // It is nobody else's business who was told of what.
  await writeDurably(dirname(path), basename(path), JSON.stringify(content), { mode: 0o600 })
}

/**
 * A file beside the database and not in it: figures and alarms can be made again, but not who was told of them. It is
 * replaced as a whole and synced: what waits to be sent is not lost with the power either.
 */
export class ChannelMemoryFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Empty when there is none yet. Throws when it cannot be read. */
  read(): Promise<ChannelMemory> {
    return readMemory(this.path, EMPTY_CHANNEL_MEMORY)
  }

  write(memory: ChannelMemory): Promise<void> {
    return writeMemory(this.path, memory)
  }
}
