import { expect, test } from 'vitest'
import { entryFieldsHelp } from '../../../src/commands/entry.js'

/** Proves that the help of `entry add` names what the gateway asks for. */

test('a bill needs its paper, a correction its reason, and neither asks for what --by says', () => {
  const lines = entryFieldsHelp().split('\n')
  const needs = (type: string) => lines.find((line) => line.startsWith(`  ${type}: `))
  expect(needs('bill')).toBe('  bill: metric amount from to document')
  expect(needs('fuel_used')).toBe('  fuel_used: fuel amount document at')
  expect(needs('correction')).toBe('  correction: metric at before after reason device')
  expect(entryFieldsHelp()).not.toMatch(/author|approved_by/)
})
