import { type Bucket, levelOf, pour, putBounded } from './leak.js'

/** CONNECTs of one client in a row, and how many a second in the long run: a device that tries again each second may do so for ever. */
const OF_CLIENT = { most: 60, perSecond: 1 }
/** Number of clients that are remembered; beyond, the one that came first is forgotten. */
const REMEMBERED_MAX = 20_000

/**
 * Bounds how often a client connects. Each time costs two records of the journal and the work of a hundred messages; two devices
 * with one client id throw each other out for ever, as fast as they can dial.
 */
export class Reconnects {
  readonly #clients = new Map<string, Bucket>()

  /** @param nowMs a clock that only goes forward */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Counts one; false when it comes too often. `key` is what only the client itself can use up. */
  mayCome(key: string): boolean {
    const nowMs = this.nowMs()
    const bucket = this.#clients.get(key) ?? { level: 0, atMs: nowMs }
    if (levelOf(bucket, OF_CLIENT.perSecond, nowMs) > OF_CLIENT.most - 1) return false
    pour(bucket, 1, OF_CLIENT.perSecond, nowMs)
    putBounded(this.#clients, key, bucket, REMEMBERED_MAX)
    return true
  }
}
