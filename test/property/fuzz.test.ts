import { describe, expect, test } from 'vitest'
import { regressions } from '../fuzz/regressions.js'
import { STALL_MS_MAX, withoutStalls } from '../fuzz/target.js'
import { TARGETS } from '../fuzz/targets.js'

describe.each(TARGETS)('the fuzz target $name', (target) => {
  test('answers its seeds, and all that was ever found', () => {
    const inputs = [...target.seeds(), ...regressions(target.name)]
    expect(inputs.length).toBeGreaterThan(3)
    for (const input of inputs) {
      try {
        target.fuzz(input)
      } catch (error) {
        throw new Error(`${target.name}: ${input.toString('base64')}`, { cause: error })
      }
    }
  })
})

describe('an input that takes long', () => {
  test('is found where the processor works for it', { tags: ['slow'] }, () => {
    const busy = withoutStalls({
      name: 'busy',
      fuzz: () => {
        for (const before = process.cpuUsage(); process.cpuUsage(before).user < 1200 * STALL_MS_MAX; );
      },
    })
    expect(() => busy(Buffer.from('x'))).toThrow(/^busy: one input of 1 bytes took/)
  })

  test('is no finding where the machine is busy with something else', () => {
    const waiting = new Int32Array(new SharedArrayBuffer(4))
    const held = withoutStalls({ name: 'held', fuzz: () => void Atomics.wait(waiting, 0, 0, 1.5 * STALL_MS_MAX) })
    expect(() => held(Buffer.from('x'))).not.toThrow()
  })
})
