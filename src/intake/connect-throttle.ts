import { originOf } from '../access/places/origin.js'
import { type Bucket, levelOf, pour, putBounded } from './leak.js'

/** Wrong CONNECTs of one client id from one address that are looked at in a row; then one in so many seconds. */
const OF_CLIENT = { most: 10, perSecond: 0.2 }
/** Wrong CONNECTs of all client ids from one address: many devices may stand behind one, and one of them may be set up wrong. */
const OF_ADDRESS = { most: 200, perSecond: 20 }
/** Lines in the log, whoever they are about. */
const LINES = { most: 20, perSecond: 1 }
/** One that goes on being wrong is said again after so long. */
const SAID_AGAIN_MS = 60_000
/** Number of client ids, and of addresses, that are remembered; beyond, the one that is remembered longest is forgiven. */
const REMEMBERED_MAX = 10_000

type Attempts = Bucket & { saidMs: number }

/**
 * Refuses for a while, without a look, whoever shows wrong secrets again and again. Tokens cannot be guessed: this is about
 * the log and the processor. Nothing is held against a client id as such: its owner at another address is let in at once,
 * whatever others try in its name.
 */
export class ConnectThrottle {
  readonly #clients = new Map<string, Attempts>()
  readonly #addresses = new Map<string, Bucket>()
  readonly #lines: Bucket = { level: 0, atMs: 0 }

  /** @param nowMs a clock that only goes forward */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  isOver(address: string | undefined, clientId: string): boolean {
    const nowMs = this.nowMs()
    const network = originOf(address).host
    const [client, others] = [this.#clients.get(`${network} ${clientId}`), this.#addresses.get(network)]
    return (
      (client !== undefined && levelOf(client, OF_CLIENT.perSecond, nowMs) > OF_CLIENT.most - 1) ||
      (others !== undefined && levelOf(others, OF_ADDRESS.perSecond, nowMs) > OF_ADDRESS.most - 1)
    )
  }

  /** @returns whether the log is to say it */
  failed(address: string | undefined, clientId: string): boolean {
    const nowMs = this.nowMs()
    const network = originOf(address).host
    const key = `${network} ${clientId}`
    const client = this.#clients.get(key) ?? { level: 0, atMs: nowMs, saidMs: Number.NEGATIVE_INFINITY }
    const others = this.#addresses.get(network) ?? { level: 0, atMs: nowMs }
    pour(client, 1, OF_CLIENT.perSecond, nowMs)
    pour(others, 1, OF_ADDRESS.perSecond, nowMs)
    putBounded(this.#clients, key, client, REMEMBERED_MAX)
    putBounded(this.#addresses, network, others, REMEMBERED_MAX)
    const isNews = nowMs - client.saidMs >= SAID_AGAIN_MS
    if (!isNews || levelOf(this.#lines, LINES.perSecond, nowMs) > LINES.most - 1) return false
    pour(this.#lines, 1, LINES.perSecond, nowMs)
    client.saidMs = nowMs
    return true
  }

  /** It has proven itself: what was wrong before was a slip. */
  succeeded(address: string | undefined, clientId: string): void {
    this.#clients.delete(`${originOf(address).host} ${clientId}`)
  }
}
