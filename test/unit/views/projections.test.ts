import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import {
  type ProjectionRecord,
  projectionRecordsAnswer,
  projectionsAnswer,
} from '../../../src/views/wire/projections.js'
import { FakeSources } from './fake-sources.js'

/** Proves that projections are answered as they are, and their records page by page. */

let views: Views
const sources = new FakeSources()

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())

const get = (path: string) => fetch(`http://127.0.0.1:${views.port}/api/v1/plants/${path}`)
const record = (day: number): ProjectionRecord => {
  const at = `2026-06-${String(day).padStart(2, '0')}T01:00:00.000Z`
  return { issued_at: at, known_until: at, version: '1', projections: [] }
}

test('a plant has its projection, or why there is none yet', async () => {
  expect(projectionsAnswer.parse(await (await get('suzhou-1/projections')).json())).toMatchObject({ reason: 'pending' })
  expect((await get('atlantis/projections')).status).toBe(404)
  expect((await get('atlantis/projections/records')).status).toBe(404)
})

test('records come in order of issue, page by page, each once', async () => {
  sources.projectionIssues = [1, 2, 3, 4, 5].map(record)
  const range = 'from=2026-06-02T00:00:00Z&to=2026-06-06T00:00:00Z&limit=3'
  const page = async (more = '') =>
    projectionRecordsAnswer.parse(await (await get(`suzhou-1/projections/records?${range}${more}`)).json())
  const first = await page()
  const second = await page(`&cursor=${first.next}`)
  expect(second.next).toBeNull()
  expect([...first.records, ...second.records]).toEqual([2, 3, 4, 5].map(record))
  expect((await get('suzhou-1/projections/records?from=never')).status).toBe(400)
})
