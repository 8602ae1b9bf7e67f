import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../../../src/base/exit-codes.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { seriesAnswer } from '../../../src/base/wire/points.js'
import { storedLines, storedSeries } from '../../../src/commands/backtest/stored-series.js'

/** Proves that a backtest of a plant takes all final figures of the gateway, and says what it does not know of them. */

const NAME = { plant: 'p', scope: 'line', id: 'l', kpi: 'energy_elec_import', window: '15m' } as const
const NOW_MS = Date.parse('2026-03-01T00:00:00Z')
const at = (quarter: number) => new Date(Date.parse('2026-02-01T00:00:00Z') + quarter * 900_000).toISOString()

function point(quarter: number, value: number | null, more: Partial<KpiPoint> = {}): KpiPoint {
  return {
    ...NAME,
    start: at(quarter),
    end: at(quarter + 1),
    value,
    unit: 'kWh',
    reason: value === null ? 'no_data' : '',
    numerator: value,
    denominator: null,
    coverage: value === null ? 0 : 1,
    estimated_share: 0,
    provisional: false,
    rev: 0,
    flags: [],
    factors: [],
    ...more,
  }
}

/** A gateway that answers each request with the next page, and what it was asked. */
async function gatewayWith(pages: readonly (readonly KpiPoint[])[], status = 200) {
  const asked: URL[] = []
  const server = createServer((request, response) => {
    asked.push(new URL(request.url!, 'http://gateway'))
    const next = asked.length < pages.length ? `page-${asked.length + 1}` : null
    const answer = seriesAnswer.parse({ points: pages[asked.length - 1] ?? [], next })
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(status === 200 ? answer : { detail: 'There is no KPI energy_elec_import.' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, api: { base, certFile: null, token: () => '' } }
}

test('final figures of all pages are taken as known at the end of their windows; the others are counted', async () => {
  const pages = [
    [point(0, 1), point(1, null), point(2, 3, { rev: 2 })],
    [point(3, 4), point(4, 5, { provisional: true })],
  ]
  const { api, asked } = await gatewayWith(pages)
  const stored = await storedSeries(api, NAME, NOW_MS)
  expect(stored.observations).toEqual(
    [0, 2, 3].map((quarter) => ({
      startMs: Date.parse(at(quarter)),
      value: quarter + 1,
      arrivedAtMs: Date.parse(at(quarter + 1)),
    })),
  )
  expect(stored).toMatchObject({ unit: 'kWh', unknown: 1, provisional: 1, rewritten: 1 })
  expect(asked[0]!.pathname).toBe('/api/v1/plants/p/kpis/energy_elec_import/series')
  expect(Object.fromEntries(asked[1]!.searchParams)).toEqual({
    window: '15m',
    scope: 'line',
    id: 'l',
    limit: '10000',
    from: '1970-01-01T00:00:00Z',
    to: '2026-03-01T00:00:00.000Z',
    cursor: 'page-2',
  })
  expect(storedLines(stored)).toEqual([
    'energy_elec_import of line l of p in windows of 15m; not known: 1, still provisional and left out: 1',
    'times of arrival are not on record: each figure counts as known at the end of its window; written anew later: 1',
  ])
})

test('a series without a final figure is an error that names it', async () => {
  const { api } = await gatewayWith([[point(0, 5, { provisional: true }), point(1, null)]])
  await expect(storedSeries(api, NAME, NOW_MS)).rejects.toMatchObject({
    message: 'energy_elec_import of line l of p has no final figure of 15m yet',
    code: EXIT.badData,
  })
})

test('a refusal is given in the words of the gateway', async () => {
  const { api } = await gatewayWith([], 404)
  await expect(storedSeries(api, NAME, NOW_MS)).rejects.toThrow('There is no KPI energy_elec_import.')
})
