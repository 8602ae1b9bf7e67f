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

const WORKING_DAYS = [1, 2, 3, 4, 5]

const MILL: Robot = {
  id: 'mill-1',
  cycleS: 96,
  partsACycle: 1,
  rejectShare: 0.008,
  runMin: 24,
  worksAtNight: false,
}
const FINISHER: Robot = {
  id: 'robot-4',
  cycleS: 62,
  products: [
    { id: 'gearbox-a', cycleS: 62 },
    { id: 'gearbox-b', cycleS: 71 },
  ],
  partsACycle: 1,
  rejectShare: 0.009,
  runMin: 15,
  worksAtNight: false,
}
/** Quench and washing water is cleaned and used again. */
const REUSED = register('water_reused_m3', 'water', 0.65)

/**
 * Machines, hardens and assembles gearboxes round the clock from Monday to Friday; the night shift of Friday ends on
 * Saturday morning. Its furnaces stay warm over the weekend.
 */
export const dresden: PlantDescription = {
  model: {
    id: 'dresden-1',
    days: new LocalDays('Europe/Berlin', '2026-01-01'),
    week: new WorkWeek([
      {
        name: 'early',
        start: minuteOf('06:00'),
        end: minuteOf('14:00'),
        days: WORKING_DAYS,
        breaks: [[minuteOf('10:00'), minuteOf('10:30')]],
        crew: 'full',
      },
      {
        name: 'late',
        start: minuteOf('14:00'),
        end: minuteOf('22:00'),
        days: WORKING_DAYS,
        breaks: [[minuteOf('18:00'), minuteOf('18:30')]],
        crew: 'full',
      },
      {
        name: 'night',
        start: minuteOf('22:00'),
        end: minuteOf('30:00'),
        days: WORKING_DAYS,
        breaks: [[minuteOf('26:00'), minuteOf('26:30')]],
        crew: 'full',
      },
    ]),
    loads: [
      { id: 'machining', level: levels(33, 75, 496, 284), rampMin: 8, slowSwing: 0.05, fastSwing: 0.07 },
      { id: 'hardening', level: levels(115, 190, 305, 292), rampMin: 60, slowSwing: 0.03, fastSwing: 0.02 },
      { id: 'assembly', level: levels(11, 21, 135, 47), rampMin: 5, slowSwing: 0.04, fastSwing: 0.06 },
      { id: 'compressor', level: levels(22, 58, 162, 128), rampMin: 3, slowSwing: 0.05, fastSwing: 0.05 },
      { id: 'unmetered', level: levels(68, 112, 205, 190), rampMin: 30, slowSwing: 0.05, fastSwing: 0.02 },
    ],
    drives: [
      { robot: MILL, behind: 'machining', kw: { working: 21, standing: 6, off: 0.5 } },
      { robot: FINISHER, behind: 'assembly', kw: { working: 3.4, standing: 0.9, off: 0.1 } },
    ],
    powerFactor: { mean: 0.957, swing: 0.015 },
    solar: { place: { latitude: 51.05, longitude: 13.74 }, peakKw: 650, performance: 0.86 },
    climate: { mean: 9.8, seasonSwing: 9.5, daySwing: 3.5, weatherSwing: 6 },
    // Most of its heat warms the halls, so that winter is its season.
    boiler: { follows: 'hardening', nm3PerKwh: 0.16, nm3hPerKelvin: 4.2, hallC: 17, rated: 180 },
    water: { id: 'water', level: levels(0.3, 1.1, 4.8, 5.4), rampMin: 15, slowSwing: 0.15, fastSwing: 0.25 },
  },
  devices: [
    meter('utilities', 'main-1', [
      register('elec_import_kwh', 'import'),
      register('elec_export_kwh', 'export'),
      power('elec_import_kw', 'import'),
      register('elec_reactive_kvarh', 'reactive'),
    ]),
    meter('utilities', 'pv-1', [register('renew_onsite_kwh', 'solar')]),
    submeter('machining', 'machining-1', 'machining'),
    submeter('hardening', 'hardening-1', 'hardening'),
    submeter('assembly', 'assembly-1', 'assembly'),
    submeter('utilities', 'compressor-1', 'compressor'),
    meter('utilities', 'gas-1', [register('ng_volume_nm3', 'gas')]),
    meter('utilities', 'water-1', [register('water_fresh_m3', 'water'), REUSED]),
    stack('utilities', { id: 'boiler-1', nox: 78, so2: 1.8, pm: 1.1, calibrationAt: minuteOf('07:30') }),
    machine('machining', MILL),
    robot('machining', {
      id: 'robot-1',
      cycleS: 48,
      partsACycle: 1,
      rejectShare: 0.003,
      runMin: 20,
      worksAtNight: false,
    }),
    robot('hardening', {
      id: 'robot-2',
      cycleS: 130,
      partsACycle: 4,
      rejectShare: 0.011,
      runMin: 28,
      worksAtNight: false,
    }),
    robot('assembly', {
      id: 'robot-3',
      cycleS: 29,
      partsACycle: 1,
      rejectShare: 0.007,
      runMin: 13,
      worksAtNight: false,
    }),
    robot('assembly', FINISHER, 'final'),
    machineMeter('machining', MILL),
    machineMeter('assembly', FINISHER),
    gauge('machining', 'gauge-1', MILL, {
      op: 'bore',
      char: 'bore_diameter_mm',
      nominal: 25,
      lsl: 24.97,
      usl: 25.03,
      sigma: 0.006,
      wear: 0.012,
    }),
    logbook('utilities', 'log-1', {
      dieselKg: [18, 30],
      refrigerant: { gas: 'hfc134a', kg: [0.1, 0.5], everyDays: 17 },
    }),
  ],
}
