import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/base/durations.js'
import { batch, currentValue, i3xAnswer, instance, objectType, pastValues } from '../../../src/views/i3x/shapes.js'
import { MonitoredObjects } from '../../../src/views/i3x/subscriptions.js'
import { startViews } from '../../../src/views/views.js'
import { NOW, plantNode, pointAt } from './examples.js'
import { FakeSources } from './fake-sources.js'
import {
  ask,
  bulkResult,
  DAY,
  HOUR,
  http,
  i3xSources,
  MINUTE,
  PLANT,
  QUARTER,
  refused,
  result,
  silent,
  UNKNOWN_ID,
  useI3x,
} from './i3x-server.js'

/**
 * Statements of the guide of i3X 1.0, numbered as its conformance suite does; docs/reference/i3x-assertions.md has the table. What is
 * asked for here is written from the guide.
 */

useI3x()

describe('values', () => {
  const valuesOf = async (elementIds: readonly string[], maxDepth?: number) =>
    (await bulkResult(currentValue, 'objects/value', { elementIds, maxDepth })).map((one) => one.result)

  test('QRY-01, 02 and 04: a figure has its basis; one that is not known is null, with a quality that says so and a reason', async () => {
    const [minute, hour, day, quarter, device] = await valuesOf([MINUTE, HOUR, DAY, QUARTER, `${PLANT}/devices/main-1`])
    expect(minute).toEqual({
      isComposition: false,
      quality: 'Good',
      timestamp: '2026-11-24T11:40:00.000Z',
      value: {
        ...{
          value: 700,
          unit: 'kWh',
          window: '1m',
          start: '2026-11-24T11:40:00.000Z',
          end: '2026-11-24T11:41:00.000Z',
        },
        ...{ numerator: 700, denominator: 1, coverage: 1, estimated_share: 0, provisional: false, rev: 0 },
        ...{ flags: [], factors: [] },
      },
    })
    expect(hour).toMatchObject({ quality: 'Uncertain', value: { value: 660, coverage: 0.8 } })
    expect(day).toMatchObject({ value: null, quality: 'GoodNoData', reason: 'no_data' })
    expect(quarter).toMatchObject({ value: null, quality: 'Bad', reason: 'low_coverage' })
    expect(device).toMatchObject({ quality: 'Good', isComposition: true, value: { state: 'online', role: 'main' } })
    const lines = `${PLANT}/lines/press/kpis/energy_elec_import/1h`
    const answers = await bulkResult(currentValue, 'objects/value', { elementIds: [lines, UNKNOWN_ID, lines] })
    expect(answers[0]!.result).toMatchObject({ value: null, quality: 'GoodNoData', timestamp: NOW })
    expect(answers[1]).toMatchObject({ elementId: UNKNOWN_ID, responseDetail: { status: 404 } })
    expect(answers[2]).toEqual(answers[0])
  })

  test('QRY-03: each value has the schema of its type', async () => {
    const ajv = addFormats.default(new Ajv2020())
    const types = await result(objectType.array(), 'objecttypes')
    const checks = new Map(types.map(({ elementId, schema }) => [elementId, ajv.compile(schema)]))
    const objects = await result(instance.array(), 'objects')
    const values = await valuesOf(objects.map(({ elementId }) => elementId))
    const known = objects.map(({ typeElementId }, i) => ({ typeElementId, value: values[i]!.value }))
    for (const { typeElementId, value } of known.filter((one) => one.value !== null)) {
      const check = checks.get(typeElementId)!
      expect(check(value), JSON.stringify([typeElementId, value, check.errors])).toBe(true)
    }
    expect(new Set(known.filter(({ value }) => value !== null).map((one) => one.typeElementId)).size).toBe(5)
  })

  test('QRY-05 and 06: components are told when they are asked for, and children never', async () => {
    const [whole] = await valuesOf([PLANT], 0)
    expect(Object.keys(whole!.components!)).toEqual([MINUTE, QUARTER, HOUR, DAY])
    expect(whole!.components![MINUTE]).toMatchObject({ value: { value: 700 }, quality: 'Good' })
    expect((await valuesOf([PLANT], 2))[0]).toEqual(whole)
    expect((await valuesOf([PLANT], 1))[0]).not.toHaveProperty('components')
    expect((await valuesOf(['gateway'], 0))[0]).not.toHaveProperty('components')
  })

  test('QRY-07 to 09: history in the range, oldest first; GoodNoData where there is none', async () => {
    const asked = {
      elementIds: [MINUTE, UNKNOWN_ID, PLANT],
      startTime: '2026-11-24T00:01:00Z',
      endTime: '2026-11-24T00:03:00Z',
    }
    const [minutes, missing, plant] = await bulkResult(pastValues, 'objects/history', asked)
    expect(minutes!.result.values).toMatchObject([
      { value: { value: 1 }, quality: 'Good', timestamp: '2026-11-24T00:01:00.000Z' },
      { value: null, quality: 'GoodNoData', reason: 'no_data', timestamp: '2026-11-24T00:02:00.000Z' },
    ])
    expect(missing).toMatchObject({ success: false, responseDetail: { status: 404 } })
    expect(plant!.result.values).toMatchObject([{ value: null, quality: 'GoodNoData', reason: 'no_history' }])
    const past = { ...asked, elementIds: [MINUTE], startTime: '2025-01-01T00:00:00Z', endTime: '2025-01-02T00:00:00Z' }
    const [none] = await bulkResult(pastValues, 'objects/history', past)
    expect(none!.result.values).toMatchObject([{ value: null, quality: 'GoodNoData', reason: 'no_data' }])
    expect((await refused(400, 'objects/history', { ...asked, startTime: '2027-01-01T00:00:00Z' })).detail).toContain(
      'startTime',
    )
  })

  test('figures of many devices are all asked for before one is waited for, and a plant is looked through once', async () => {
    const many = new FakeSources()
    const [line] = plantNode('suzhou-1').lines
    const devices = Array.from({ length: 50 }, (_, i) => ({ ...line!.devices[0]!, id: `meter-${i}` }))
    many.nodes = [{ ...plantNode('suzhou-1'), lines: [{ ...line!, devices }] }]
    many.publish(pointAt(700, { scope: 'device', id: 'meter-7' }), pointAt(1, { scope: 'line', id: 'meter-7' }))
    let [waiting, mostWaiting, looks] = [0, 0, 0]
    many.watch = async () => {
      mostWaiting = Math.max(mostWaiting, ++waiting)
      await Promise.resolve()
      waiting--
      return undefined
    }
    const latest = many.latest.bind(many)
    many.latest = (...asked) => {
      looks++
      return latest(...asked)
    }
    const at = await startViews(http, many, silent)
    const elementIds = devices.map(({ id }) => `${PLANT}/devices/${id}/kpis/energy_elec_import/1m`)
    const { body } = await ask('objects/value', { elementIds }, at)
    const { results } = body as { results: { result: { value: { value: number } | null } }[] }
    expect(results.map(({ result }) => result.value?.value ?? null).filter((value) => value !== null)).toEqual([700])
    expect(results[7]!.result.value).toMatchObject({ value: 700 })
    expect([mostWaiting, looks]).toEqual([50, 1])
    const range = { startTime: '2026-11-24T00:00:00Z', endTime: '2026-11-24T01:00:00Z' }
    mostWaiting = 0
    await ask('objects/history', { elementIds, ...range }, at)
    expect(mostWaiting).toBe(50)
    await at.close()
  })

  test('what an answer cannot hold is told with status 206, never left out silently', async () => {
    const many = new FakeSources()
    const [line] = plantNode('suzhou-1').lines
    const devices = Array.from({ length: 300 }, (_, i) => ({ ...line!.devices[0]!, id: `meter-${i}` }))
    many.nodes = [{ ...plantNode('suzhou-1'), lines: [{ ...line!, devices }] }]
    many.stored = Array.from({ length: 10_001 }, (_, i) => pointAt(i))
    const at = await startViews(http, many, silent)
    const elementIds = devices.map(({ id }) => `${PLANT}/devices/${id}`)
    const values = await ask('objects/value', { elementIds, maxDepth: 0 }, at)
    expect(values.status).toBe(206)
    expect(values.body).toMatchObject({ success: true, responseDetail: { status: 206 } })
    const range = { startTime: '2026-11-24T00:00:00Z', endTime: '2027-01-01T00:00:00Z' }
    const past = await ask('objects/history', { elementIds: [MINUTE], ...range }, at)
    expect(past.status).toBe(206)
    expect((past.body as { results: { result: { values: unknown[] } }[] }).results[0]!.result.values).toHaveLength(
      10_000,
    )
    const parts = await ask('objects/history', { elementIds: [PLANT], ...range, maxDepth: 0 }, at)
    expect(parts).toMatchObject({
      status: 206,
      body: { responseDetail: { detail: expect.stringContaining('components') } },
    })
    await at.close()
  })
})

describe('subscriptions', () => {
  const clientId = 'program-1'
  const make = async (more: object = {}) => {
    const { body } = await ask('subscriptions', { clientId, displayName: 'mine', ...more })
    return (body as { result: { subscriptionId: string } }).result.subscriptionId
  }
  const sync = async (subscriptionId: string, lastSequenceNumber?: unknown) => {
    const answer = await ask('subscriptions/sync', { clientId, subscriptionId, lastSequenceNumber })
    const { result } = i3xAnswer(batch.array()).strict().parse(answer.body)
    return { status: answer.status, result, numbers: result.map((one) => one.sequenceNumber) }
  }
  const register = (subscriptionId: string, elementIds: readonly string[], maxDepth?: number) =>
    ask('subscriptions/register', { clientId, subscriptionId, elementIds, maxDepth })
  const remove = (...subscriptionIds: readonly string[]) => ask('subscriptions/delete', { clientId, subscriptionIds })

  test('SUB-01 to 05 and 08: made, listed, filled twice with the same, partly wrong, and emptied', async () => {
    const id = await make()
    expect(id).toMatch(/^[\w-]{40,}$/)
    const bad = { success: false, responseDetail: { status: 404 } }
    expect((await register(id, [MINUTE, UNKNOWN_ID, MINUTE])).body).toMatchObject({
      success: false,
      results: [{ success: true, elementId: MINUTE, result: null }, bad, { success: true }],
    })
    const { body } = await ask('subscriptions/list', { clientId, subscriptionIds: [id, 'none'] })
    expect(body).toMatchObject({
      success: false,
      results: [
        {
          subscriptionId: id,
          result: { displayName: 'mine', monitoredObjects: [{ elementId: MINUTE, maxDepth: 1 }] },
        },
        { ...bad, subscriptionId: 'none' },
      ],
    })
    const left = { clientId, subscriptionId: id, elementIds: [MINUTE, UNKNOWN_ID] }
    expect((await ask('subscriptions/unregister', left)).body).toMatchObject({ results: [{ success: true }, bad] })
    await remove(id)
  })

  test('SUB-06, 07 and 13: batches wait until they are acknowledged, and only what has changed comes anew', async () => {
    const id = await make()
    await register(id, [MINUTE, HOUR])
    const first = await sync(id)
    expect(first.numbers).toEqual([1])
    expect(first.result[0]!.updates).toMatchObject([
      { elementId: MINUTE, value: { value: 700 } },
      { elementId: HOUR, value: { value: 660 } },
    ])
    expect((await sync(id)).result).toEqual(first.result)
    i3xSources.publish(pointAt(701))
    const second = await sync(id)
    expect(second.numbers).toEqual([1, 2])
    expect(second.result[1]!.updates).toMatchObject([{ elementId: MINUTE, value: { value: 701 } }])
    for (const wrong of [77, 1.5, 'all', null, -2]) expect((await sync(id, wrong)).numbers).toEqual([1, 2])
    expect((await sync(id, 1)).numbers).toEqual([2])
    expect((await sync(id, -1)).numbers).toEqual([])
    expect((await sync(id)).result).toEqual([])
    i3xSources.publish(pointAt(700))
    expect((await sync(id)).numbers).toEqual([3])
    await remove(id)
  })

  test('components of what is registered are told one by one', async () => {
    const id = await make()
    await register(id, [PLANT], 0)
    const [told] = (await sync(id)).result
    expect(told!.updates.map(({ elementId }) => elementId)).toEqual([PLANT, MINUTE, QUARTER, HOUR, DAY])
    await i3xSources.clock.advance(MINUTE_MS)
    expect((await sync(id, 1)).result).toEqual([])
    await remove(id)
  })

  test('what waits is bounded: the oldest goes, and it is told once', () => {
    const waiting = new MonitoredObjects({ account: null, clientId }, '', 0)
    const offer = (n: number) =>
      waiting.offer(new Map([[MINUTE, { value: n, quality: 'Good', timestamp: new Date(n).toISOString() }]]))
    for (let n = 0; n < 3_001; n++) offer(n)
    const { batches, hasDropped } = waiting.pending()
    expect([hasDropped, batches[0]!.sequenceNumber, batches.at(-1)!.sequenceNumber]).toEqual([true, 2, 3_001])
    expect(waiting.pending().hasDropped).toBe(false)
  })

  test('SUB-12: streaming is not there, and says so', async () => {
    await refused(501, 'subscriptions/stream', { clientId, subscriptionId: await make() })
  })

  test('SUB-10, 11, 15 and 16: without a client 400; of another client, deleted or forgotten 404', async () => {
    const id = await make()
    for (const path of ['', '/list', '/delete', '/register', '/unregister', '/sync', '/stream']) {
      const body = { subscriptionId: id, subscriptionIds: [id], elementIds: [MINUTE] }
      expect((await refused(400, `subscriptions${path}`, body)).detail).toContain('clientId')
    }
    const other = { clientId: 'program-2', subscriptionId: id, subscriptionIds: [id], elementIds: [MINUTE] }
    await refused(404, 'subscriptions/sync', other)
    await refused(404, 'subscriptions/register', other)
    expect((await ask('subscriptions/delete', other)).body).toMatchObject({ success: false })
    expect((await remove(id)).body).toMatchObject({ results: [{ success: true, result: null }] })
    await refused(404, 'subscriptions/sync', { clientId, subscriptionId: id })
    const idle = await make()
    await i3xSources.clock.advance(10 * MINUTE_MS + 1)
    await refused(404, 'subscriptions/sync', { clientId, subscriptionId: idle })
  })

  test('there are so many subscriptions of an account, and no more', async () => {
    const made = []
    for (let i = 0; i < 16; i++) made.push(await make())
    expect((await refused(400, 'subscriptions', { clientId })).detail).toContain('16 an account')
    await remove(...made)
    expect(await make()).toBeTruthy()
  })
})
