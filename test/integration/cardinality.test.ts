// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmsAnswer } from '../../src/base/wire/alarms.js'
import type { HealthCheck, LatestAnswer, PlantsAnswer, QuarantineAnswer } from '../../src/base/wire.js'
import type { ForgetAnswer } from '../../src/views/wire/forget.js'
import {
  FLOODED_CONFIG,
  flood,
  HonestMeters,
  honestReadings,
  newDevice,
  newMetrics,
  newRuns,
  settled,
} from '../faults/storms/names.js'
import { accounting, getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { awayFromMidnight } from '../support/midnight.js'
import { SOON_MS } from '../support/soon.js'

/** A flood of names ends at the limits, takes nothing from configured devices, and can be taken away again. */

const LIMITS = { devices_per_plant: 20, series_per_device: 300, lasting_events_per_device: 250 }
/** All messages are sent, however slowly they are acknowledged. */
const SOON_S = SOON_MS / 1000
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ config: { ...FLOODED_CONFIG, limits: LIMITS } })
  const meters = new HonestMeters(gateway)
  await flood(gateway, newMetrics, { seconds: SOON_S, messagesMax: 40 })
  await flood(gateway, newDevice, { seconds: SOON_S, messagesMax: 400 })
  await settled(gateway)
  await meters.stop()
  await settled(gateway)
  expect(await honestReadings(gateway)).toBe(meters.acknowledged)
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function strays(): Promise<readonly string[]> {
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  const devices = plants.flatMap(({ lines }) => lines.flatMap((line) => line.devices))
  return devices.filter(({ configured }) => !configured).map(({ id }) => id)
}

async function forget(body: object): Promise<{ status: number; answer: ForgetAnswer }> {
  const answered = await fetch(`${gateway.httpUrl}/api/v1/plants/own/devices/forget`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answered.status, answer: (await answered.json()) as ForgetAnswer }
}

describe('beyond the limits', () => {
  test('messages wait in quarantine under a reason of their own, and the sums close', async () => {
    const { items, waiting } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?reason=too_many&limit=1')
    expect(waiting.too_many).toBe(37 + 381)
    expect(items[0]!.rejections[0]!.detail).toMatch(/^plant own has no room for one more device, d\d+: limits\./)
    const { closes, elements_rejected } = await accounting(gateway)
    expect({ closes, elements_rejected }).toEqual({ closes: true, elements_rejected: 40 * 100 - 300 - 37 * 99 + 381 })
  })

  test('as many devices are known as there is room for', async () => {
    expect(await strays()).toHaveLength(20)
    expect(await strays()).toContain('flood')
  })

  test('an alarm of the plant and a line of the checks say so, and the gateway stays ready', async () => {
    const alarms = () => getJson<AlarmsAnswer>(gateway, '/api/v1/plants/own/alarms?state=open')
    await until(async () => (await alarms()).items.some(({ rule }) => rule === 'device-limit'))
    const found = (await alarms()).items.filter(({ rule }) => rule === 'device-limit')
    expect(found).toMatchObject([{ scope: 'device', scope_id: 'flood', severity: 'major' }])
    const { checks } = await getJson<{ checks: readonly HealthCheck[] }>(gateway, '/readyz?verbose')
    const check = checks.find(({ name }) => name === 'limits')
    expect(check).toMatchObject({ ok: true, reason: expect.stringContaining('device flood of plant own') })
  })
})

describe('who is forgotten', () => {
  test('is shown first, and stays until that is meant', async () => {
    const { answer } = await forget({})
    expect(answer).toMatchObject({ dry_run: true, refused: [] })
    expect(answer.devices).toHaveLength(20)
    expect(await strays()).toHaveLength(20)
  })

  test('is never a device that is configured', async () => {
    const { answer } = await forget({ devices: ['m1', 'nobody'], dry_run: false })
    expect(answer.devices).toEqual([])
    expect(answer.refused).toEqual([
      { device: 'm1', reason: 'configured' },
      { device: 'nobody', reason: 'unknown' },
    ])
  })

  test('is gone with its figures, also after a start and after the database was made anew from the record', async () => {
    const honest = await honestReadings(gateway)
    const before = await accounting(gateway)
    const { answer } = await forget({ dry_run: false, by: 'wei' })
    expect(answer.devices).toHaveLength(20)
    expect(await strays()).toEqual([])
    const scopes = async () => {
      const { points } = await getJson<LatestAnswer>(gateway, '/api/v1/plants/own/kpis/latest?scope=device')
      return [...new Set(points.map(({ id }) => id))].sort()
    }
    await until(async () => !(await scopes()).some((id) => /^(d\d+|flood)$/.test(id)))
    const check = async () => {
      const now = await accounting(gateway)
      expect(now.closes).toBe(true)
      expect(now.readings.archived).toBe(before.readings.archived)
      expect(await honestReadings(gateway)).toBe(honest)
      expect(await strays()).toEqual([])
      expect((await scopes()).every((id) => /^m\d$/.test(id))).toBe(true)
    }
    await check()
    await gateway.stop()
    gateway = await gateway.restart()
    await settled(gateway)
    await check()
    await gateway.stop()
    for (const name of ['archive.duckdb', 'archive.duckdb.wal']) rmSync(join(gateway.dataDir, name), { force: true })
    gateway = await gateway.restart()
    await until(() =>
      getJson(gateway, '/readyz').then(
        () => true,
        () => false,
      ),
    )
    await settled(gateway)
    await check()
  })

  test('is new when it sends again', async () => {
    const sent = await flood(gateway, (i) => newDevice(1000 + i), { seconds: SOON_S, messagesMax: 25 })
    expect(sent).toBe(25)
    await settled(gateway)
    expect(await strays()).toHaveLength(20)
    await flood(gateway, newMetrics, { seconds: SOON_S, messagesMax: 1 })
    await settled(gateway)
    expect(await strays()).not.toContain('flood')
  })
})

describe('a flood of events', () => {
  const runs = async () => {
    const all = await getJson<{ items: readonly { id: string }[] }>(gateway, '/api/v1/plants/own/events?limit=1000')
    return all.items.filter(({ id }) => /^r\d/.test(id)).length
  }
  const said = () =>
    fetch(`${gateway.httpUrl}/api/v1/plants/own/devices/m1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'comment', text: 'the meter is mad' }),
    })

  test('ends at the room of the device for the day; people go on, and after a start it is as full as before', async () => {
    await awayFromMidnight()
    const before = await accounting(gateway)
    await flood(gateway, newRuns, { seconds: SOON_S, messagesMax: 20 })
    await settled(gateway)
    const { closes, elements_rejected } = await accounting(gateway)
    expect({ closes, refused: elements_rejected - before.elements_rejected }).toEqual({ closes: true, refused: 18 })
    expect(await runs()).toBe(250)
    const { items } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?reason=too_many&limit=1')
    expect(items[0]!.rejections[0]!.detail).toMatch(
      /^100 of 100 events: device m1 of plant own .* limits.lasting_events/,
    )
    expect((await said()).status).toBeLessThan(300)
    await gateway.stop()
    gateway = await gateway.restart()
    await settled(gateway)
    await flood(gateway, (i) => newRuns(100 + i), { seconds: SOON_S, messagesMax: 2 })
    await settled(gateway)
    expect(await runs()).toBe(250)
  })
})
