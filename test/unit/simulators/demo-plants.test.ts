import { describe, expect, it } from 'vitest'
import { demoPlants } from '../../../simulators/demo-plants.js'
import { PlantRegisters } from '../../../simulators/physics/registers.js'
import { suzhou } from '../../../simulators/plants/suzhou.js'

const DAY_MS = 86_400_000
/** Devices of the plant in Suzhou. */
const OWN = 17

function ids(count: number): string[] {
  return demoPlants(1, { plants: 1, devices: count })[0]!.devices.map(({ path }) => path.device)
}

describe('the demo plants', () => {
  it('are three in three zones, as many devices as one wants to look at', () => {
    expect(demoPlants(1).map(({ id, timezone }) => [id, timezone])).toEqual([
      ['suzhou-1', 'Asia/Shanghai'],
      ['dresden-1', 'Europe/Berlin'],
      ['monterrey-1', 'America/Monterrey'],
    ])
    for (const { devices } of demoPlants(1)) expect(devices.length).toBeGreaterThanOrEqual(13)
  })

  it('have unlike weather', () => {
    const sun = demoPlants(1, { plants: 6 }).map((plant) => {
      const pv = plant.devices.find(({ path }) => path.device === 'pv-1')!
      const at = plant.epochMs + 30 * DAY_MS
      return pv.samples(at, at + 1, 1)[0]!.metrics.renew_onsite_kwh
    })
    expect(new Set(sun).size).toBe(6)
  })

  it('are fewer when fewer are wanted, and more with names of their own', () => {
    expect(demoPlants(1, { plants: 1 }).map(({ id }) => id)).toEqual(['suzhou-1'])
    expect(demoPlants(1, { plants: 5 }).map(({ id }) => id)).toEqual([
      'suzhou-1',
      'dresden-1',
      'monterrey-1',
      'plant-4',
      'plant-5',
    ])
    for (const { id, devices } of demoPlants(1, { plants: 5 })) {
      for (const { path } of devices) expect(path.plant).toBe(id)
    }
  })

  it('keep their figures whatever the number of plants and devices is', () => {
    const at = suzhou.model.days.epochMs + 20 * DAY_MS
    const main = (counts: object) => demoPlants(1, counts)[0]!.devices[0]!.samples(at, at + 1, 1)
    expect(main({ plants: 1, devices: 1 })).toEqual(main({ plants: 7, devices: 40 }))
  })
})

describe('a plant with another number of devices than it has', () => {
  it('has the first ones when there are fewer', () => {
    expect(ids(3)).toEqual(['main-1', 'pv-1', 'press-1'])
  })

  it('has further submeters, robots and machines when there are more, each with an id of its own', () => {
    const all = ids(OWN)
    expect(ids(OWN + 9).slice(OWN)).toEqual([
      'press-2',
      'weld-2',
      'paint-2',
      'compressor-2',
      'stamp-2',
      'robot-4',
      'robot-5',
      'robot-6',
      'press-3',
    ])
    expect(ids(OWN + 9).slice(0, OWN)).toEqual(all)
    expect(new Set(ids(500)).size).toBe(500)
  })

  it('lets the further submeters share what is on no meter otherwise', () => {
    const [plant] = demoPlants(1, { plants: 1, devices: OWN + 9 })
    const at = plant!.epochMs + DAY_MS
    const shares = plant!.devices
      .slice(OWN)
      .flatMap((device) => device.samples(at, at + 1, 1))
      .flatMap(({ metrics }) => (typeof metrics.elec_submeter_kwh === 'number' ? [metrics.elec_submeter_kwh] : []))
    expect(shares).toHaveLength(5)
    const unmetered = new PlantRegisters(suzhou.model, 1).register('unmetered', at)
    expect(shares.reduce((sum, kwh) => sum + kwh, 0)).toBeCloseTo(unmetered, 1)
  })

  it('has further robots that do not move in step', () => {
    const [plant] = demoPlants(1, { plants: 1, devices: OWN + 9 })
    const from = plant!.epochMs + 5 * DAY_MS
    const days = ['robot-1', 'robot-4'].map((id) =>
      plant!.devices.find(({ path }) => path.device === id)!.samples(from, from + DAY_MS, 15_000),
    )
    expect(days[0]).not.toEqual(days[1])
  })
})
