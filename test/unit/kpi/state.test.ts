import { describe, expect, test } from 'vitest'
import { STATES, stateCode, stateOfWord, UNKNOWN_WORD } from '../../../src/base/states.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import { MICROSTOPS, REPAIR_TIME, STATE_ACCOUNTS } from '../../../src/kpi/series/accounts.js'
import { ConnectionHistory } from '../../../src/kpi/series/connection-history.js'
import { encodeState, StateFold, type StateRules } from '../../../src/kpi/series/state.js'
import { PlantVersion, WorkPlan } from '../../../src/kpi/settings/version.js'

const at = (time: string) => Date.parse(`2025-07-01T${time}Z`)
const ALWAYS = new WorkPlan([new PlantVersion(0, -Infinity, null, bundledLibrary())])
const inShift = { orderActive: null, changeover: false, inShift: true, slot: null } as const

/** State that a word alone means, inside a shift. */
const meaning = (word: string, context = {}) => STATES[stateOfWord(stateCode(word), { ...inShift, ...context })]

describe('state words (KPI specification §1.3)', () => {
  test.each([
    ['Execute', 'PRODUCING'],
    ['Completing', 'PRODUCING'],
    ['Executing', 'PRODUCING'],
    ['AUTOMATIC', 'PRODUCING'],
    ['AUTOMATIC_EXTERNAL', 'PRODUCING'],
    ['running', 'PRODUCING'],
    ['Starting', 'SETUP'],
    ['Resetting', 'SETUP'],
    ['Suspended', 'IDLE_BLOCKED'],
    ['Idle', 'IDLE_STARVED'],
    ['Ready', 'IDLE_STARVED'],
    ['Held', 'HELD'],
    ['Holding', 'HELD'],
    ['Unholding', 'HELD'],
    ['ProtectiveStop', 'HELD'],
    ['Stopped', 'HELD'],
    ['Stopping', 'HELD'],
    ['Suspending', 'HELD'],
    ['Unsuspending', 'HELD'],
    ['Aborting', 'DOWN_FAULT'],
    ['Aborted', 'DOWN_FAULT'],
    ['Clearing', 'DOWN_FAULT'],
    ['EmergencyStop', 'DOWN_FAULT'],
    ['error', 'DOWN_FAULT'],
    ['Complete', 'IDLE_NO_ORDER'],
    ['off', 'OFF'],
    ['power off', 'OFF'],
    ['operator hold', 'HELD'],
    // OPC 40001-1, from memory.
    ['NotAvailable', 'OFF'],
    ['OutOfService', 'DOWN_FAULT'],
    ['NotExecuting', 'IDLE_STARVED'],
    ['Processing', 'PRODUCING'],
    ['Maintenance', 'PM'],
  ])('%s is %s', (word, state) => expect(meaning(word)).toBe(state))

  test('case and separators play no part', () => {
    for (const word of ['protective_stop', 'PROTECTIVE STOP', 'Protective-Stop']) expect(meaning(word)).toBe('HELD')
  })

  test('every state is its own word', () => {
    for (const state of STATES) expect(meaning(state)).toBe(state)
  })

  test('a word that is in no map is unknown, and so is a number: their numbers clash', () => {
    expect(stateCode('singing')).toBe(UNKNOWN_WORD)
    // PackTags and OPC 30060 number states differently: 6 is Execute in one, 4 in the other.
    for (const number of [0, 2, 3, 4, 6, '6', '17']) expect(encodeState(0, number)).toBe(encodeState(0, 'singing'))
    expect(meaning('singing')).toBe('UNKNOWN')
  })

  test('Idle without an order is no delay, outside a shift too unless an order runs', () => {
    expect(meaning('Idle', { orderActive: false })).toBe('IDLE_NO_ORDER')
    expect(meaning('Idle', { inShift: false })).toBe('IDLE_NO_ORDER')
    expect(meaning('Idle', { inShift: false, orderActive: true })).toBe('IDLE_STARVED')
  })

  test('Stopped in a slot in which nothing is to run is planned', () => {
    expect(meaning('Stopped', { slot: 'planned_stop' })).toBe('PLANNED_STOP')
    expect(meaning('Stopped', { slot: 'break' })).toBe('BREAK')
  })

  test('manual work is setup while the machine is being set up', () => {
    expect(meaning('MANUAL_REDUCED_SPEED', { changeover: true })).toBe('SETUP')
    expect(meaning('MANUAL_REDUCED_SPEED')).toBe('HELD')
  })
})

type Sample = readonly [time: string, value: string | number, input?: 0 | 1 | 2, quality?: number]

/** Stretches as `HH:MM:SS HH:MM:SS STATE`, and the microstops, of samples and what holds after them up to `until`. */
function folded(samples: readonly Sample[], rules: Partial<StateRules> = {}, until?: string) {
  const fold = new StateFold()
  const all = { maxHoldMs: 300_000, connections: null, plan: ALWAYS, microstopMs: 300_000, ...rules }
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 19)
  const states: string[] = []
  const microstops: string[] = []
  const sums = Array.from({ length: STATE_ACCOUNTS }, () => 0)
  const columns = {
    ts: samples.map(([time]) => at(time)),
    value: samples.map(([, value, input]) => encodeState(input ?? 0, value)),
    quality: samples.map(([, , , quality]) => quality ?? 0),
    marks: samples.map(() => 0),
  }
  for (const i of samples.keys()) {
    fold.step(columns, i, all, {
      state: (a, b, state, accounts) => {
        states.push(`${clock(a)} ${clock(b)} ${STATES[state]}`)
        for (const account of accounts) sums[account]! += (b - a) / 1000
      },
      happened: (ts, account, amount) => {
        if (account === MICROSTOPS) microstops.push(clock(ts))
        sums[account]! += account === REPAIR_TIME ? amount / 1000 : amount
      },
    })
  }
  const tail: string[] = []
  if (until !== undefined) {
    fold.tail(0, at(until), all, (t0, t1, state) => tail.push(`${(t1 - t0) / 1000} ${STATES[state]}`))
  }
  return { states, microstops, tail, sums }
}

describe('what a state holds (KPI specification §1.4)', () => {
  test('until the next sample, and a repeat is a heartbeat', () => {
    const { states } = folded([
      ['08:00:00', 'Execute'],
      ['08:04:00', 'Execute'],
      ['08:06:30', 'Idle'],
    ])
    expect(states).toEqual(['08:00:00 08:04:00 PRODUCING', '08:04:00 08:06:30 PRODUCING'])
  })

  test('at most max_hold_s: beyond it is unknown', () => {
    const { states } = folded([
      ['08:00:00', 'Execute'],
      ['08:05:01', 'Idle'],
    ])
    expect(states).toEqual(['08:00:00 08:05:00 PRODUCING'])
    expect(
      folded([
        ['08:00:00', 'Execute'],
        ['08:05:00', 'Idle'],
      ]).states,
    ).toEqual(['08:00:00 08:05:00 PRODUCING'])
  })

  test('what the last one says ends with its hold too', () => {
    expect(folded([['08:00:00', 'Execute']], {}, '08:03:00').tail).toEqual(['180 PRODUCING'])
    expect(folded([['08:00:00', 'Execute']], {}, '09:00:00').tail).toEqual(['300 PRODUCING'])
  })

  test('a sample of bad quality ends it', () => {
    const { states } = folded([
      ['08:00:00', 'Execute'],
      ['08:01:00', 'Execute', 0, 7],
      ['08:02:00', 'Idle'],
    ])
    expect(states).toEqual(['08:00:00 08:01:00 PRODUCING'])
  })

  test('order_active says what Idle means, from its own time on', () => {
    const { states } = folded([
      ['08:00:00', 'Idle'],
      ['08:01:00', 0, 1],
      ['08:03:00', 1, 1],
      ['08:04:00', 'Held'],
    ])
    expect(states).toEqual([
      '08:00:00 08:01:00 IDLE_STARVED',
      '08:01:00 08:03:00 IDLE_NO_ORDER',
      '08:03:00 08:04:00 IDLE_STARVED',
    ])
  })

  test('an order that nobody repeats is forgotten after its hold', () => {
    const heartbeat: Sample[] = [
      ['08:04:00', 'Idle'],
      ['08:08:00', 'Idle'],
      ['08:09:00', 'Idle'],
    ]
    const { states } = folded([['08:00:00', 0, 1], ['08:00:00', 'Idle'], ...heartbeat])
    expect(states).toEqual([
      '08:00:00 08:04:00 IDLE_NO_ORDER',
      '08:04:00 08:05:00 IDLE_NO_ORDER',
      '08:05:00 08:08:00 IDLE_STARVED',
      '08:08:00 08:09:00 IDLE_STARVED',
    ])
  })

  test('a fold that is taken up from its saved state goes on as if it had never stopped', () => {
    const fold = new StateFold()
    const columns = { ts: [at('08:00:00')], value: [encodeState(0, 'Aborted')], quality: [1], marks: [0] }
    const rules = { maxHoldMs: 300_000, connections: null, plan: ALWAYS, microstopMs: 300_000 }
    fold.step(columns, 0, rules, { state: () => {}, happened: () => {} })
    expect(StateFold.restore(fold.save()).save()).toEqual(fold.save())
  })
})

describe('microstops', () => {
  test('a fault shorter than microstop_s counts where it ends', () => {
    expect(
      folded([
        ['08:00:00', 'Aborted'],
        ['08:04:59', 'Execute'],
      ]).microstops,
    ).toEqual(['08:04:59'])
  })

  test('one of microstop_s or longer does not', () => {
    const long: Sample[] = [
      ['08:00:00', 'Aborted'],
      ['08:03:00', 'Clearing'],
      ['08:05:00', 'Execute'],
    ]
    expect(folded(long).microstops).toEqual([])
    expect(folded(long, { microstopMs: 301_000 }).microstops).toEqual(['08:05:00'])
  })

  test('a long fault with a silence in it does not: it began where it began', () => {
    const silent: Sample[] = [
      ['07:58:00', 'Execute'],
      ['08:00:00', 'Aborted'],
      ['09:00:00', 'Aborted'],
      ['09:02:00', 'Execute'],
    ]
    expect(folded(silent).microstops).toEqual([])
    expect(folded(silent.slice(1)).microstops).toEqual([])
    const bad = silent.toSpliced(2, 0, ['08:03:00', 'Aborted', 0, 4])
    expect(folded(bad).microstops).toEqual([])
  })

  test('a fault after a silence in which it was another does, as it begins anew', () => {
    const [first, last]: Sample[][] = [
      [
        ['08:00:00', 'Aborted'],
        ['08:20:00', 'Execute'],
      ],
      [
        ['09:00:00', 'Aborted'],
        ['09:02:00', 'Execute'],
      ],
    ]
    expect(folded([...first!, ...last!]).microstops).toEqual(['09:02:00'])
  })

  test('one whose end nobody saw does not', () => {
    expect(
      folded([
        ['08:00:00', 'Aborted'],
        ['08:06:00', 'Execute'],
      ]).microstops,
    ).toEqual([])
    expect(
      folded([
        ['08:00:00', 'Aborted'],
        ['08:01:00', 'UNKNOWN'],
      ]).microstops,
    ).toEqual([])
  })
})

describe('a device that sends on change', () => {
  const up = (connections: ConnectionHistory, time: string) => connections.take({ at: at(time), isUp: true }, 300_000)
  const down = (connections: ConnectionHistory, time: string) =>
    connections.take({ at: at(time), isUp: false }, 300_000)

  test('holds without limit while it is connected', () => {
    const connections = new ConnectionHistory()
    up(connections, '07:00:00')
    const { states, tail } = folded(
      [
        ['08:00:00', 'Execute'],
        ['11:00:00', 'Idle'],
      ],
      { connections },
      '20:00:00',
    )
    expect(states).toEqual(['08:00:00 11:00:00 PRODUCING'])
    expect(tail).toEqual(['32400 IDLE_STARVED'])
  })

  test('is unknown from a disconnect that is not healed until its next sample', () => {
    const connections = new ConnectionHistory()
    up(connections, '07:00:00')
    down(connections, '09:00:00')
    up(connections, '09:05:01')
    const { states } = folded(
      [
        ['08:00:00', 'Execute'],
        ['11:00:00', 'Idle'],
      ],
      { connections },
    )
    expect(states).toEqual(['08:00:00 09:00:00 PRODUCING'])
  })

  test('a disconnect that is healed within max_hold_s never was', () => {
    const connections = new ConnectionHistory()
    up(connections, '07:00:00')
    expect(down(connections, '09:00:00')).toBe(at('09:00:00'))
    expect(connections.pendingSinceMs(at('09:04:00'), 300_000)).toBe(at('09:00:00'))
    expect(up(connections, '09:05:00')).toBe(at('09:00:00'))
    expect(
      folded(
        [
          ['08:00:00', 'Execute'],
          ['11:00:00', 'Idle'],
        ],
        { connections },
      ).states,
    ).toEqual(['08:00:00 11:00:00 PRODUCING'])
  })

  test('one that may still be healed cuts for now', () => {
    const connections = new ConnectionHistory()
    up(connections, '07:00:00')
    down(connections, '09:00:00')
    expect(folded([['08:00:00', 'Execute']], { connections }, '09:02:00').tail).toEqual(['3600 PRODUCING'])
    expect(connections.pendingSinceMs(at('09:05:01'), 300_000)).toBeNull()
  })

  test('whose clock is a little ahead does not hold its last word for ever', () => {
    const connections = new ConnectionHistory()
    up(connections, '07:00:00')
    down(connections, '08:59:57')
    expect(folded([['09:00:00', 'Execute']], { connections }, '20:00:00').tail).toEqual([])
  })

  test('has words of before its connection that hold as those of any other device', () => {
    const connections = new ConnectionHistory()
    up(connections, '12:00:00')
    const { states, tail } = folded(
      [
        ['08:00:00', 'Execute'],
        ['11:00:00', 'Idle'],
      ],
      { connections },
      '20:00:00',
    )
    expect(states).toEqual(['08:00:00 08:05:00 PRODUCING'])
    expect(tail).toEqual(['300 IDLE_STARVED'])
  })

  test('has a word that the connection found holding, and goes on with it', () => {
    const connections = new ConnectionHistory()
    up(connections, '08:04:00')
    expect(folded([['08:00:00', 'Execute']], { connections }, '09:00:00').tail).toEqual(['3600 PRODUCING'])
  })
})
