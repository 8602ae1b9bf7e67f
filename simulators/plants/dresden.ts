import { power, register } from '../devices/meter.js'
import { levels } from '../physics/load.js'
import { LocalDays } from '../physics/local-days.js'
import { WorkWeek } from '../physics/work-week.js'
import { machine, meter, minuteOf, type PlantDescription, robot, stack, submeter } from './description.js'

const WORKING_DAYS = [1, 2, 3, 4, 5]

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
      { id: 'machining', level: levels(34, 80, 515, 290), rampMin: 8, slowSwing: 0.05, fastSwing: 0.07 },
      { id: 'hardening', level: levels(115, 190, 305, 292), rampMin: 60, slowSwing: 0.03, fastSwing: 0.02 },
      { id: 'assembly', level: levels(11, 22, 138, 48), rampMin: 5, slowSwing: 0.04, fastSwing: 0.06 },
      { id: 'compressor', level: levels(22, 58, 162, 128), rampMin: 3, slowSwing: 0.05, fastSwing: 0.05 },
      { id: 'unmetered', level: levels(68, 112, 205, 190), rampMin: 30, slowSwing: 0.05, fastSwing: 0.02 },
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
    meter('utilities', 'water-1', [register('water_fresh_m3', 'water')]),
    stack('utilities', { id: 'boiler-1', nox: 78, so2: 1.8, pm: 1.1, calibrationAt: minuteOf('07:30') }),
    machine('machining', {
      id: 'mill-1',
      cycleS: 96,
      partsACycle: 1,
      rejectShare: 0.008,
      runMin: 24,
      worksAtNight: false,
    }),
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
    robot('assembly', {
      id: 'robot-4',
      cycleS: 62,
      partsACycle: 1,
      rejectShare: 0.009,
      runMin: 15,
      worksAtNight: false,
    }),
  ],
}
