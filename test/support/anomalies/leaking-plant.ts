import { DAY_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { plantOptions } from '../../../src/base/plant.js'

/** A plant in UTC that works from 6 to 22 each day: its main meter, and a meter of water that leaks from one day on. */
export const LEAKING_PLANT = plantOptions.parse({
  id: 'works',
  name: { en: 'Works' },
  timezone: 'UTC',
  shifts: [{ name: 'day', start: '06:00', end: '22:00' }],
  devices: [
    { id: 'main-1', line: 'utilities', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } },
    { id: 'water-1', line: 'utilities', metrics: { water_fresh_m3: { period_s: 900 } } },
  ],
})

export const LEAKING_DAYS = 40
/** The leak begins with this day, from 0. */
export const LEAK_DAY = 28
export const QUARTERS_A_DAY = DAY_MS / QUARTER_HOUR_MS

const isWork = (i: number) => i % QUARTERS_A_DAY >= 24 && i % QUARTERS_A_DAY < 88
const wobble = (i: number) => 1 + 0.1 * Math.sin(i * i)

/** kWh of a quarter of an hour, counted from the first one. */
export function electricityOf(i: number): number {
  return (isWork(i) ? 100 : 30) * wobble(i)
}

/** m3 of a quarter of an hour. */
export function waterOf(i: number): number {
  return (isWork(i) ? 2 : 0.2) * wobble(i) + (i >= LEAK_DAY * QUARTERS_A_DAY ? 0.2 : 0)
}
