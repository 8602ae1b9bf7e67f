import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { suzhouPlant } from '../../../simulators/demo-plants.js'
import { PlantRegisters } from '../../../simulators/physics/registers.js'
import { payloadOf, sampleOf } from '../../../simulators/samples.js'
import { METRICS } from '../../../src/base/metrics.js'
import { plantOptions } from '../../../src/base/plant.js'

const file = new URL('../../../devices/demo/greengauge.yaml', import.meta.url)
const config = parse(readFileSync(file, 'utf8')) as { plants: unknown[] }
const plant = plantOptions.parse(config.plants[0])
const { model, devices } = suzhouPlant()

describe('the demo config', () => {
  it('has exactly the devices that are simulated, each on its line', () => {
    expect(plant.devices.map(({ id, line }) => ({ id, line }))).toEqual(
      devices.map(({ path }) => ({ id: path.device, line: path.line })),
    )
    expect(plant.id).toBe(model.id)
  })

  it('names every line, in two languages', () => {
    const lines = new Map(plant.lines.map(({ id, name }) => [id, name]))
    for (const { path } of devices) {
      expect(lines.get(path.line)).toEqual({ en: expect.any(String), zh: expect.any(String) })
    }
  })

  it.each(devices.map((device) => [device.path.device, device] as const))(
    'expects what %s sends, each 15 s',
    (id, device) => {
      const configured = plant.devices.find((one) => one.id === id)!
      const registers = new PlantRegisters(model, 1)
      const { metrics } = sampleOf(device, registers, model.epochMs + 3_600_000)
      expect(Object.keys(configured.metrics)).toEqual(Object.keys(metrics))
      for (const [metric, options] of Object.entries(configured.metrics)) {
        expect(options.period_s).toBe(15)
        expect(METRICS.get(metric)?.classes).toEqual(['energy'])
      }
    },
  )
})

describe('a plant with more devices than it has', () => {
  it('has submeters that share the load that is on no meter', () => {
    const large = suzhouPlant(10)
    const registers = new PlantRegisters(large.model, 1)
    const at = large.model.epochMs + 86_400_000
    const shares = large.devices
      .slice(6)
      .map((device) => Number(sampleOf(device, registers, at).metrics.elec_submeter_kwh))
    expect(large.devices.slice(6).map((device) => device.path.device)).toEqual([
      'meter-7',
      'meter-8',
      'meter-9',
      'meter-10',
    ])
    expect(shares.reduce((sum, kwh) => sum + kwh, 0)).toBeCloseTo(registers.register('unmetered', at), 1)
  })
})

describe('a payload', () => {
  it('is one message for one sample and an array for more', () => {
    const sample = { ts: 1, metrics: { elec_import_kwh: 2 } }
    expect(payloadOf([sample])).toBe('{"ts":1,"metrics":{"elec_import_kwh":2}}')
    expect(payloadOf([sample, sample])).toHaveLength(2 * payloadOf([sample]).length + 3)
  })
})
