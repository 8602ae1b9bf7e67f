import { beforeEach, expect, test } from 'vitest'
import type { Gate } from '../../../src/access/gate.js'
import type { Account } from '../../../src/access/people.js'
import { SESSIONS_EACH_MAX, SESSIONS_MAX, type Session, Sessions } from '../../../src/access/sessions.js'
import { TICKETS_MAX, Tickets } from '../../../src/access/tickets.js'
import { digestOf } from '../../../src/access/token.js'
import type { AuditNote } from '../../../src/base/audit-log.js'
import { person, testGate } from '../../support/gate.js'
import { HandClock } from '../views/hand-clock.js'

const HOUR_MS = 3_600_000
const here = '10.0.0.7'

let clock: HandClock
let wang: Account
let kept: readonly Session[]
let notes: AuditNote[]
let gate: Gate

beforeEach(async () => {
  clock = new HandClock('2026-11-26T08:00:00Z')
  wang = await person('wang.wei', 'operator')
  kept = []
  notes = []
  gate = newGate()
})

function newGate(sessions: readonly Session[] = []): Gate {
  const keep = (now: readonly Session[]) => {
    kept = now
  }
  const note = async (note: AuditNote) => notes.push(note) > 0
  return testGate({ clock, people: [wang], sessions, machineToken: digestOf('the machine'), keep, note })
}

async function signedIn(): Promise<string> {
  const token = await gate.signIn('wang.wei', 'secret of wang.wei', here)
  expect(token).toMatch(/^ggs_[\w-]{43}$/)
  return token!
}

test('a session ends 24 h after the last request, and 30 days after signing in', async () => {
  const token = await signedIn()
  const visitor = gate.bySession(token)
  expect(visitor?.person).toEqual({ name: 'wang.wei', role: 'operator' })
  for (let day = 0; day < 31; day++) {
    await clock.advance(23 * HOUR_MS)
    expect(visitor?.now(), `${day}`).not.toBeNull()
  }
  await clock.advance(7 * HOUR_MS)
  expect(visitor?.now()).toBeNull()
  const other = await signedIn()
  await clock.advance(25 * HOUR_MS)
  expect(gate.bySession(other)).toBeNull()
})

test('a restart signs nobody out, and keeps only digests', async () => {
  const token = await signedIn()
  expect(JSON.stringify(kept)).not.toContain(token)
  expect(newGate(kept).bySession(token)?.person.name).toBe('wang.wei')
  expect(newGate([]).bySession(token)).toBeNull()
})

test.each([
  ['disabled', { disabled: true }],
  ['given another role', { role: 'auditor', sessions_from: '2026-11-26T08:00:01.000Z' }],
  ['given another password', { sessions_from: '2026-11-26T08:00:01.000Z' }],
] as const)('who is %s is out at once', async (_, change) => {
  const visitor = gate.bySession(await signedIn())
  const ticket = gate.ticketFor(visitor!)
  gate.configure([{ ...wang, ...change }])
  expect(visitor?.now()).toBeNull()
  expect(gate.byTicket(ticket)).toBeNull()
  expect(kept).toEqual([])
  expect(notes.at(-1)).toEqual({ act: 'signed_out', actor: 'wang.wei', subject: 'the account was changed' })
})

test('a password that was changed while it was checked lets nobody in', async () => {
  const signingIn = gate.signIn('wang.wei', 'secret of wang.wei', here)
  gate.configure([{ ...wang, sessions_from: '2026-11-26T08:00:00.500Z' }])
  expect(await signingIn).toBeNull()
})

test('a wrong password and a wrong name are refused alike; a name that nobody has is not written down', async () => {
  expect(await gate.signIn('wang.wei', 'secret', here)).toBeNull()
  expect(await gate.signIn('secret of wang.wei', 'wang.wei', here)).toBeNull()
  expect(notes.map(({ act, actor }) => [act, actor])).toEqual([
    ['sign_in_refused', 'wang.wei'],
    ['sign_in_refused', ''],
  ])
})

test('a password whose hash has become too cheap is hashed anew when it is right, and the session goes on', async () => {
  const rehashed: string[][] = []
  gate = testGate({ clock, people: [wang], cost: { ln: 2, r: 1, p: 1 }, rehash: (...told) => rehashed.push(told) })
  expect(await gate.signIn('wang.wei', 'wrong', here)).toBeNull()
  expect(rehashed).toEqual([])
  const token = await signedIn()
  expect(rehashed).toEqual([['wang.wei', wang.password, expect.stringMatching(/^\$scrypt\$ln=2,/)]])
  gate.configure([{ ...wang, password: rehashed[0]![2]! }])
  expect(gate.bySession(token)).not.toBeNull()
})

test('a token is good until it is removed; that of the machine only on it', () => {
  const sha256 = digestOf('ggp_x')
  gate.configure([{ ...wang, tokens: [{ name: 'mes', sha256, since: wang.since }] }])
  const visitor = gate.byToken('ggp_x', false)
  expect(visitor).toMatchObject({ person: { name: 'wang.wei' }, by: 'token' })
  gate.configure([wang])
  expect(visitor?.now()).toBeNull()
  expect(gate.byToken('ggp_x', true)).toBeNull()
  expect(gate.byToken('the machine', true)?.person).toEqual({ name: '', role: 'admin' })
  expect(gate.byToken('the machine', false)).toBeNull()
})

test('a ticket is good once, for 30 s', async () => {
  const visitor = gate.bySession(await signedIn())!
  const ticket = gate.ticketFor(visitor)
  expect(gate.byTicket(ticket)?.person.name).toBe('wang.wei')
  expect(gate.byTicket(ticket)).toBeNull()
  const late = gate.ticketFor(visitor)
  await clock.advance(30_000)
  expect(gate.byTicket(late)).toBeNull()
})

test('sessions and tickets are bounded: the oldest goes, of the same person first', () => {
  const sessions = new Sessions([], { idleMs: HOUR_MS, maxMs: HOUR_MS }, () => undefined)
  const first = sessions.begin('li.na', 0)
  for (let i = 0; i < SESSIONS_EACH_MAX + 1; i++) sessions.begin('wang.wei', i)
  expect(sessions.all).toHaveLength(SESSIONS_EACH_MAX + 1)
  expect(sessions.use(digestOf(first), 10)).not.toBeNull()
  for (let i = 0; i < SESSIONS_MAX; i++) sessions.begin(`n${i}`, 100)
  expect(sessions.all).toHaveLength(SESSIONS_MAX)

  const tickets = new Tickets<number>()
  const [oldest = ''] = Array.from({ length: TICKETS_MAX + 1 }, (_, i) => tickets.issue(i, 0))
  expect(tickets.size).toBe(TICKETS_MAX)
  expect(tickets.take(oldest, 0)).toBeNull()
})
