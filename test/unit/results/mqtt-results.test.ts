import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { ResultMessage } from '../../../src/base/ingress.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { MqttResults, type ResultSources } from '../../../src/results/mqtt-results.js'
import { resultsOptions } from '../../../src/results/options.js'
import { hourPoint } from '../dashboards/point.js'

/** Proves what publishing leaves behind: nothing that grows with what was sent. */

/** A gateway that is up to date and notes the topics it publishes under. */
const publishedTo = (topics: string[]) => ({
  options: resultsOptions.parse({ enabled: true }),
  version: '0',
  isLive: () => true,
  lagMs: () => 0,
  send: async (messages: readonly { readonly topic: string }[]) =>
    void topics.push(...messages.map(({ topic }) => topic)),
})

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

test('a store that gives no answer keeps no later window from being published', async () => {
  const stopping = new AbortController()
  const lines: string[] = []
  const topics: string[] = []
  const about = { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee' } as const
  let tell: (points: readonly KpiPoint[]) => void = () => {}
  let [round, nowMs] = [0, 0]
  const results = new MqttResults({
    clock: {
      nowMs: () => nowMs,
      sleep: async () => {
        nowMs += 20_000
        if (round === 0) tell([hourPoint(2, 2, { ...about, provisional: false })])
        if (round++ === 3) stopping.abort()
      },
    },
    ...publishedTo(topics),
    log: (_level, text) => void lines.push(text),
  })
  await results.run(stopping.signal, {
    catalogue: [],
    latest: () => [hourPoint(1, 1, { ...about, provisional: true })],
    points: () => Promise.reject(new Error('the database is locked')),
    plants: () => [{ id: 'p', lines: [], devices: [] }] as unknown as ReturnType<ResultSources['plants']>,
    onPoints: (take) => {
      tell = take
      return () => {}
    },
  })
  expect(lines).toEqual(['newest final figures cannot be read and are asked for again: the database is locked'])
  expect(topics).toContain('results/p/plant/p/oee/1h/final')
})

test('what there is no more is emptied: its figures, its sensor of Home Assistant and its status', async () => {
  const stopping = new AbortController()
  const sent: ResultMessage[] = []
  let tell: (points: readonly KpiPoint[]) => void = () => {}
  let [round, nowMs] = [0, 0]
  const results = new MqttResults({
    clock: {
      nowMs: () => nowMs,
      sleep: async () => {
        nowMs += 20_000
        if (round === 0)
          tell([hourPoint(2, 2, { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee', provisional: false })])
        if (round++ === 4) stopping.abort()
      },
    },
    options: resultsOptions.parse({ enabled: true, home_assistant: { enabled: true } }),
    version: '0',
    isLive: () => true,
    lagMs: () => 0,
    send: async (messages) => void sent.push(...messages),
    log: () => {},
  })
  const node = { id: 'p', name: { en: 'P' }, lines: [], devices: [] }
  await results.run(stopping.signal, {
    catalogue: CATALOGUE.filter(({ id }) => id === 'oee'),
    latest: () => [],
    points: async () => [],
    plants: () => (round < 3 ? [node] : []) as unknown as ReturnType<ResultSources['plants']>,
    onPoints: (take) => {
      tell = take
      return () => {}
    },
  })
  const told = new Set(sent.filter(({ payload }) => payload !== '').map(({ topic }) => topic))
  const emptied = sent.filter(({ payload }) => payload === '')
  expect(new Set(emptied.map(({ topic }) => topic))).toEqual(told)
  expect([...told].some((topic) => topic.startsWith('homeassistant/sensor/'))).toBe(true)
  expect(emptied.every(({ retain }) => retain)).toBe(true)
})

test('figures of which a store gave no answer are read as soon as it does', async () => {
  const stopping = new AbortController()
  const topics: string[] = []
  const about = { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee' } as const
  let [round, nowMs, asked] = [0, 0, 0]
  const results = new MqttResults({
    clock: {
      nowMs: () => nowMs,
      sleep: async () => {
        nowMs += 20_000
        if (round++ === 3) stopping.abort()
      },
    },
    ...publishedTo(topics),
    log: () => {},
  })
  await results.run(stopping.signal, {
    catalogue: [],
    latest: () => [hourPoint(2, 2, { ...about, provisional: true })],
    points: async () => {
      if (asked++ < 2) throw new Error('the database is locked')
      return [hourPoint(1, 1, { ...about, provisional: false })]
    },
    plants: () => [{ id: 'p', lines: [], devices: [] }] as unknown as ReturnType<ResultSources['plants']>,
    onPoints: () => () => {},
  })
  expect(topics).toContain('results/p/plant/p/oee/1h/final')
  expect(asked).toBe(3)
})
