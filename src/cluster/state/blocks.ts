import { createHash } from 'node:crypto'

/** A block that is stored of a partition, as far as a look over all of them tells. */
export interface StoredBlock {
  /** SHA-256 of its bytes, in hex. */
  readonly hash: string
  /** Since it was stored, or stored again, by the clock of whoever stores it. */
  readonly ageMs: number
  /** Tells the times it was stored apart: a block that was stored again meanwhile is another one for `remove`. */
  readonly handle: string
}

/**
 * Store of the blocks of one partition's files, by their SHA-256, so that every node finds them. What `put` has answered is
 * durable. Methods reject when it cannot be reached, and the caller comes again; nothing is ever half there.
 */
export interface BlockStore {
  /** All there are, in no order. */
  list(): Promise<StoredBlock[]>
  /** Stores a block, also one that is there: it is young again then. */
  put(hash: string, bytes: Uint8Array): Promise<void>
  /** Its bytes, unchecked; null when it is not there. */
  get(hash: string): Promise<Uint8Array | null>
  /** Removes it as it was listed: one that was stored again since stays. */
  remove(block: StoredBlock): Promise<void>
}

/** A block that is wrong or missing, or a list that is: the message names the file and the block, and says what to do. */
export class StateFault extends Error {
  override readonly name = 'StateFault'
  readonly code = 'ESTATE'
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The block with its hash checked. Throws a `StateFault` that says `of` what it is. */
export async function getBlock(store: BlockStore, hash: string, of: string): Promise<Uint8Array> {
  const bytes = await store.get(hash)
  if (bytes === null) throw new StateFault(`${of}: block ${hash} is not in the store; ${REMEDY}`)
  if (hashOf(bytes) !== hash) throw new StateFault(`${of}: block ${hash} in the store is damaged; ${REMEDY}`)
  return bytes
}

const REMEDY = 'bring the store back as it was, or start the node that had the partition last on its own data_dir'

/** Calls `work` for each, so many at once; the first failure lets none begin anew and is thrown. */
export async function eachOf<T>(all: Iterable<T>, atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const rest = all[Symbol.iterator]()
  let failure: { readonly error: unknown } | null = null
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); failure === null && next.done !== true; next = rest.next()) {
      try {
        await work(next.value)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  // Set in a worker, which the compiler does not see.
  const found = failure as { readonly error: unknown } | null
  if (found !== null) throw found.error
}
