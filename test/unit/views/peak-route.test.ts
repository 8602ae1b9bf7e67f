import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { peakAnswer } from '../../../src/views/wire/peak.js'
import { FakeSources } from './fake-sources.js'

let views: Views

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, new FakeSources(), pino({ level: 'silent' }))
})
afterAll(() => views.close())

test('demand is told of a plant that nothing is forecast of, with the reasons; there is none of a plant that nobody knows', async () => {
  const peakOf = (plant: string) => fetch(`http://127.0.0.1:${views.port}/api/v1/plants/${plant}/peak`)
  expect(peakAnswer.parse(await (await peakOf('suzhou-1')).json())).toMatchObject({
    ...{ limit_kw: null, chance_reason: 'no_limit', later: [], later_reason: 'no_forecast', highest: null },
    running: { measured_kwh: null, expected: null, horizon: null, reason: 'no_forecast' },
    month: { demand_kw: null, reason: 'no_data', extra_cost: null },
    could_wait: { start: null, meters: [] },
  })
  expect((await peakOf('atlantis')).status).toBe(404)
})
