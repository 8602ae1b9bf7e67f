// @module-tag deep
/** A real gateway whose clock is set while devices with and without a time of their own send. All cases: `npm run prove -- clock-jumps`. */
import mqtt from 'mqtt'
import { describe, expect, test } from 'vitest'
import type { HealthCheck } from '../../src/base/wire.js'
import { FakeClock } from '../support/fake-clock.js'
import { allReadings, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { findServer } from '../support/servers.js'
import { clocked, pause } from './ground/clocked.js'

const DAY_MS = 86_400_000

describe.skipIf(findServer('faketime') === null)('a clock that is three days ahead for four seconds', () => {
  test('costs no reading and no figure, is on readiness, and minutes go on', async () => {
    const { assumed, timed, goesOnS, said, ...others } = await clocked({
      name: 'three days ahead for 4 s',
      async run({ set }) {
        set(3 * DAY_MS)
        await pause(4000)
        set(0)
      },
    })
    expect(assumed.acknowledged).toBeGreaterThan(100)
    expect(assumed.archived).toBe(assumed.acknowledged)
    expect(timed).toEqual({ acknowledged: timed.acknowledged, archived: timed.acknowledged, quarantined: 0 })
    expect(others).toMatchObject({ conflicts: 0, duplicates: 0, closes: true, otherWindows: 0 })
    expect(others.windows).toBeGreaterThan(0)
    for (const s of [goesOnS.timed, goesOnS.assumed]) expect(s).not.toBe(null)
    expect(said[0]).toMatch(/jumped from .* to .*: which of the two is right nobody can tell/)
    expect(said.at(-1)).toContain('is right again since')
  })
})

describe.skipIf(findServer('faketime') === null)('a machine without a clock of its own', () => {
  test('starts three days behind its journal: devices are taken, readiness says it, and the right time is followed at once', async () => {
    const clock = new FakeClock()
    const first = await startGateway({ env: clock.env })
    let gateway = first
    const sinceMs = Date.now()
    try {
      await send(gateway, 0)
      await gateway.stop()
      clock.set(-3 * DAY_MS)
      gateway = await gateway.restart()
      await send(gateway, 20)
      expect((await clockCheck(gateway))?.reason).toMatch(/said .* when the gateway was started/)
      clock.set(0)
      await until(async () => (await clockCheck(gateway))?.reason.includes('it is right since') ?? false)
      expect((await clockCheck(gateway))?.reason).not.toContain('nothing is deleted by its age')
      await send(gateway, 40)
      const { messages, readings, closes } = await settled(gateway)
      expect({ rejected: messages.rejected, conflict: readings.conflict, closes }).toEqual({
        rejected: 0,
        conflict: 0,
        closes: true,
      })
      for (const device of ['timed', 'assumed']) {
        const kept = await allReadings(gateway, { plant: 'p', device, metric: 'elec_import_kwh' })
        expect(kept.map(({ value }) => value)).toEqual(Array.from({ length: 60 }, (_, i) => i))
        const ages = kept.map(({ ts }) => Math.abs(Date.now() - Date.parse(ts)))
        expect(Math.max(...ages)).toBeLessThan(180_000 + Date.now() - sinceMs)
      }
    } finally {
      await gateway.stop('SIGKILL')
      removeData(first)
      clock.remove()
    }
  })
})

/** Twenty readings of a device with a time of its own, which is right, and of one without; they count up. */
async function send({ mqttUrl }: TestGateway, first: number): Promise<void> {
  const client = await mqtt.connectAsync(mqttUrl)
  let ts = 0
  for (let value = first; value < first + 20; value++) {
    const metrics = { elec_import_kwh: value }
    // Two messages are acknowledged within one millisecond where the disk is fast.
    ts = Math.max(ts + 1, Date.now())
    await client.publishAsync('plants/p/l/timed/energy', JSON.stringify({ ts, metrics }), { qos: 1 })
    await client.publishAsync('plants/p/l/assumed/energy', JSON.stringify({ metrics }), { qos: 1 })
  }
  await client.endAsync()
}

async function clockCheck({ httpUrl }: TestGateway): Promise<HealthCheck | undefined> {
  const answer = await fetch(`${httpUrl}/readyz`)
  const { checks } = (await answer.json()) as { checks: readonly HealthCheck[] }
  return checks.find(({ name }) => name === 'clock')
}
