import { fstatSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { HeldFile, HeldFiles } from '../../audit/backup/held.js'
import { nodeDisk } from '../../journal/disk.js'
import { type BlockStore, eachOf, hashOf } from './blocks.js'
import { blockBytesOf, encodeFileList, type StateFile } from './file-list.js'

/** Blocks on their way at once: what the network takes, and 2 MiB of memory. */
const AT_ONCE = 4

/** File of the data directory that no other node needs: it says who the directory belongs to. */
export const OWNER_FILE = 'cluster.json'

export interface UploadedFiles {
  readonly files: readonly StateFile[]
  /** Hashes of the blocks that the list itself consists of. */
  readonly list: readonly string[]
  /** Sum of the bytes of all files. */
  readonly bytes: number
}

/** Brings the blocks of held files to the store, those that are not there. */
export class BlockUploader {
  readonly #store: BlockStore
  /** Throws when nothing may be sent. */
  readonly #mayGoOn: () => void
  /** Blocks of files that have not changed since, by name; what tells a change is the text. */
  readonly #read = new Map<string, { readonly mark: string; readonly file: StateFile }>()
  blocksSent = 0
  bytesSent = 0

  constructor(store: BlockStore, mayGoOn: () => void) {
    this.#store = store
    this.#mayGoOn = mayGoOn
  }

  /**
   * `stored` says of which blocks it is certain that they are there and stay; what is sent is added. Rejects when the store
   * does not answer: what was sent is stored all the same.
   */
  async send(held: HeldFiles, stored: Set<string>): Promise<UploadedFiles> {
    const files: StateFile[] = []
    for (const [name, file] of held.entries()) {
      if (name.startsWith('journal/') || name === OWNER_FILE) continue
      files.push(await this.#sendFile(name, file, stored))
    }
    const list: string[] = []
    for (const bytes of await encodeFileList(files)) {
      const hash = hashOf(bytes)
      await this.#put(hash, bytes, stored)
      list.push(hash)
    }
    const names = new Set(files.map(({ path }) => path))
    for (const name of this.#read.keys()) if (!names.has(name)) this.#read.delete(name)
    return { files, list, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  async #sendFile(path: string, { fd, inode, bytes, mode }: HeldFile, stored: Set<string>): Promise<StateFile> {
    const mark = `${inode} ${bytes} ${fstatSync(fd, { bigint: true }).mtimeNs}`
    const before = this.#read.get(path)
    if (before?.mark === mark && before.file.blocks.every((hash) => stored.has(hash))) return { ...before.file, mode }
    const blockBytes = blockBytesOf(path)
    const blocks = new Array<string>(Math.ceil(bytes / blockBytes))
    await eachOf(blocks.keys(), AT_ONCE, async (index) => {
      const at = index * blockBytes
      const block = Buffer.allocUnsafe(Math.min(blockBytes, bytes - at))
      if (nodeDisk.read(fd, block, at) < block.length) throw new Error(`${path} became shorter while it was sent`)
      const hash = hashOf(block)
      blocks[index] = hash
      await this.#put(hash, block, stored)
    })
    const file = { path, bytes, mode, block_bytes: blockBytes, blocks }
    this.#read.set(path, { mark, file })
    return file
  }

  async #put(hash: string, bytes: Uint8Array, stored: Set<string>): Promise<void> {
    // Whoever is asked about the lease meanwhile gets its turn.
    await setImmediate()
    if (stored.has(hash)) return
    this.#mayGoOn()
    await this.#store.put(hash, bytes)
    stored.add(hash)
    this.blocksSent++
    this.bytesSent += bytes.length
  }
}
