import type { DeviceRole } from '../../../src/base/plant.js'
import type { AdoptAnswer, UnknownDevice, UnknownTopic } from '../../../src/views/wire/unknown-devices.js'
import { type Answer, post } from '../gateway/api.js'
import { account } from '../session.js'
import { operator } from '../settings.js'

/** Answers of a person to a proposal, where they differ from it. */
export interface Choice {
  /** null: none; absent: as it is proposed. */
  readonly role?: DeviceRole | null
  readonly line?: string
  /** Meter that it lies behind; null: none; absent: as it is proposed. */
  readonly parent?: string | null
  /** A topic says no plant by itself. */
  readonly plant?: string
}

export const deviceKey = ({ plant, device }: Pick<UnknownDevice, 'plant' | 'device'>) => `${plant}/${device}`

/** A topic can look like the name of a device. */
export const topicKey = ({ topic }: Pick<UnknownTopic, 'topic'>) => `topic ${topic}`

/** Chosen devices and topics with what was said of each. */
export interface Chosen {
  readonly devices: readonly (readonly [UnknownDevice, Choice])[]
  readonly topics: readonly (readonly [UnknownTopic, Choice])[]
}

/** The chosen ones, and whether what they sent before counts as well. */
export interface Adopting extends Chosen {
  readonly withPast: boolean
}

/** Saving may mean that all settings are read and checked again. */
const ADOPT_TIMEOUT_MS = 60_000

export function adopt({ devices, topics, withPast }: Adopting): Promise<Answer<AdoptAnswer>> {
  const body = {
    devices: devices.map(([{ plant, device }, { role, line, parent }]) => ({
      plant,
      device,
      ...(role === undefined ? {} : { role }),
      ...(line === undefined ? {} : { line }),
      ...(parent === undefined ? {} : { parent }),
    })),
    topics: topics.flatMap(([{ profile, prefix }, { plant, line }]) =>
      profile.value === null || plant === undefined || line === undefined
        ? []
        : [{ profile: profile.value, plant, line, ...(prefix === null ? {} : { prefix }) }],
    ),
    with_past: withPast,
    dry_run: false,
    ...who(),
  }
  return post<AdoptAnswer>('/devices/adopt', body, ADOPT_TIMEOUT_MS)
}

export function ignore({ devices, topics }: Chosen, ignored: boolean): Promise<Answer<unknown>> {
  return post('/devices/ignore', {
    devices: devices.map(([{ plant, device }]) => ({ plant, device })),
    topics: topics.map(([{ topic }]) => topic),
    ignored,
    ...who(),
  })
}

/** A topic can be adopted with a profile, under a plant and a line. */
export function isTopicWhole({ profile }: UnknownTopic, { plant, line }: Choice): boolean {
  return profile.value !== null && plant !== undefined && line !== undefined && line !== ''
}

function who(): { readonly by?: string } {
  const name = operator.value.trim()
  return account.value === '' && name !== '' ? { by: name } : {}
}
