import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ChannelDelivery } from '../base/wire/channels.js'
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

/** Replaces a file as a whole. Throws errors of the system. */
export async function writeMemory(path: string, content: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.new`
  // It is nobody else's business who was told of what.
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(content))
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
}

/**
 * A file beside the database and not in it: figures and alarms can be made again, but not who was told of them. It is
 * replaced as a whole, so that a kill leaves the old one or the new one. Not synced to the disk: after a loss of power
 * what was just sent may be sent again, as after a lost answer.
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
