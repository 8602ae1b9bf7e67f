// @module-tag slow
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import { bearer } from '../support/ask.js'
import { type AssistantWorld, assistantWorld } from '../support/assistant-world.js'
import { TypedClient } from '../support/typed-client.js'

/** Programs read what the API says by i3X, with the rights of their account. */

let world: AssistantWorld

beforeAll(async () => {
  world = await assistantWorld()
})
afterAll(() => world?.close())

async function i3x(path: string, body?: object, token = world.tokens.operator) {
  const answer = await fetch(`${world.gateway.httpUrl}/i3x/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...bearer(token), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Answered }
}

interface Value {
  readonly value: Partial<KpiPoint> | null
  readonly quality: string
  readonly timestamp: string
  readonly reason?: string
}

interface Answered {
  readonly success: boolean
  readonly result: { readonly elementId: string; readonly subscriptionId: string; readonly updates: readonly Value[] }[]
  readonly results: readonly { readonly result: Value & { readonly values: readonly Value[] } }[]
  readonly responseDetail?: { readonly status: number }
}

/** The members of a point that i3X tells as a value. */
function told({ plant: _p, scope: _s, id: _i, kpi: _k, reason: _r, rules: _u, ...basis }: KpiPoint) {
  return basis
}

test('by i3X, every newest figure of plants and lines is that of the API, null with its reason where it is null there', async () => {
  const compare = async (plant: string) => {
    const { body } = await world.api(`/api/v1/plants/${plant}/kpis/latest`)
    const points = (body as { points: KpiPoint[] }).points.filter(({ scope }) => scope !== 'device')
    const idOf = ({ scope, id, kpi, window }: KpiPoint) =>
      `plants/${plant}${scope === 'plant' ? '' : `/${scope}s/${id}`}/kpis/${kpi}/${window}`
    for (let from = 0; from < points.length; from += 500) {
      const some = points.slice(from, from + 500)
      const answer = await i3x('objects/value', { elementIds: some.map(idOf) })
      expect(answer.status).toBe(200)
      for (const [i, { result }] of answer.body.results.entries()) {
        const point = some[i]!
        expect(result.timestamp, idOf(point)).toBe(point.start)
        expect(result.value, idOf(point)).toEqual(point.value === null ? null : told(point))
        if (point.value === null)
          expect([result.reason, ['Bad', 'GoodNoData']]).toEqual([
            point.reason,
            expect.arrayContaining([result.quality]),
          ])
        else expect(['Good', 'Uncertain']).toContain(result.quality)
      }
    }
    return points.length
  }
  expect(await compare('works')).toBeGreaterThan(200)
})

test('by i3X, the past of a figure is that of the API', async () => {
  const range = { from: '2026-01-04T16:00:00Z', to: '2026-01-06T16:00:00Z' }
  const path = `/api/v1/plants/works/kpis/energy_elec_import/series?window=1h&scope=line&id=paint&from=${range.from}&to=${range.to}`
  const { points } = (await world.api(path)).body as { points: KpiPoint[] }
  const elementIds = ['plants/works/lines/paint/kpis/energy_elec_import/1h']
  const answer = await i3x('objects/history', { elementIds, startTime: range.from, endTime: range.to })
  const { values } = answer.body.results[0]!.result
  expect(values.map(({ value, timestamp }) => [timestamp, value])).toEqual(
    points.map((point) => [point.start, point.value === null ? null : told(point)]),
  )
  expect(values.length).toBe(48)
})

test('what may be seen is what the account may see, and a subscription is of one account', async () => {
  expect((await fetch(`${world.gateway.httpUrl}/i3x/v1/info`)).status).toBe(200)
  expect((await i3x('objects', undefined, world.tokens.disabled)).status).toBe(401)
  const made = await i3x('subscriptions', { clientId: 'one', displayName: 'mine' })
  const { subscriptionId } = made.body.result as unknown as { subscriptionId: string }
  const elementIds = ['plants/works/kpis/energy_elec_import/1h', 'plants/works/devices/robot-1']
  const own = { clientId: 'one', subscriptionId }
  expect((await i3x('subscriptions/register', { ...own, elementIds })).body.success).toBe(true)
  expect((await i3x('subscriptions/sync', own, world.tokens.auditor)).status).toBe(404)
  const synced = await i3x('subscriptions/sync', own)
  expect(synced.body.result[0]!.updates).toMatchObject(elementIds.map((elementId) => ({ elementId })))
})

/** A program against the client; `use` has the points. */
const program = (plant: string, use: string) => `
import { client } from './client/client.gen'
import { getApiV1PlantsByPlantKpisLatest } from './client'

const { GREENGAUGE_URL: baseUrl = '', GREENGAUGE_TOKEN: token = '' } = process.env
client.setConfig({ baseUrl, headers: { authorization: 'Bearer ' + token } })
const { data, error } = await getApiV1PlantsByPlantKpisLatest({ path: { plant: '${plant}' } })
if (data === undefined) throw new Error(JSON.stringify(error))
${use}
`

test('by a client made from the OpenAPI document, the figures of the API; its types know that a value may be null', async () => {
  const { body: document } = await world.api('/api/v1/openapi.json')
  const { body: plants } = await world.api('/api/v1/plants')
  const [plant] = (plants as { plants: { id: string }[] }).plants.map(({ id }) => id)
  const client = await TypedClient.made(document as object)
  const reading = program(plant!, 'console.log(JSON.stringify(data.points))')
  expect(await client.complaints(reading)).toBe('')
  const careless = program(
    plant!,
    'const value: number = data.points[0]!.value\nconsole.log(value, data.points[0]!.valeu)',
  )
  const said = await client.complaints(careless)
  expect(said).toContain("Type 'number | null' is not assignable to type 'number'")
  expect(said).toContain("Property 'valeu' does not exist")

  const env = { GREENGAUGE_URL: world.gateway.httpUrl, GREENGAUGE_TOKEN: world.tokens.operator }
  const before = await world.api(`/api/v1/plants/${plant}/kpis/latest`)
  const points = (await client.printed(reading, env)) as KpiPoint[]
  const after = await world.api(`/api/v1/plants/${plant}/kpis/latest`)
  const finals = ({ body }: { readonly body: unknown }) =>
    new Set(
      (body as { points: KpiPoint[] }).points
        .filter(({ provisional }) => !provisional)
        .map((one) => JSON.stringify(one)),
    )
  // Windows that run may change between two answers.
  const known = new Set([...finals(before), ...finals(after)])
  expect(points.length).toBeGreaterThan(0)
  const settled = points.filter(({ provisional }) => !provisional).map((one) => JSON.stringify(one))
  expect(settled.length).toBeGreaterThan(0)
  expect(settled.filter((one) => !known.has(one))).toEqual([])
})
