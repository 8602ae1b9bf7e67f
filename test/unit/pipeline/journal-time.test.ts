/** "Now" by the journal when the clock of the machine was set, and what readiness says of it. */
import { beforeEach, describe, expect, test } from 'vitest'
import { Senders } from '../../../src/archive/senders.js'
import { clockHealth } from '../../../src/pipeline/clock-health.js'
import { DeviceConnections } from '../../../src/pipeline/device-connections.js'
import { JournalTime } from '../../../src/pipeline/journal-time.js'
import { type MessageAccounting, newAccounting } from '../../../src/pipeline/message-accounting.js'
import { version } from './config-of.js'

const T0 = Date.parse('2026-11-24T08:00:00Z')
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]
const RULES = { registered: null, retentionMs: 30 * DAY }

let accounting: MessageAccounting
let senders: Senders
let time: JournalTime

beforeEach(() => {
  accounting = { ...newAccounting(), nowMs: T0 }
  senders = new Senders()
  time = new JournalTime({
    accounting,
    senders,
    connections: new DeviceConnections(senders, version(T0, [{ id: 'robot', on_change: true }])),
  })
})

const doubted = (atMs: number, toMs: number) => time.clock({ kind: 'clock', arrivedAt: atMs, fromMs: atMs, toMs })
const returned = (atMs: number) => time.clock({ kind: 'clock', arrivedAt: atMs, fromMs: atMs, toMs: atMs })
const followed = (fromMs: number, toMs: number) => time.clock({ kind: 'clock', arrivedAt: toMs, fromMs, toMs })
/** A connected robot whose last message came at an instant. */
function robot(atMs: number) {
  const minutes = [{ minute: Math.floor(atMs / MINUTE), offsetMs: null, messages: 1 }]
  const of = { client: 'c', session: 'open', lastArrivalMs: atMs, lastHeardMs: atMs, minutes } as const
  return Object.assign(senders.touch('p', 'l', 'robot'), of, { minutes })
}

describe('while the clock is doubted', () => {
  test('now goes on, and a time that the clock has is not in the future', () => {
    doubted(T0 + SECOND, T0 + 3 * DAY)
    expect(accounting.nowMs).toBe(T0 + SECOND)
    const rules = time.rules(RULES)
    expect(rules).toEqual({ ...RULES, aheadMs: 3 * DAY - SECOND })
    expect(time.rules(RULES)).toBe(rules)
    returned(T0 + 5 * SECOND)
    expect(time.rules(RULES)).toBe(RULES)
  })

  test('an earlier one than the arrival changes nothing of what is in the future', () => {
    doubted(T0, T0 - HOUR)
    expect(time.rules(RULES)).toBe(RULES)
  })

  test('readiness says from when to when it jumped, and for a minute that it is right again', () => {
    doubted(T0 + SECOND, T0 + 3 * DAY)
    const { ok, reason } = clockHealth(accounting)
    expect(ok).toBe(false)
    expect(reason).toContain('jumped from 2026-11-24T08:00:01.000Z to 2026-11-27T08:00:00.000Z')
    returned(T0 + 5 * SECOND)
    expect(clockHealth(accounting)).toMatchObject({ ok: false })
    expect(clockHealth(accounting).reason).toContain('is right again since 2026-11-24T08:00:05.000Z')
    time.reach(T0 + 65 * SECOND)
    expect(clockHealth(accounting)).toEqual({ name: 'clock', ok: true, reason: '' })
  })
})

describe('a clock that is followed', () => {
  test('ahead: the time between is one of silence for nobody, and for a day nothing goes by its age', () => {
    robot(T0)
    expect(followed(T0 + SECOND, T0 + 3 * DAY)).toMatchObject([{ device: 'robot', isUp: false, at: T0 }])
    expect(accounting).toMatchObject({
      nowMs: T0 + 3 * DAY,
      outage: { fromMs: T0, toMs: T0 + 3 * DAY },
      waitsUntilMs: T0 + 4 * DAY,
    })
    expect(time.rules(RULES).retentionMs).toBe(null)
    time.reach(T0 + 4 * DAY)
    expect(time.rules(RULES)).toBe(RULES)
  })

  test('back: now goes back, and nobody was heard of behind it', () => {
    followed(T0 + SECOND, T0 + 3 * DAY)
    const sender = robot(T0 + 3 * DAY)
    followed(T0 + 3 * DAY + 4 * SECOND, T0 + 5 * SECOND)
    expect(accounting.nowMs).toBe(T0 + 5 * SECOND)
    expect(sender).toMatchObject({ lastArrivalMs: T0 + 5 * SECOND, lastHeardMs: T0 + 5 * SECOND, minutes: [] })
    expect(senders.takeTouched().map(({ device }) => device)).toEqual(['robot'])
    expect(accounting.waitsUntilMs).toBeLessThanOrEqual(T0 + DAY + 5 * SECOND)
    time.reach(T0 + 6 * SECOND)
    expect(accounting.nowMs).toBe(T0 + 6 * SECOND)
  })

  test('is told for ten minutes', () => {
    followed(T0 + SECOND, T0 - HOUR)
    expect(clockHealth(accounting)).toMatchObject({ ok: false })
    expect(clockHealth(accounting).reason).toContain('can be retried from the quarantine')
    time.reach(T0 - HOUR + 10 * MINUTE)
    expect(clockHealth(accounting).ok).toBe(true)
  })
})

describe('a start of the gateway', () => {
  test('with a clock behind that of before: now goes back, and that is a jump', () => {
    time.start(T0 - DAY)
    expect(accounting).toMatchObject({ nowMs: T0 - DAY, clock: { standing: 'followed', fromMs: T0, toMs: T0 - DAY } })
  })

  test('a second behind is none: now stands still for that long', () => {
    time.start(T0 - 999)
    expect(accounting).toMatchObject({ nowMs: T0, clock: null, outage: { fromMs: T0, toMs: T0 } })
  })

  test('after a weekend nothing waits; after years, which may be those of a wrong clock, what is deleted waits for a day', () => {
    time.start(T0 + 3 * DAY)
    expect(accounting.nowMs).toBeGreaterThan(accounting.waitsUntilMs)
    time.start(T0 + 3653 * DAY)
    expect(accounting.waitsUntilMs).toBe(T0 + 3654 * DAY)
    expect(clockHealth(accounting)).toMatchObject({ ok: true })
    expect(clockHealth(accounting).reason).toContain('nothing is deleted by its age')
  })
})

describe('a start with a clock that is behind the journal', () => {
  const BOOT = Date.parse('1970-01-01T00:00:20Z')
  /** As the intake writes it down. */
  const started = (atMs: number) => {
    time.start(atMs)
    doubted(atMs, BOOT)
  }

  test('is no way back: now goes on, and devices may be ahead by as much as a gateway is off', () => {
    started(T0 + 5)
    expect(accounting).toMatchObject({ nowMs: T0 + 5, clock: { standing: 'doubted', isOfStart: true } })
    expect(time.rules(RULES)).toEqual({ ...RULES, aheadMs: 7 * DAY })
    const { ok, reason } = clockHealth(accounting)
    expect(ok).toBe(false)
    expect(reason).toContain('said 1970-01-01T00:00:20.000Z when the gateway was started')
  })

  test('when it comes right after a weekend, that was the outage: nothing waits, and for a minute it is told', () => {
    robot(T0)
    started(T0 + 5)
    const sender = robot(T0 + 20 * SECOND)
    const rightMs = T0 + 2 * DAY
    time.reach(T0 + 30 * SECOND)
    expect(returned(rightMs)).toMatchObject([{ device: 'robot', isUp: false, at: T0 + 30 * SECOND }])
    expect(accounting).toMatchObject({ nowMs: rightMs, outage: { fromMs: T0, toMs: rightMs } })
    expect(accounting.waitsUntilMs).toBeLessThan(T0)
    expect(time.rules(RULES)).toBe(RULES)
    expect(sender.lastArrivalMs).toBe(T0 + 20 * SECOND)
    expect(clockHealth(accounting)).toMatchObject({ ok: false })
    expect(clockHealth(accounting).reason).toContain('it is right since 2026-11-26T08:00:00.000Z')
    time.reach(rightMs + MINUTE)
    expect(clockHealth(accounting)).toEqual({ name: 'clock', ok: true, reason: '' })
  })

  test('when years have gone by, what is deleted waits for a day, as at a start with such a clock', () => {
    started(T0)
    returned(T0 + 3653 * DAY)
    expect(accounting.waitsUntilMs).toBe(T0 + 3654 * DAY)
  })

  test('one that is right at the next start was none', () => {
    started(T0)
    time.start(T0 + HOUR)
    expect(accounting).toMatchObject({ nowMs: T0 + HOUR, clock: { standing: 'returned' } })
    expect(clockHealth(accounting).reason).toContain('it is right since')
  })

  test('a jump back that comes later is a jump', () => {
    time.start(T0)
    time.reach(T0 + SECOND)
    doubted(T0 + SECOND, BOOT)
    expect(accounting.clock).toMatchObject({ standing: 'doubted', isOfStart: false })
    returned(T0 + 3 * SECOND)
    expect(accounting.outage).toEqual({ fromMs: T0, toMs: T0 })
  })
})

test('where no entry came for more than ten seconds, nobody listened', () => {
  time.start(T0)
  time.reach(T0 + 10 * SECOND)
  expect(accounting.outage).toEqual({ fromMs: T0, toMs: T0 })
  time.reach(T0 + 21 * SECOND)
  expect(accounting.outage).toEqual({ fromMs: T0 + 10 * SECOND, toMs: T0 + 21 * SECOND, isGap: true })
})

test('what has waited elsewhere arrived there: it does not take now back', () => {
  time.reach(T0 - DAY)
  expect(accounting.nowMs).toBe(T0)
})
