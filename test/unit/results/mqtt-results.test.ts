import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { MqttResults, type ResultSources } from '../../../src/results/mqtt-results.js'
import { resultsOptions } from '../../../src/results/options.js'
import { hourPoint } from '../dashboards/point.js'

/** Proves what publishing leaves behind: nothing that grows with what was sent. */

test('a thousand messages leave no listener behind', async () => {
  const stopping = new AbortController()
  const { signal } = stopping
  let tell: (points: readonly KpiPoint[]) => void = () => {}
  let [hour, nowMs, sends, listeners] = [0, 0, 0, 0]
  const results = new MqttResults({
    clock: {
      nowMs: () => nowMs,
      sleep: async () => {
        nowMs += 20_000
        tell([hourPoint(++hour, hour, { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee', provisional: false })])
        if (hour === 1000) stopping.abort()
      },
    },
    options: resultsOptions.parse({ enabled: true }),
    version: '0',
    isLive: () => true,
    lagMs: () => 0,
    send: async () => {
      sends++
      listeners = Math.max(listeners, getEventListeners(signal, 'abort').length)
    },
    log: () => {},
  })
  const sources: ResultSources = {
    catalogue: [],
    latest: () => [],
    points: async () => [],
    plants: () => [],
    onPoints: (take) => {
      tell = take
      return () => {}
    },
  }
  await results.run(signal, sources)
  expect(sends).toBeGreaterThan(900)
  expect(listeners).toBe(1)
})
