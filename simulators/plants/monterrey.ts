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

const WORKING_DAYS = [1, 2, 3, 4, 5, 6]

const MOULDER: Robot = {
  id: 'mould-1',
  cycleS: 33,
  partsACycle: 2,
  rejectShare: 0.012,
  runMin: 18,
  worksAtNight: false,
}
const FINISHER: Robot = {
  id: 'robot-3',
  cycleS: 24,
  products: [
    { id: 'fan-standard', cycleS: 24 },
    { id: 'fan-quiet', cycleS: 27 },
  ],
  partsACycle: 1,
  rejectShare: 0.009,
  runMin: 8,
  worksAtNight: false,
}
/** Cooling water that drains from the moulds is filtered and used again. */
const REUSED = register('water_reused_m3', 'water', 0.8)

/** Moulds, coats and assembles appliances in two shifts from Monday to Saturday, in a hot place with much sun. */
export const monterrey: PlantDescription = {
  model: {
    id: 'monterrey-1',
    days: new LocalDays('America/Monterrey', '2026-01-01'),
    week: new WorkWeek([
      {
        name: 'first',
        start: minuteOf('06:30'),
        end: minuteOf('14:30'),
        days: WORKING_DAYS,
        breaks: [[minuteOf('10:30'), minuteOf('11:00')]],
        crew: 'full',
      },
      {
        name: 'second',
        start: minuteOf('14:30'),
        end: minuteOf('22:30'),
        days: WORKING_DAYS,
        breaks: [[minuteOf('18:30'), minuteOf('19:00')]],
        crew: 'full',
      },
    ]),
    loads: [
      { id: 'moulding', level: levels(27, 46, 569, 366), rampMin: 12, slowSwing: 0.05, fastSwing: 0.06 },
      { id: 'coating', level: levels(20, 58, 178, 152), rampMin: 40, slowSwing: 0.03, fastSwing: 0.03 },
      { id: 'assembly', level: levels(9, 15, 185, 59), rampMin: 5, slowSwing: 0.04, fastSwing: 0.07 },
      // Cooling water for the moulds, cold air for the halls.
      { id: 'chiller', level: levels(42, 104, 252, 205), rampMin: 20, slowSwing: 0.07, fastSwing: 0.04 },
      { id: 'unmetered', level: levels(58, 98, 215, 188), rampMin: 30, slowSwing: 0.05, fastSwing: 0.02 },
    ],
    drives: [
      { robot: MOULDER, behind: 'moulding', kw: { working: 46, standing: 14, off: 0.9 } },
      { robot: FINISHER, behind: 'assembly', kw: { working: 3.1, standing: 0.8, off: 0.1 } },
    ],
    powerFactor: { mean: 0.925, swing: 0.02 },
    solar: { place: { latitude: 25.67, longitude: -100.31 }, peakKw: 900, performance: 0.83 },
    climate: { mean: 22.5, seasonSwing: 7.5, daySwing: 6, weatherSwing: 5 },
    // Cures the powder coat; the halls need next to nothing.
    boiler: { follows: 'coating', nm3PerKwh: 0.46, nm3hPerKelvin: 0.5, hallC: 15, rated: 110 },
    water: { id: 'water', level: levels(0.6, 2.2, 8.4, 7.6), rampMin: 15, slowSwing: 0.15, fastSwing: 0.25 },
  },
  devices: [
    meter('utilities', 'main-1', [
      register('elec_import_kwh', 'import'),
      register('elec_export_kwh', 'export'),
      power('elec_import_kw', 'import'),
      register('elec_reactive_kvarh', 'reactive'),
    ]),
    meter('utilities', 'pv-1', [register('renew_onsite_kwh', 'solar')]),
    submeter('moulding', 'moulding-1', 'moulding'),
    submeter('coating', 'coating-1', 'coating'),
    submeter('assembly', 'assembly-1', 'assembly'),
    submeter('utilities', 'chiller-1', 'chiller'),
    meter('utilities', 'gas-1', [register('ng_volume_nm3', 'gas')]),
    meter('utilities', 'water-1', [register('water_fresh_m3', 'water'), REUSED]),
    stack('utilities', { id: 'oven-1', nox: 128, so2: 6.5, pm: 3.8, calibrationAt: minuteOf('09:00') }),
    machine('moulding', MOULDER),
    robot('moulding', {
      id: 'robot-1',
      cycleS: 33,
      partsACycle: 2,
      rejectShare: 0.004,
      runMin: 14,
      worksAtNight: false,
    }),
    robot('coating', {
      id: 'robot-2',
      cycleS: 55,
      partsACycle: 4,
      rejectShare: 0.026,
      runMin: 10,
      worksAtNight: false,
    }),
    robot('assembly', FINISHER, 'final'),
    machineMeter('moulding', MOULDER),
    machineMeter('assembly', FINISHER),
    gauge('moulding', 'gauge-1', MOULDER, {
      op: 'boss',
      char: 'boss_diameter_mm',
      nominal: 12,
      lsl: 11.92,
      usl: 12.08,
      sigma: 0.016,
      wear: 0.02,
    }),
    logbook('utilities', 'log-1', {
      dieselKg: [22, 38],
      refrigerant: { gas: 'hfc134a', kg: [0.3, 1.1], everyDays: 10 },
    }),
  ],
}
