import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { demoPlants, plantWithPast } from '../../../simulators/demo-plants.js'
import type { Shift } from '../../../simulators/physics/work-week.js'
import { minuteOf } from '../../../simulators/plants/description.js'
import { dresden } from '../../../simulators/plants/dresden.js'
import { kunshan } from '../../../simulators/plants/kunshan.js'
import { monterrey } from '../../../simulators/plants/monterrey.js'
import { suzhou } from '../../../simulators/plants/suzhou.js'
import { METRICS } from '../../../src/base/metrics.js'
import { plantOptions, type ShiftOptions } from '../../../src/base/plant.js'

const HOUR_MS = 3_600_000
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const file = new URL('../../../devices/demo/greengauge.yaml', import.meta.url)
const config = (parse(readFileSync(file, 'utf8')) as { plants: unknown[] }).plants.map((plant) =>
  plantOptions.parse(plant),
)
const STARTED_MS = Date.parse('2026-12-01T10:00:00+08:00')
/** Few enough that no day is read each hour only. */
const WITH_PAST_DAYS = 100
const simulated = [...demoPlants(1), plantWithPast(1, STARTED_MS, WITH_PAST_DAYS).plant]
const weeks = [suzhou, dresden, monterrey, kunshan(STARTED_MS, WITH_PAST_DAYS)].map(({ model }) => model.week)

/** A shift of the config in the simulators' minutes; what lies before its start is on the next day. */
function minutesOf(shift: ShiftOptions): Omit<Shift, 'crew'> {
  const start = minuteOf(shift.start)
  const after = (time: string, earliest: number) => minuteOf(time) + (minuteOf(time) < earliest ? 1440 : 0)
  return {
    name: shift.name,
    start,
    end: after(shift.end, start),
    days: shift.days.map((day) => WEEKDAYS.indexOf(day) + 1),
    breaks: shift.breaks.map((pause) => [after(pause.start, start), after(pause.end, start)] as const),
  }
}

describe('the demo config', () => {
  it('has the plants that are simulated, in their zones', () => {
    expect(config.map(({ id, timezone }) => ({ id, timezone }))).toEqual(
      simulated.map(({ id, timezone }) => ({ id, timezone })),
    )
  })
})

describe.each(config.map((plant, index) => [plant.id, plant, simulated[index]!, weeks[index]!] as const))(
  'the demo config of %s',
  (_, plant, { devices, epochMs }, week) => {
    it('has exactly the devices that are simulated, each on its line', () => {
      expect(plant.devices.map(({ id, line }) => ({ id, line }))).toEqual(
        devices.map(({ path }) => ({ id: path.device, line: path.line })),
      )
    })

    it('names every line, in two languages', () => {
      const lines = new Map(plant.lines.map(({ id, name }) => [id, name]))
      for (const { path } of devices) {
        expect(lines.get(path.line)).toEqual({ en: expect.any(String), zh: expect.any(String) })
      }
    })

    it('has the shifts that are worked', () => {
      expect(plant.shifts.map(minutesOf)).toEqual(week.shifts.map(({ crew: _crew, ...shift }) => shift))
    })

    it('counts good pieces at one place', () => {
      expect(plant.devices.filter((device) => device.counting_point)).toHaveLength(1)
    })

    it.each(devices.map((device) => [device.path.device, device] as const))(
      'expects what %s sends, as often as it sends it',
      (id, device) => {
        const configured = plant.devices.find((one) => one.id === id)!
        const samples = device.samples(epochMs + HOUR_MS, epochMs + 2 * HOUR_MS, 15_000)
        const sent = new Set(samples.flatMap(({ metrics }) => Object.keys(metrics)))
        expect(configured.on_change).toBe(device.isOnChange)
        expect(Object.keys(configured.metrics)).toEqual([...sent])
        for (const [metric, options] of Object.entries(configured.metrics)) {
          const { kind, classes } = METRICS.get(metric)!
          expect(classes).toContain(device.class)
          // A robot that sends on change repeats its state each ten minutes; loggers of the plant with a past keep quarters of an hour.
          const isSeldom = device.isOnChange && (kind === 'state' || kind === 'switch')
          expect(options.period_s).toBe(plant.id === 'kunshan-1' ? 900 : isSeldom ? 600 : 15)
        }
      },
    )

    it('has no register that grows faster than is plausible', () => {
      const day = epochMs + 14 * 24 * HOUR_MS
      for (const device of devices.filter((one) => one.class === 'energy')) {
        const samples = device.samples(day, day + 24 * HOUR_MS, 15_000)
        const { metrics } = plant.devices.find(({ id }) => id === device.path.device)!
        for (const [metric, { max_rate }] of Object.entries(metrics)) {
          if (METRICS.get(metric)!.kind !== 'counter') continue
          const steps = samples
            .slice(1)
            .map((one, i) => Number(one.metrics[metric]) - Number(samples[i]!.metrics[metric]))
          expect(Math.max(...steps) * 240).toBeLessThan(max_rate!)
        }
      }
    })

    it.each(['robot', 'machine', 'stack', 'pv', 'main'])('gives the role %s to what sends like one', (role) => {
      const classOf = { robot: 'robot', machine: 'production', stack: 'emissions', pv: 'energy', main: 'energy' }[role]
      const ids = plant.devices.filter((device) => device.role === role).map(({ id }) => id)
      // A small plant has no robot and no stack.
      if (plant.id !== 'kunshan-1') expect(ids.length).toBeGreaterThan(0)
      for (const id of ids) expect(devices.find(({ path }) => path.device === id)!.class).toBe(classOf)
    })
  },
)
