import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS } from '../../src/base/durations.js'
import { register, type Standstill } from '../devices/meter.js'
import { levels } from '../physics/load.js'
import type { LoadChange } from '../physics/load-change.js'
import { LocalDays } from '../physics/local-days.js'
import type { Robot } from '../physics/robot-day.js'
import { WorkWeek } from '../physics/work-week.js'
import {
  type DeviceDescription,
  machine,
  machineMeter,
  meter,
  minuteOf,
  type PlantDescription,
  submeter,
} from './description.js'

/** Something that was done to the plant on purpose: what a gateway is to find, and how much it is. */
export interface Planted {
  /** A kind of anomaly, or a saving. */
  readonly kind: 'compressed_air_base_load' | 'idle_waste' | 'stuck' | 'saving'
  readonly device: string
  /** RFC 3339; without an end it lasts. */
  readonly from: string
  readonly until?: string
  /** In words, with its amount. */
  readonly what: string
}

/** A plant that has been there for so long, with what was done to it. */
export interface PlantWithPast extends PlantDescription {
  readonly planted: readonly Planted[]
}

/** Id of this plant, the one that has a past. */
export const WITH_PAST = 'kunshan-1'

const ZONE = 'Asia/Shanghai'
/** The new compressor, on a Monday; devices/demo/greengauge.yaml claims its saving from that week on. */
const NEW_COMPRESSOR_MS = Date.parse('2026-09-07T00:00:00+08:00')
const COMPRESSOR_FACTOR = 0.74
/** Compressed air that escapes, kW of the compressor, and days before the first start since when. */
const LEAK_KW = 1.4
const LEAK_DAYS = 20
/** The hydraulics of the press are no longer switched off. */
const IDLE_KW = 5
const IDLE_DAYS = 16
/** The meter of the laser stood still, days before the first start, and for so long. */
const STUCK_DAYS = 9
const STUCK_HOURS = 30

const PRESS: Robot = {
  id: 'press-1',
  cycleS: 14,
  partsACycle: 1,
  rejectShare: 0.008,
  runMin: 18,
  worksAtNight: false,
}

/**
 * A workshop that cuts and presses sheet metal, by day from Monday to Saturday. It is small, so that a gateway takes months of it within
 * minutes. The new compressor has its date; the rest of what was done to it lies as far back from the first start.
 *
 * @param startMs first start of the demo, epoch ms
 * @param days of past before that: its meters begin at that midnight
 */
export function kunshan(startMs: number, days: number): PlantWithPast {
  const today = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(ZONE).startOfDay()
  const begin = today.subtract({ days })
  const todayMs = today.epochMilliseconds
  const leakMs = todayMs - LEAK_DAYS * DAY_MS + 22 * HOUR_MS
  const idleMs = todayMs - IDLE_DAYS * DAY_MS + 18 * HOUR_MS
  const stuckMs = todayMs - STUCK_DAYS * DAY_MS + 14 * HOUR_MS
  // Its meters know nothing of a time before they were there.
  const stuck: readonly Standstill[] =
    stuckMs < begin.epochMilliseconds ? [] : [{ fromMs: stuckMs, toMs: stuckMs + STUCK_HOURS * HOUR_MS }]
  const changes: readonly LoadChange[] = [
    { id: 'compressor', fromMs: NEW_COMPRESSOR_MS, factor: COMPRESSOR_FACTOR },
    { id: 'compressor', fromMs: leakMs, addKw: LEAK_KW },
    { id: PRESS.id, fromMs: idleMs, leastKw: IDLE_KW },
  ]
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    planted: [
      {
        ...{ kind: 'saving', device: 'compressor-1', from: iso(NEW_COMPRESSOR_MS) },
        what: `a new compressor draws ${COMPRESSOR_FACTOR} of what the old one did`,
      },
      {
        ...{ kind: 'compressed_air_base_load', device: 'compressor-1', from: iso(leakMs) },
        what: `compressed air escapes: ${LEAK_KW} kW more at all hours`,
      },
      {
        ...{ kind: 'idle_waste', device: `meter-${PRESS.id}`, from: iso(idleMs) },
        what: `the hydraulics stay switched on: ${IDLE_KW} kW at least`,
      },
      ...stuck.map(({ fromMs, toMs }) => ({
        ...{ kind: 'stuck' as const, device: 'laser-1', from: iso(fromMs), until: iso(toMs) },
        what: `the register stands still for ${STUCK_HOURS} hours`,
      })),
    ],
    model: {
      id: WITH_PAST,
      days: new LocalDays(ZONE, begin.toPlainDate().toString()),
      week: new WorkWeek([
        {
          name: 'day',
          start: minuteOf('08:00'),
          end: minuteOf('18:00'),
          days: [1, 2, 3, 4, 5, 6],
          breaks: [[minuteOf('12:00'), minuteOf('13:00')]],
          crew: 'full',
        },
      ]),
      loads: [
        { id: 'laser', level: levels(1.6, 2.1, 34, 7), rampMin: 10, slowSwing: 0.16, fastSwing: 0.1 },
        { id: 'compressor', level: levels(2.6, 3.2, 23, 10), rampMin: 3, slowSwing: 0.07, fastSwing: 0.05 },
        { id: 'hall', level: levels(2.4, 3.4, 15, 13), rampMin: 20, slowSwing: 0.05, fastSwing: 0.02 },
        // Offices, the press brake, tools: on no meter but the main one, as is what feeds the press.
        { id: 'unmetered', level: levels(1.8, 2.2, 11, 8), rampMin: 15, slowSwing: 0.06, fastSwing: 0.04 },
      ],
      drives: [{ robot: PRESS, behind: 'unmetered', kw: { working: 21, standing: 1.8, off: 0.6 } }],
      changes,
      powerFactor: { mean: 0.94, swing: 0.02 },
      solar: { place: { latitude: 31.39, longitude: 120.98 }, peakKw: 50, performance: 0.85 },
      climate: { mean: 16.5, seasonSwing: 12, daySwing: 3.5, weatherSwing: 5 },
      // It buys its heat: no meter shows this gas.
      boiler: { follows: 'hall', nm3PerKwh: 0, nm3hPerKelvin: 0, hallC: 15, rated: 1 },
      water: { id: 'water', level: levels(0, 0, 0.2, 0.1), rampMin: 15, slowSwing: 0.15, fastSwing: 0.25 },
    },
    devices: devicesOf(stuck),
  }
}

function devicesOf([standstill]: readonly Standstill[]): readonly DeviceDescription[] {
  return [
    meter('utilities', 'main-1', [register('elec_import_kwh', 'import'), register('elec_export_kwh', 'export')]),
    meter('utilities', 'pv-1', [register('renew_onsite_kwh', 'solar')]),
    submeter('utilities', 'compressor-1', 'compressor'),
    submeter('utilities', 'hall-1', 'hall'),
    {
      ...{ kind: 'submeter', line: 'sheet', id: 'laser-1', channels: [register('elec_submeter_kwh', 'laser')] },
      ...(standstill === undefined ? {} : { standstill }),
    },
    machine('sheet', PRESS),
    machineMeter('sheet', PRESS),
  ]
}
