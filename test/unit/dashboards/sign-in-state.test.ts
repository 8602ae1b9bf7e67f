import { expect, test } from 'vitest'
import { administrators, OPEN_LINES, signInState } from '../../../dashboards/src/access/sign-in-state.js'
import { accepted } from '../../support/house-config.js'

/** Proves that the page offers to have people sign in only where somebody could, and tells what the file says from what holds. */

const account = (name: string, role: 'admin' | 'operator', disabled = false) => {
  return { name, role, disabled, since: '2026-01-01T00:00:00.000Z', tokens: [] }
}
const IN_FORCE = { waiting: [] }
const WAITING = { waiting: ['auth.required'] }

test('nobody is locked out: without an administrator who is let in it cannot be turned on', () => {
  const off = (...accounts: ReturnType<typeof account>[]) => signInState({ accounts, required: false }, IN_FORCE)
  expect(off()).toBe('no_admin')
  expect(off(account('olga', 'operator'), account('ada', 'admin', true))).toBe('no_admin')
  expect(off(account('olga', 'operator'), account('ada', 'admin'))).toBe('off')
  expect(administrators([account('ada', 'admin'), account('bo', 'admin', true)])).toEqual(['ada'])
})

test('a file that says otherwise waits for the next start', () => {
  const accounts = [account('ada', 'admin')]
  expect(signInState({ accounts, required: true }, IN_FORCE)).toBe('on')
  expect(signInState({ accounts, required: false }, WAITING)).toBe('to_on')
  expect(signInState({ accounts, required: true }, WAITING)).toBe('to_off')
  expect(signInState({ accounts, required: true }, null)).toBe('on')
})

test('the lines that the page gives are a configuration without a doubt', () => {
  expect(accepted({ yaml: `${OPEN_LINES}\n` }).warnings).toEqual([])
})
