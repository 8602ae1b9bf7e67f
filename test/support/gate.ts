import { Gate, type GateOptions } from '../../src/access/gate.js'
import { hashPassword } from '../../src/access/password.js'
import type { Account } from '../../src/access/people.js'
import type { Clock } from '../../src/base/clock.js'
import type { AccountRole } from '../../src/base/roles.js'

/** Passwords of tests cost next to nothing. */
export const CHEAP = { ln: 1, r: 1, p: 1 }
const DAY_MS = 86_400_000

/** A gate with nobody known, sessions of a day and a month, unless told otherwise. */
export function testGate(options: Partial<GateOptions> & { readonly clock: Clock }): Gate {
  return new Gate({
    isRequired: true,
    people: [],
    sessions: [],
    limits: { idleMs: DAY_MS, maxMs: 30 * DAY_MS },
    machineToken: null,
    cost: CHEAP,
    note: async () => true,
    keep: () => undefined,
    ...options,
  })
}

/** Somebody whose password is `secret of NAME`. */
export async function person(name: string, role: AccountRole, more: Partial<Account> = {}): Promise<Account> {
  const since = '2026-01-01T00:00:00.000Z'
  const password = await hashPassword(`secret of ${name}`, CHEAP)
  return { name, role, password, disabled: false, since, sessions_from: since, tokens: [], ...more }
}
