import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { LatestAnswer, PlantsAnswer } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { floatWords, type ModbusMeters, startModbusMeters } from '../support/modbus-meters.js'
import { findServer } from '../support/servers.js'

const METER = { plant: 'a', line: 'l', device: 'main-1' }
const ENERGIES = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh', 'elec_reactive_lead_kvarh']
const METRICS = ['elec_import_kw', ...ENERGIES]
const PLANT = {
  id: 'a',
  name: { en: 'A' },
  timezone: 'UTC',
  lines: [{ id: 'l' }],
  devices: [
    { id: 'main-1', line: 'l', role: 'main', metrics: Object.fromEntries(METRICS.map((one) => [one, { idle_s: 2 }])) },
    { id: 'sub-1', line: 'l' },
  ],
}

const inputs = (unit: number, address: number, ...values: number[]) => ({
  unit,
  fc: 4 as const,
  address,
  words: values.flatMap(floatWords),
})

describe.skipIf(findServer('pymodbus.simulator') === null)('a gateway that polls an SDM630', () => {
  let meters: ModbusMeters
  let gateway: TestGateway

  const modbus = (units: readonly object[] = []) => ({
    connections: [
      {
        id: 'hall',
        host: '127.0.0.1',
        port: meters.port,
        every_s: 1,
        timeout_s: 30,
        units: [{ unit_id: 1, profile: 'eastron/sdm630', ...METER }, ...units],
      },
    ],
  })
  const energy = () => allReadings(gateway, { ...METER, metric: 'elec_import_kwh' })
  /** Number of times the meters of the connection were asked with this result. */
  async function polls(result: string): Promise<number> {
    const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
    const found = new RegExp(`greengauge_modbus_polls_total\\{id="hall",result="${result}"\\} (\\d+)`).exec(metrics)
    return Number(found?.[1])
  }
  async function stateOf(device: string): Promise<string | undefined> {
    const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
    return plants[0]!.lines.flatMap((line) => line.devices).find(({ id }) => id === device)?.state
  }
  /** Waits until the meter was read so many times more. */
  async function polledAgain(times = 1): Promise<void> {
    const before = await polls('ok')
    await until(async () => (await polls('ok')) >= before + times)
  }

  beforeAll(async () => {
    meters = await startModbusMeters()
    await meters.set(inputs(1, 52, 4500))
    await meters.set(inputs(1, 72, 100, 0, 20, 0))
    gateway = await startGateway({ config: { plants: [PLANT], modbus: modbus() } })
  })
  afterAll(async () => {
    await gateway.stop('SIGKILL')
    removeData(gateway)
    await meters.close()
  })

  test('has readings of its registers, by the time at which they were read', async () => {
    await until(async () => (await energy()).length > 0)
    const [first] = await energy()
    expect(first).toMatchObject({ value: 100, unit: 'kWh', quality: 'good' })
    const [power] = await allReadings(gateway, { ...METER, metric: 'elec_import_kw' })
    expect(power).toMatchObject({ value: 4.5, unit: 'kW', ts: first!.ts })
  })

  test('and the energy of the plant from them', async () => {
    await meters.set(inputs(1, 72, 112.5))
    await until(async () => {
      const { points } = await getJson<LatestAnswer>(gateway, '/api/v1/plants/a/kpis/latest?scope=plant')
      return points.some(({ kpi, value }) => kpi === 'energy_elec_import' && value === 12.5)
    })
  })

  test('a meter that is cut off leaves a gap, is stale, and is read again when it is back', async () => {
    const { port } = meters
    await meters.kill()
    const failed = await polls('unreachable')
    await until(async () => (await polls('unreachable')) > failed)
    await settled(gateway)
    const before = (await energy()).length
    await until(async () => (await polls('unreachable')) > failed + 1)
    await settled(gateway)
    expect((await energy()).length).toBe(before)
    await expect.poll(() => gateway.log()).toContain('meters are not reached; they are tried again')
    await until(async () => (await stateOf('main-1')) === 'stale')

    meters = await startModbusMeters(port)
    await meters.set(inputs(1, 52, 0))
    await meters.set(inputs(1, 72, 113, 0, 20, 0))
    await until(async () => (await energy()).some(({ value }) => value === 113))
    await until(() => gateway.log().includes('meters are reached again'))
    await until(async () => (await stateOf('main-1')) === 'online')
  })

  test('registers that a meter does not have are said, and cost the readings of that meter alone', async () => {
    await meters.set(inputs(2, 52, 1000))
    const file = join(gateway.dir, 'greengauge.yaml')
    const more = [{ unit_id: 2, profile: 'eastron/sdm630', ...METER, device: 'sub-1' }]
    writeFileSync(file, stringify({ ...parse(readFileSync(file, 'utf8')), modbus: modbus(more) }))
    gateway.process.kill('SIGHUP')
    await until(async () => (await polls('exception')) > 0)
    await expect.poll(() => gateway.log()).toContain('Illegal data address')
    await polledAgain()
    expect(await allReadings(gateway, { ...METER, device: 'sub-1', metric: 'elec_import_kw' })).toEqual([])

    const skip = { skip: true }
    const overrides = Object.fromEntries(ENERGIES.map((metric) => [metric, skip]))
    const less = [{ ...more[0], overrides }]
    writeFileSync(file, stringify({ ...parse(readFileSync(file, 'utf8')), modbus: modbus(less) }))
    gateway.process.kill('SIGHUP')
    const read = () => allReadings(gateway, { ...METER, device: 'sub-1', metric: 'elec_import_kw' })
    await until(async () => (await read()).some(({ value }) => value === 1))
  })
})
