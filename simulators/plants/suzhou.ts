import { power, register } from '../devices/meter.js'
import { levels } from '../physics/load.js'
import { LocalDays } from '../physics/local-days.js'
import type { Robot } from '../physics/robot-day.js'
import { WorkWeek } from '../physics/work-week.js'
import {
  gauge,
  logbook,
  machine,
  machineMeter,
  meter,
  minuteOf,
  type PlantDescription,
  robot,
  stack,
  submeter,
} from './description.js'

const STAMP: Robot = {
  id: 'stamp-1',
  cycleS: 6.2,
  partsACycle: 1,
  rejectShare: 0.006,
  runMin: 11,
  worksAtNight: false,
}
const PAINTER: Robot = {
  id: 'robot-3',
  cycleS: 74,
  partsACycle: 2,
  rejectShare: 0.021,
  runMin: 16,
  worksAtNight: true,
}
/** Rinsing water of the paint shop goes round several times. */
const REUSED = register('water_reused_m3', 'water', 0.42)

/**
 * Presses, welds and paints car parts: a long day shift, and a small crew in the paint shop at night.
 * Closed on Sundays, when the sun gives more than the plant takes.
 */
export const suzhou: PlantDescription = {
  model: {
    id: 'suzhou-1',
    days: new LocalDays('Asia/Shanghai', '2026-01-01'),
    week: new WorkWeek([
      {
        name: 'day',
        start: minuteOf('08:00'),
        end: minuteOf('20:00'),
        days: [1, 2, 3, 4, 5, 6],
        breaks: [[minuteOf('12:00'), minuteOf('12:45')]],
        crew: 'full',
      },
      {
        name: 'night',
        start: minuteOf('20:00'),
        end: minuteOf('32:00'),
        days: [1, 2, 3, 4, 5],
        breaks: [],
        crew: 'small',
      },
    ]),
    loads: [
      { id: 'press', level: levels(14, 16, 239, 51), rampMin: 10, slowSwing: 0.04, fastSwing: 0.08 },
      { id: 'weld', level: levels(8, 12, 210, 30), rampMin: 5, slowSwing: 0.04, fastSwing: 0.09 },
      // The ovens are kept warm at night and need an hour to get hot.
      { id: 'paint', level: levels(38, 138, 246, 218), rampMin: 60, slowSwing: 0.03, fastSwing: 0.02 },
      { id: 'compressor', level: levels(30, 92, 150, 112), rampMin: 3, slowSwing: 0.05, fastSwing: 0.05 },
      // Light, air conditioning, offices, pumps: on no meter but the plant's.
      { id: 'unmetered', level: levels(76, 118, 180, 160), rampMin: 30, slowSwing: 0.05, fastSwing: 0.02 },
    ],
    drives: [
      { robot: STAMP, behind: 'press', kw: { working: 38, standing: 9, off: 0.6 } },
      { robot: PAINTER, behind: 'paint', kw: { working: 4.6, standing: 1.3, off: 0.1 } },
    ],
    powerFactor: { mean: 0.94, swing: 0.02 },
    solar: { place: { latitude: 31.3, longitude: 120.6 }, peakKw: 400, performance: 0.85 },
    climate: { mean: 16.5, seasonSwing: 12, daySwing: 3.5, weatherSwing: 5 },
    // Dries the paint, and warms the halls a little.
    boiler: { follows: 'paint', nm3PerKwh: 0.3, nm3hPerKelvin: 1.2, hallC: 15, rated: 120 },
    water: { id: 'water', level: levels(0.4, 2.6, 9.5, 7), rampMin: 15, slowSwing: 0.15, fastSwing: 0.25 },
  },
  devices: [
    meter('utilities', 'main-1', [
      register('elec_import_kwh', 'import'),
      register('elec_export_kwh', 'export'),
      power('elec_import_kw', 'import'),
      register('elec_reactive_kvarh', 'reactive'),
    ]),
    meter('utilities', 'pv-1', [register('renew_onsite_kwh', 'solar')]),
    submeter('press', 'press-1', 'press'),
    submeter('weld', 'weld-1', 'weld'),
    submeter('paint', 'paint-1', 'paint'),
    submeter('utilities', 'compressor-1', 'compressor'),
    meter('utilities', 'gas-1', [register('ng_volume_nm3', 'gas')]),
    meter('utilities', 'water-1', [register('water_fresh_m3', 'water'), REUSED]),
    stack('utilities', { id: 'boiler-1', nox: 92, so2: 3.2, pm: 2.4, calibrationAt: minuteOf('10:00') }),
    machine('press', STAMP),
    robot('press', {
      id: 'robot-1',
      cycleS: 12.5,
      partsACycle: 2,
      rejectShare: 0.004,
      runMin: 12,
      worksAtNight: false,
    }),
    robot('weld', {
      id: 'robot-2',
      cycleS: 41,
      products: [
        { id: 'seat-frame', cycleS: 41 },
        { id: 'cross-member', cycleS: 36 },
      ],
      partsACycle: 1,
      rejectShare: 0.014,
      runMin: 9,
      worksAtNight: false,
    }),
    robot('paint', PAINTER, 'final'),
    machineMeter('press', STAMP),
    machineMeter('paint', PAINTER),
    gauge('press', 'gauge-1', STAMP, {
      op: 'hole',
      char: 'hole_diameter_mm',
      nominal: 8,
      lsl: 7.95,
      usl: 8.05,
      sigma: 0.011,
      wear: 0.016,
    }),
    logbook('utilities', 'log-1', {
      dieselKg: [26, 44],
      refrigerant: { gas: 'hfc134a', kg: [0.2, 0.8], everyDays: 12 },
    }),
  ],
}
