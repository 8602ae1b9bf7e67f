import { WebSocket } from 'ws'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { FEED_SUBPROTOCOL } from '../../../src/base/wire.js'

/**
 * A process of its own: opens so many dashboards, of which the first never read again once they have subscribed. Arguments:
 * port, how many, how many of them do not read, what those ask for that do, and those that do not. Says `open` when all
 * are, and answers `count` with a `FeedReport`.
 */
export interface FeedReport {
  /** Different final points that each reading client has got: the fewest and the most. */
  readonly finalsMin: number
  readonly finalsMax: number
  /** Clients that the gateway has closed though they read. Those that do not read do not notice. */
  readonly readingClosed: number
}

interface Client {
  readonly isFrozen: boolean
  readonly finals: Set<string>
  isClosed: boolean
}

const [port, count, frozen, subscription, frozenSubscription] = process.argv.slice(2)
/** Fewer at once than a listener lets wait. */
const AT_ONCE = 50
const clients: Client[] = []

function open(isFrozen: boolean): Promise<void> {
  const client: Client = { isFrozen, finals: new Set(), isClosed: false }
  clients.push(client)
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/v1`, FEED_SUBPROTOCOL)
    socket.on('open', () => socket.send(isFrozen ? frozenSubscription! : subscription!))
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; points?: readonly KpiPoint[] }
      for (const point of message.points ?? []) {
        if (!point.provisional) client.finals.add(`${point.kpi} ${point.window} ${point.id} ${point.start}`)
      }
      if (message.type !== 'snapshot') return
      resolve()
      if (isFrozen) socket.pause()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      client.isClosed = true
    })
  })
}

for (let opened = 0; opened < Number(count); opened += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, Number(count) - opened) }, (_, i) => opened + i)
  await Promise.all(some.map((n) => open(n < Number(frozen))))
}
process.on('message', () => {
  const reading = clients.filter(({ isFrozen }) => !isFrozen)
  const sizes = reading.map(({ finals }) => finals.size)
  const report: FeedReport = {
    finalsMin: Math.min(...sizes),
    finalsMax: Math.max(...sizes),
    readingClosed: reading.filter(({ isClosed }) => isClosed).length,
  }
  process.send?.(report)
})
process.send?.('open')
