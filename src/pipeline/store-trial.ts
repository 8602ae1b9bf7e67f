import type { Clock } from '../base/clock.js'
import type { StoreOptions } from '../stores/options.js'
import { kindOf } from '../stores/registry.js'
import { openServer } from '../stores/server.js'
import type { StoreSources } from '../views/routes/stores.js'
import type { ConfigRefusal, ConfiguredStore } from '../views/wire/configuration.js'
import type { ConfigAsks } from './config-asks.js'

/** No step of a test takes longer: somebody waits for it. */
const STEP_S = 5

const BUSY: ConfigRefusal = { refused: 503, detail: 'A store is being tested: ask again when that has ended.' }
const EMBEDDED: ConfigRefusal = {
  refused: 400,
  detail: 'The embedded store is written to all the time: name one of the servers.',
}

/** Tests of stores that write, one at a time, with the settings that the file has or that edits would give it. */
export function storeTrials(deps: {
  readonly configAsks: Pick<ConfigAsks, 'ask'>
  readonly clock: Clock
}): Pick<StoreSources, 'tryStore'> {
  let isBusy = false
  return {
    tryStore: async ({ store, edits = [] }) => {
      if (isBusy) return BUSY
      isBusy = true
      try {
        const reply = await deps.configAsks.ask({ ask: 'store', store, edits })
        if ('refused' in reply) return reply
        return await tried((reply as ConfiguredStore).configured_store as StoreOptions[number], deps.clock)
      } finally {
        isBusy = false
      }
    },
  }
}

async function tried(options: StoreOptions[number], clock: Clock): ReturnType<StoreSources['tryStore']> {
  if (options.type === 'duckdb') return EMBEDDED
  const asked = await kindOf(options.type).ping(options.url, STEP_S * 1000)
  const product = 'problem' in asked ? null : asked.product
  const server = await openServer({ ...options, timeout_s: Math.min(options.timeout_s, STEP_S) }, clock)
  const { isMade, steps } = await server.tryOut().finally(() => server.close())
  const isWritten = steps.some(({ step, result }) => step === 'write' && result === 'done')
  return { ok: isWritten, address: new URL(options.url).host, server: product, made: isMade, steps: [...steps] }
}
