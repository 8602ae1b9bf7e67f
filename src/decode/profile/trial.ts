import { ReadingBlock } from '../../base/reading-block.js'
import type { DecodeRules } from '../decode.js'
import { DecodedMessage } from '../decoded-message.js'
import { ProfileDialect } from './dialect.js'
import type { Profile } from './profile.js'

const PLANT = 'plant'

/** Result of decoding a message on trial. */
export interface TrialResult {
  readonly taken: DecodedMessage
  readonly block: ReadingBlock
}

/** A message as it is written down: its payload is text. */
interface WrittenDown {
  readonly topic: string
  readonly payload: string
  readonly arrivedAt: number
}

/**
 * A decoder of one message after the other by a profile that is the only one in use; null for a topic it does not know.
 *
 * @param place the IANA time zone of the plant, and the first levels of the topics instead of those of the profile
 */
export function trialOf(
  id: string,
  profile: Profile,
  { timezone = 'UTC', prefix }: { readonly timezone?: string | undefined; readonly prefix?: string | undefined },
): (message: WrittenDown) => TrialResult | null {
  const use = { profile: id, plant: PLANT, line: 'line', prefix, devices: {}, metrics: {} }
  const profiles = { use: [use], defined: { [id]: profile } }
  const rules: DecodeRules = { registered: null, settings: { profiles }, timezones: new Map([[PLANT, timezone]]) }
  const dialect = new ProfileDialect()
  return ({ topic, payload: text, arrivedAt }) => {
    const payload = Buffer.from(text)
    const bytes = { payload, body: payload, payloadStart: 0, payloadEnd: payload.length }
    const message = { topic, ...bytes, arrivedAt, retain: false, fullSizeBytes: null }
    if (!dialect.speaks(message, rules)) return null
    const [taken, block] = [new DecodedMessage(), new ReadingBlock()]
    dialect.take(message, rules, taken, block, 0)
    return { taken, block }
  }
}
