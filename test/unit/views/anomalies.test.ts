import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { type AnomalyItem, anomaliesAnswer } from '../../../src/views/wire/anomalies.js'
import { FakeSources } from './fake-sources.js'

let views: Views
const sources = new FakeSources()

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())

const SINCE = '2026-06-30T00:00:00.000Z'
const amount = { value: null, reason: 'not_energy' } as const

function item(n: number, more: Partial<AnomalyItem> = {}): AnomalyItem {
  return {
    ...{ id: `leak.water-${n}`, kind: 'leak', device: `water-${n}`, line: null, other: null },
    text: { en: 'a leak', zh: '泄漏' },
    ...{ state: 'open', needs_person: true, since: SINCE, until: null, ended: '' },
    found_at: new Date(Date.parse('2026-07-03T00:00:00Z') - n * 1000).toISOString(),
    ...{ excess: 1, unit: 'm3', kwh: amount, money: amount, kgco2e: amount, factor: null, confidence: 1 },
    evidence: {
      ...{ start: SINCE, step_s: 3600, unit: 'm3', measured: [1, null], expected: [1, 1] },
      ...{ threshold: 1, threshold_unit: 'm3' },
    },
    ...{ verdict: '', verdict_by: null, verdict_at: null, verdict_note: '' },
    ...more,
  }
}

const of = (path: string) => `http://127.0.0.1:${views.port}/api/v1/plants/${path}`
const list = async (query = '') => anomaliesAnswer.parse(await (await fetch(of(`suzhou-1/anomalies${query}`))).json())
const decide = (id: string, verdict: string, body: object = {}) =>
  fetch(of(`suzhou-1/anomalies/${id}/${verdict}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('findings come page by page, each once, and those of one state alone where that is asked for', async () => {
  sources.anomalyItems = Array.from({ length: 60 }, (_, n) => item(n, n === 3 ? { state: 'dismissed' } : {}))
  const first = await list()
  expect(first.anomalies).toHaveLength(50)
  const second = await list(`?cursor=${first.next}`)
  expect(second.next).toBeNull()
  expect([...first.anomalies, ...second.anomalies].map(({ id }) => id)).toEqual(
    sources.anomalyItems.map(({ id }) => id),
  )
  expect((await list('?state=dismissed')).anomalies.map(({ id }) => id)).toEqual(['leak.water-3'])
  expect((await fetch(of('suzhou-1/anomalies?cursor=abc'))).status).toBe(400)
  expect((await fetch(of('suzhou-1/anomalies?state=new'))).status).toBe(400)
  expect((await fetch(of('atlantis/anomalies'))).status).toBe(404)
})

test('a verdict names what it is about, so that it needs no record, and stands in the audit log', async () => {
  sources.anomalyItems = [item(1)]
  sources.notes.length = 0
  const answer = await decide('leak.water-1', 'dismiss', { note: 'the tap is known', by: 'wei' })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    verdict: 'dismissed',
    verdict_by: 'wei',
    verdict_note: 'the tap is known',
  })
  const said = { plant: 'suzhou-1', anomaly: 'leak.water-1', kind: 'leak', device: 'water-1', other: null }
  expect(sources.anomalyActs.at(-1)).toEqual({
    ...{ what: 'anomaly', verdict: 'dismissed', ...said },
    ...{ sinceMs: Date.parse(SINCE), untilMs: null, note: 'the tap is known', by: 'wei' },
  })
  expect(sources.notes).toMatchObject([
    { act: 'anomaly_act', subject: expect.stringContaining('suzhou-1/anomalies/leak.water-1/dismiss') },
  ])
  expect((await decide('leak.water-1', 'confirm')).status).toBe(200)
  expect(sources.anomalyActs.at(-1)).toMatchObject({ verdict: 'confirmed', note: '', by: null })
})

test('nothing is decided of a finding that is not there, or that the journal does not take', async () => {
  sources.anomalyItems = [item(1)]
  sources.anomalyActs = []
  expect((await decide('leak.water-9', 'confirm')).status).toBe(404)
  expect((await decide('leak.water-1', 'confirm', { verdict: 'x' })).status).toBe(400)
  sources.takesVerdicts = false
  expect((await decide('leak.water-1', 'confirm')).status).toBe(503)
  sources.takesVerdicts = true
  expect(sources.anomalyActs).toEqual([])
})
