import { expect, test } from 'vitest'
import { configurationSources } from '../../../src/pipeline/config-asks.js'

/** A gateway whose journal takes these hashes at the first look after a save of `stored`. */
function saving(stored: string, taken: readonly string[]) {
  const versions = [{ hash: 'start' }]
  let nowMs = 0
  const clock = {
    nowMs: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms
      versions.push(...taken.slice(versions.length - 1).map((hash) => ({ hash })))
      return Promise.resolve()
    },
  }
  const reply = { version: 2, hash: 'text', changes: [], settings_hash: stored }
  const sources = configurationSources({
    configAsks: { ask: () => Promise.resolve(reply) },
    configs: { versions },
    clock,
  })
  return sources.changeConfiguration({ ask: 'undo', version: 1, match: 'text', by: '' })
}

test('a change is in force also where another follows before anybody looks', async () => {
  expect(await saving('first', ['first', 'second'])).toMatchObject({ in_force: true })
})

test('a change that the journal has not taken is not in force', async () => {
  expect(await saving('first', ['other'])).toMatchObject({ in_force: false })
})
