import { at, EARLY, type Example, machine, said, samples, teller } from './example.js'

const SHIFT = { window: 'shift', start: '2025-07-01T06:00:00Z' } as const
const HOUR_9 = { window: '1h', start: '2025-07-01T09:00:00Z' } as const
const DAYS = [1, 2, 3, 4, 5] as const

/** A planned length of time from six o'clock on, and for how much of it the machine runs before it fails. */
function available(
  id: string,
  source: string,
  [end, failsAt]: readonly [string, string],
  value: number,
  digits: number,
): Example {
  return {
    id,
    source,
    says: `a machine that runs from 06:00 to ${failsAt} of a shift to ${end} is available for ${(value * 100).toFixed(digits - 2)} %`,
    plant: { shifts: [{ ...EARLY, end }], devices: [teller('m')] },
    sent: [
      { device: 'm', class: 'production', samples: said(['06:00', 'Execute'], [failsAt, 'Fault'], ['23:00', 'Off']) },
    ],
    figures: [{ kpi: 'availability', ...SHIFT, device: 'm', value, digits }],
  }
}

/** Parts of a process step, so many of them good at the first attempt, each an event. */
function checked(op: string, good: number, all: number) {
  return Array.from({ length: all }, (_, i) => {
    const result = i < good ? 'pass' : 'fail'
    const id = `${op}-${i}`
    return { ts: at('09:30'), events: [{ id, type: 'serial_result', serial: id, op, result }] }
  })
}

/** 25 subgroups of two measures whose spread within is 2: d2 of two values is 1.128. */
const MEASURES = Array.from({ length: 50 }, (_, i) => {
  const value = 16 + (i % 2 === 0 ? 1.128 : -1.128)
  const event = { id: `d-${i}`, type: 'measure', char: 'bore', value, subgroup: Math.floor(i / 2) }
  return { ts: at('09:30'), events: [event] }
})

export const MACHINES: readonly Example[] = [
  {
    id: 'O3',
    source: 'Vorne, oee.com',
    says: 'a shift of 480 min with 60 of breaks and 47 down makes 19,271 pieces of 1 s, 423 of them bad: OEE 0.7479',
    plant: {
      shifts: [
        {
          ...EARLY,
          breaks: [
            { start: '10:00', end: '10:30' },
            { start: '12:00', end: '12:30' },
          ],
          breaks_in_pbt: false,
        },
      ],
      products: [{ id: 'cap', ideal_cycle_s: 1 }],
      devices: [machine('m')],
    },
    sent: [
      {
        device: 'm',
        class: 'production',
        samples: said(
          ['06:00', 'Execute'],
          ['06:00', { parts_total: 500, parts_reject: 7 }],
          ['08:00', 'Aborted'],
          ['08:47', 'Execute'],
          ['10:00', 'Stopped'],
          ['10:30', 'Execute'],
          ['12:00', 'Stopped'],
          ['12:30', 'Execute'],
          ['13:59', { parts_total: 19_771, parts_reject: 430 }],
          ['14:00', 'Off'],
          ['15:00', { parts_total: 19_771, parts_reject: 430 }],
          ['15:00', 'Off'],
        ),
      },
    ],
    figures: [
      {
        kpi: 'availability',
        ...SHIFT,
        device: 'm',
        value: 0.8881,
        digits: 4,
        rest: { numerator: 373 * 60, denominator: 420 * 60 },
      },
      { kpi: 'effectiveness', ...SHIFT, device: 'm', value: 0.8611, digits: 4 },
      {
        kpi: 'quality_ratio',
        ...SHIFT,
        device: 'm',
        value: 0.978,
        digits: 4,
        rest: { numerator: 18_848, denominator: 19_271 },
      },
      { kpi: 'oee', ...SHIFT, device: 'm', value: 0.7479, digits: 4, rest: { flags: [], provisional: false } },
    ],
  },
  available('O4', 'SMRP best-practice metric', ['22:00', '2025-07-01T18:15:36Z'], 0.7663, 4),
  available('O5', 'public test, shopfloor-copilot', ['13:30', '12:55'], 0.922, 3),
  available('O23', 'Willmott, TPM text', ['21:10', '19:03'], 0.86, 3),
  // The text prints 77.7: 203 / 261 is 0.77778, cut off there and rounded here.
  available('O23', 'Willmott, TPM text', ['10:21', '09:23'], 0.778, 3),
  {
    id: 'O8',
    source: 'Minitab',
    // The text prints 0.70: the same with two decimals.
    says: 'steps of 0.95, 0.84 and 0.88 have a rolled yield of 0.702',
    plant: {},
    sent: [
      {
        device: 'm',
        class: 'production',
        samples: [...checked('a', 19, 20), ...checked('b', 21, 25), ...checked('c', 22, 25)],
      },
    ],
    figures: [{ kpi: 'rty', ...HOUR_9, value: 0.702, digits: 3 }],
  },
  {
    id: 'O18',
    source: 'Timescale, state_agg',
    says: 'running from 10:30 to 16:00 two days on, and again for two days, is 3 d 22 h',
    plant: { devices: [teller('m')] },
    sent: [
      {
        device: 'm',
        class: 'production',
        samples: said(
          ['2025-01-01T10:00:00Z', 'starting'],
          ['2025-01-01T10:30:00Z', 'running'],
          ['2025-01-03T16:00:00Z', 'error'],
          ['2025-01-03T18:30:00Z', 'starting'],
          ['2025-01-03T19:30:00Z', 'running'],
          ['2025-01-05T12:00:00Z', 'stopping'],
          ['2025-01-06T12:00:00Z', 'stopping'],
        ),
      },
    ],
    // 13.5 h, a day, 16 + 4.5 h, a day, 12 h: 94 h together.
    figures: [13.5, 24, 20.5, 24, 12].map((hours, i) => ({
      kpi: 'time_producing',
      window: '1d' as const,
      start: `2025-01-0${DAYS[i]}T00:00:00Z`,
      device: 'm',
      value: hours * 3600,
    })),
  },
  {
    id: 'O20',
    source: 'NIST handbook 6.1.6',
    says: 'limits of 8 and 20 around a mean of 16 with a spread of 2 are Cp 1.0 and Cpk 0.6667',
    plant: { characteristics: [{ id: 'bore', lsl: 8, usl: 20 }] },
    sent: [{ device: 'm', class: 'production', samples: MEASURES }],
    figures: [
      { kpi: 'cp', ...HOUR_9, device: 'm', value: 1 },
      { kpi: 'cpk', ...HOUR_9, device: 'm', value: 0.6667, digits: 4 },
    ],
  },
  {
    id: 'S7',
    source: 'synthetic',
    says: 'a counter of pieces that rises by 30 between 09:50 and 10:20 counts all of them in hour 10',
    plant: { devices: [{ id: 'm', line: 'l', metrics: { parts_good: { period_s: 60 } } }] },
    sent: [
      {
        device: 'm',
        class: 'production',
        samples: [
          ...samples(['09:00', '09:50', 1], () => ({ parts_good: 100 })),
          ...samples(['10:20', '11:05', 1], () => ({ parts_good: 130 })),
        ],
      },
    ],
    figures: [
      { kpi: 'good_units', ...HOUR_9, value: 0 },
      { kpi: 'good_units', window: '1h', start: '2025-07-01T10:00:00Z', value: 30 },
    ],
  },
  {
    id: 'S12',
    source: 'synthetic',
    says: 'two robots with 300 of 400 and 50 of 100 planned minutes are used for 0.70, not for the mean of 0.625',
    plant: { shifts: [EARLY], devices: [teller('r1', 'robot'), teller('r2', 'robot')] },
    sent: [
      // Maintenance takes the rest of the shift out of what is planned.
      {
        device: 'r1',
        class: 'robot',
        samples: said(['06:00', 'Execute'], ['11:00', 'Held'], ['12:40', 'PM'], ['15:00', 'Off']),
      },
      {
        device: 'r2',
        class: 'robot',
        samples: said(['06:00', 'Execute'], ['06:50', 'Held'], ['07:40', 'PM'], ['15:00', 'Off']),
      },
    ],
    figures: [
      { kpi: 'robot_util_planned', ...SHIFT, value: 0.7, rest: { numerator: 350 * 60, denominator: 500 * 60 } },
      { kpi: 'robot_util_planned', ...SHIFT, device: 'r1', value: 0.75 },
      { kpi: 'robot_util_planned', ...SHIFT, device: 'r2', value: 0.5 },
    ],
  },
]
