import { WebSocket } from 'ws'
import { type KpiPoint, pointKey, SCOPES } from '../../src/base/kpi.js'
import { FEED_SUBPROTOCOL, type FeedMessage } from '../../src/base/wire.js'
import { type Difference, isSame } from './compare.js'
import type { Ask } from './gateway-input.js'

/** The snapshot that a dashboard begins with, against the newest points as the interface answers them. */

const WINDOWS = ['1h', '1d'] as const
const SNAPSHOT_MS = 20_000

export async function compareFeed(ask: Ask, url: string, plant: string): Promise<readonly Difference[]> {
  const shown = new Map((await snapshotOf(url, plant)).map((point) => [pointKey(point), point]))
  const differences: Difference[] = []
  for (const window of WINDOWS) {
    const { points } = await ask<{ readonly points: readonly KpiPoint[] }>(
      `/plants/${plant}/kpis/latest?window=${window}`,
    )
    for (const point of points) {
      const seen = shown.get(pointKey(point))
      const what = `${plant} ${point.scope} ${point.id} ${point.kpi} ${window} ${point.start}`
      if (seen === undefined)
        differences.push({ between: 'api, feed', what, expected: point.value, found: 'not there' })
      else if (!isSame(seen.value, point.value)) {
        differences.push({ between: 'api, feed', what, expected: point.value, found: seen.value })
      }
    }
  }
  return differences
}

async function snapshotOf(url: string, plant: string): Promise<readonly KpiPoint[]> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws/v1`, FEED_SUBPROTOCOL)
  try {
    return await new Promise((resolve, reject) => {
      const points: KpiPoint[] = []
      const timer = setTimeout(() => reject(new Error(`no snapshot from ${url} in ${SNAPSHOT_MS} ms`)), SNAPSHOT_MS)
      socket.on('error', reject)
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as FeedMessage
        if (message.type === 'hello') {
          socket.send(
            JSON.stringify({ type: 'subscribe', plants: [plant], kpis: ['*'], scopes: SCOPES, windows: WINDOWS }),
          )
        }
        if (message.type !== 'snapshot') return
        points.push(...message.points)
        clearTimeout(timer)
        resolve(points)
      })
    })
  } finally {
    socket.terminate()
  }
}
