import type { Clock } from '../base/clock.js'
import type { ConfigurationSources } from '../views/routes/configuration.js'
import type { ConfigAsk, ConfigRefusal, ConfigReply } from '../views/wire/configuration.js'
import type { ThreadAsks } from './thread-asks.js'

/** The journal takes a configuration in milliseconds, on a busy machine in seconds; where the disk refuses, the answer says that it is still to come. */
const IN_FORCE_MS = 20_000
const LOOK_MS = 20

/** Questions about the configuration file. */
export type ConfigAsks = ThreadAsks<ConfigAsk, ConfigReply>

export const CONFIG_BUSY: ConfigReply = {
  refused: 503,
  detail: 'Too many questions about the configuration wait for their answers: ask again in a moment.',
}

/** Answers what routes ask; a change is answered when the configuration that the journal has brought is the one that was stored. */
export function configurationSources(deps: {
  readonly configAsks: Pick<ConfigAsks, 'ask'>
  readonly configs: { readonly versions: readonly { readonly hash: string }[] }
  readonly clock: Clock
}): ConfigurationSources {
  const { configAsks, configs, clock } = deps
  return {
    configuration: (ask) => configAsks.ask(ask),
    changeConfiguration: async (ask) => {
      // Another change may follow at once, so the newest of them is not always the one that was asked for.
      const newest = Math.max(0, configs.versions.length - 1)
      const reply = await configAsks.ask(ask)
      if (!('settings_hash' in reply)) return reply as ConfigRefusal
      const { settings_hash: hash, ...stored } = reply
      const untilMs = clock.nowMs() + IN_FORCE_MS
      const isInForce = () => configs.versions.slice(newest).some((version) => version.hash === hash)
      while (!isInForce() && clock.nowMs() < untilMs) await clock.sleep(LOOK_MS)
      return { ...stored, in_force: isInForce() }
    },
  }
}
