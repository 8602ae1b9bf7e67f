import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseUr3, ur3, ur3Samples, ur3Totals } from '../../../simulators/datasets/ur3.js'
import { DATASETS_REMEDY, datasetFile } from '../../support/datasets.js'

const JOINTS = [0, 1, 2, 3, 4, 5]
// The header as published: a blank behind "cycle", "Temperature_T0", and eleven columns without a name.
const HEADER = [
  'Num;Timestamp',
  ...JOINTS.map((joint) => `Current_J${joint};Temperature_${joint === 0 ? 'T' : 'J'}${joint}`),
  ...JOINTS.map((joint) => `Speed_J${joint}`),
  'Tool_current;cycle ;Robot_ProtectiveStop;grip_lost;;;;;;;;;;;',
].join(';')
const STILL = '0;0;0;0;0;0'

interface Line {
  readonly time?: string
  readonly speeds?: string
  readonly cycle?: string
  readonly stop?: string
  readonly grip?: string
}

function line({ time = '08:17:21.847', speeds = STILL, cycle = '1', stop = 'False', grip = 'False' }: Line): string {
  const currents = JOINTS.map(() => '-7,39E-30;27,875').join(';')
  return `1;2022-10-26T${time}Z;${currents};${speeds};0,0827;${cycle};${stop};${grip};;;;;;;;;;;`
}

function file(...lines: Line[]): string {
  return [HEADER, ...lines.map(line), ''].join('\n')
}

function stateOf(of: Line): string {
  return parseUr3(file(of))[0]!.state
}

describe('a row of the ur3 data set', () => {
  it.each([
    ['is PRODUCING when any joint is faster than 0.01 rad/s', { speeds: '0;0;0;0,0101;0;0' }, 'PRODUCING'],
    ['is PRODUCING whichever way the joint turns', { speeds: '0;0;0;0;0;-0,0101' }, 'PRODUCING'],
    ['is idle at 0.01 rad/s', { speeds: '0,01;-0,01;0;0;0;0' }, 'IDLE_STARVED'],
    ['is idle at a speed that only looks large', { speeds: '-7,39E-30;0;0;0;0;0' }, 'IDLE_STARVED'],
    ['is HELD in a protective stop', { stop: 'True' }, 'HELD'],
    ['is HELD in a protective stop while a joint still moves', { speeds: '2,5;0;0;0;0;0', stop: 'True' }, 'HELD'],
    ['is idle when speeds and stop are empty', { speeds: ';;;;;', stop: '' }, 'IDLE_STARVED'],
  ])('%s', (_, row, state) => {
    expect(stateOf(row)).toBe(state)
  })
})

describe('the ur3 data set', () => {
  it('counts the changes of the cycle, whatever number it changes to', () => {
    const cycles = ['232', '233', '233', '224', '226', '226']
    const rows = parseUr3(file(...cycles.map((cycle, i) => ({ time: `08:17:0${i}.000`, cycle }))))
    expect(ur3Samples(rows).map((sample) => sample.metrics.cycle_count)).toEqual([0, 1, 1, 2, 3, 3])
  })

  it('becomes a sample a row, with its own time in UTC', () => {
    expect(ur3Samples(parseUr3(file({ grip: 'True' }, { time: '08:17:22.852', grip: '' })))).toEqual([
      {
        ts: Date.parse('2022-10-26T08:17:21.847Z'),
        metrics: { state: 'IDLE_STARVED', cycle_count: 0, grip_lost: 1 },
        seq: 0,
      },
      { ts: Date.parse('2022-10-26T08:17:22.852Z'), metrics: { state: 'IDLE_STARVED', cycle_count: 0 }, seq: 1 },
    ])
  })

  it('is the same with a BOM, the other line ends and quotation marks, as a spreadsheet saves it', () => {
    const csv = file({ speeds: '0,5;0;0;0;0;0' }, { time: '08:17:22.852', cycle: '2' })
    const saved = `\uFEFF${csv.replace('0,5;', '"0,5";').replaceAll('\n', '\r\n')}`
    expect(parseUr3(saved)).toEqual(parseUr3(csv))
  })

  it('holds a state for five minutes, and knows nothing after that', () => {
    const rows = parseUr3(
      file({ time: '23:30:00.000', stop: 'True' }, { time: '23:50:00.000' }, { time: '23:51:00.000' }),
    )
    expect(ur3Totals(rows)).toMatchObject({
      from: '2022-10-26T23:30:00.000Z',
      to: '2022-10-27T00:00:00.000Z',
      seconds: { PRODUCING: 0, HELD: 300, IDLE_STARVED: 360, UNKNOWN: 1140 },
      longest_pause: { start: '2022-10-26T23:30:00.000Z', end: '2022-10-26T23:50:00.000Z', seconds: 1200 },
    })
  })

  it.each([
    ['a time is repeated', file({}, {}), 'line 3: 2022-10-26T08:17:21.847Z does not come after'],
    ['a time goes back', file({ time: '08:17:22.000' }, { time: '08:17:21.000' }), 'line 3'],
    ['a time is none', file({ time: '08:17' + 'x' }), 'Timestamp is "2022-10-26T08:17xZ"'],
    ['a speed has a decimal point', file({ speeds: '0.5;0;0;0;0;0' }), 'line 2: Speed_J0 is "0.5", not a number'],
    ['a stop is neither True nor False', file({ stop: 'maybe' }), 'Robot_ProtectiveStop is "maybe"'],
    ['the cycle is empty', file({ cycle: '' }), 'cycle is "", not a number'],
    ['the columns are others', 'a;b\n1;2\n', 'no column Timestamp'],
    ['there are no rows', HEADER, 'no rows'],
  ])('is refused as bad data when %s', (_, csv, sentence) => {
    expect(() => parseUr3(csv)).toThrow(expect.objectContaining({ code: 65 }))
    expect(() => parseUr3(csv)).toThrow(sentence)
  })
})

const path = datasetFile('ur3-cobot.csv')

describe.skipIf(path === null)(`the day of the ur3${path === null ? `: ${DATASETS_REMEDY}` : ''}`, () => {
  it('has 248 cycles, and a pause of more than five hours that is neither down time nor idle time', () => {
    const { samples, expected } = ur3(path === null ? '' : readFileSync(path, 'utf8'))
    expect(samples).toHaveLength(7409)
    expect(samples.at(-1)!.metrics.cycle_count).toBe(248)
    // Added up once from the file by another program.
    expect(expected).toEqual({
      from: '2022-10-26T08:17:21.847Z',
      to: '2022-10-27T00:00:00.000Z',
      seconds: { PRODUCING: 3765.056, HELD: 287.614, IDLE_STARVED: 4057.938, UNKNOWN: 48447.545 },
      max_hold_s: 300,
      longest_pause: { start: '2022-10-26T09:06:19.201Z', end: '2022-10-26T14:19:53.326Z', seconds: 18814.125 },
      cycles: 248,
    })
  })
})
