import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { savingClaimItem, savingClaimsAnswer } from '../../../src/views/wire/savings.js'
import { CLAIM } from './fake-claims.js'
import { FakeSources } from './fake-sources.js'

/** Proves that claimed savings are answered as they are, one by its id, and that events name one of them. */

let views: Views
const sources = new FakeSources()

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
  sources.claims = [CLAIM]
})
afterAll(() => views.close())

const at = (path: string) => `http://127.0.0.1:${views.port}/api/v1/plants/${path}`

test('a plant has its claims, and each has an address', async () => {
  const all = await fetch(at('suzhou-1/savings/claims'))
  expect(savingClaimsAnswer.parse(await all.json())).toEqual({ items: [CLAIM] })
  const one = await fetch(at('suzhou-1/savings/claims/compressor'))
  expect(savingClaimItem.parse(await one.json())).toEqual(CLAIM)
  expect((await fetch(at('atlantis/savings/claims'))).status).toBe(404)
  const none = await fetch(at('suzhou-1/savings/claims/lamps'))
  expect([none.status, ((await none.json()) as { detail: string }).detail]).toEqual([
    404,
    'suzhou-1 claims no saving lamps; /api/v1/plants/suzhou-1/savings/claims lists those it claims.',
  ])
})

test('an event is about a saving that the plant claims, and ends on a day that is not before its first', async () => {
  const send = async (more: object) => {
    const event = { saving: 'compressor', from: '2026-06-11', kwh_per_day: 240, reason: 'second hall', author: 'Li' }
    const body = JSON.stringify({ type: 'non_routine_event', ...event, ...more })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(at('suzhou-1/entries'), { method: 'POST', headers, body })
    return [response.status, JSON.stringify(await response.json())] as const
  }
  expect(await send({})).toMatchObject([200, expect.stringMatching(/"status":"counted".*"kwh_per_day":240/)])
  sources.rules = { ...sources.rules, savings: ['compressor'] }
  expect(await send({ saving: 'lamps' })).toMatchObject([400, expect.stringMatching(/saving.*compressor/)])
  expect(await send({ to: '2026-06-10' })).toMatchObject([400, expect.stringMatching(/2026-06-11/)])
  expect(await send({ kwh_per_day: 'many' })).toMatchObject([400, expect.stringMatching(/kwh_per_day/)])
})
