import { rejectionsOf } from '../../decoded-message.js'
import type { Profile } from '../profile.js'
import { trialOf } from '../trial.js'
import type { UnreadMessage } from './shapes.js'

/** A profile that is there already and reads some of the samples. */
export interface KnownProfile {
  /** maker/model */
  readonly profile: string
  /** First levels of the topics, where they are others than the profile says by itself; absent else. */
  readonly prefix?: string
  /** Messages that become readings, or a status. */
  readonly samples: number
  /** Messages that it knows and takes nothing from; absent where there are none. */
  readonly understood?: number
  /** Some of the topics. */
  readonly topics: readonly string[]
}

const TOPICS_SHOWN = 3
const PREFIXES_MAX = 50
const PREFIX_LEVELS_MAX = 2
/** With another prefix a topic is only known by so many levels that are as they are written. */
const OWN_LEVELS_MIN = 2
/** A first level of fewer letters stands inside too many others. */
const OWN_PREFIX_CHARS_MIN = 4
/**
 * Zones of the plant that a message is tried in: a wall clock of a zone east of Greenwich seems to be ahead in UTC, and in
 * the easternmost zone no wall clock is.
 */
const ZONES = ['UTC', 'Etc/GMT-14'] as const

/** The same in short, the profile with the most messages first. */
export function knownProfiles(
  samples: readonly UnreadMessage[],
  profiles: ReadonlyMap<string, Profile>,
): { readonly known: readonly KnownProfile[]; readonly rest: readonly UnreadMessage[] } {
  const { found, rest } = fittingProfiles(samples, profiles)
  return { known: found.map(knownProfile).toSorted((a, b) => b.samples - a.samples), rest }
}

/** A profile with the messages that it reads, and those that it knows and takes nothing from. */
export interface FittingProfile {
  readonly profile: string
  readonly prefix: string | undefined
  readonly read: ReadonlySet<UnreadMessage>
  readonly understood: ReadonlySet<UnreadMessage>
}

/**
 * Tells samples that a profile reads from those that none does: to be used as it is, a profile is worth more than a
 * proposal.
 *
 * @param profiles all that there are, by maker/model
 */
export function fittingProfiles(
  samples: readonly UnreadMessage[],
  profiles: ReadonlyMap<string, Profile>,
): { readonly found: readonly FittingProfile[]; readonly rest: readonly UnreadMessage[] } {
  const known: Found[] = []
  let rest = samples
  const take = (profile: string, content: Profile, prefix?: string): void => {
    const { read } = triedBy(rest, profile, content, prefix)
    if (read.size === 0) return
    known.push({ profile, prefix, content, read, understood: new Set() })
    rest = rest.filter((sample) => !read.has(sample))
  }
  for (const [id, profile] of profiles) take(id, profile)
  for (const prefix of prefixesOf(rest)) {
    for (const [id, profile] of profiles) {
      const messages = profile.messages.filter(({ topic }) => isTelling(topic) || isAlike(profile.prefix, prefix))
      if (messages.length > 0 && prefix !== profile.prefix) take(id, { ...profile, messages }, prefix)
    }
  }
  // This is asked last, for a message from which one profile takes nothing may be read by another.
  const others = [...profiles].filter(([id]) => !known.some((one) => one.profile === id && one.prefix === undefined))
  const all = [...known, ...others.map(([id, content]) => foundNothing(id, content))]
  for (const one of all) {
    const { understood } = triedBy(rest, one.profile, ownTopics(one.content), one.prefix)
    for (const sample of understood) one.understood.add(sample)
    rest = rest.filter((sample) => !understood.has(sample))
  }
  return { found: all.filter(({ read, understood }) => read.size + understood.size > 0), rest }
}

interface Found extends FittingProfile {
  readonly content: Profile
  readonly understood: Set<UnreadMessage>
}

function foundNothing(profile: string, content: Profile): Found {
  return { profile, prefix: undefined, content, read: new Set(), understood: new Set() }
}

function knownProfile({ profile, prefix, read, understood }: FittingProfile): KnownProfile {
  const topics = [...new Set([...read, ...understood].map(({ topic }) => topic))].slice(0, TOPICS_SHOWN)
  return {
    profile,
    ...(prefix !== undefined && { prefix }),
    samples: read.size,
    ...(understood.size > 0 && { understood: understood.size }),
    topics,
  }
}

/** Messages that become readings or a status, and those that it knows and takes nothing from: both without a rejection. */
function triedBy(samples: readonly UnreadMessage[], id: string, profile: Profile, prefix: string | undefined) {
  const read = new Set<UnreadMessage>()
  const understood = new Set<UnreadMessage>()
  const decoders = ZONES.map((timezone) => trialOf(id, profile, { prefix, timezone }))
  for (const sample of samples) {
    const { topic, payload, receivedAt } = sample
    if (prefix !== undefined && !topic.startsWith(`${prefix}/`)) continue
    const tried = decoders
      .map((decode) => decode({ topic, payload, arrivedAt: receivedAt }))
      .find((one) => one === null || rejectionsOf(one.taken).length === 0)
    if (tried == null) continue
    if (tried.block.length > 0 || tried.taken.status !== null) read.add(sample)
    else understood.add(sample)
  }
  return { read, understood }
}

/** A profile with those of its topics that no other maker's message is likely to come under. */
function ownTopics(profile: Profile): Profile {
  return {
    ...profile,
    messages: profile.messages.filter(({ topic }) => isOwn(topic)),
    ignored: profile.ignored.filter(isOwn),
  }
}

function isOwn(topic: string): boolean {
  return !/^[{+#]/.test(topic.replace('{prefix}', 'prefix')) || ownLevels(topic) >= OWN_LEVELS_MIN
}

/** `zigbee2mqtt-hall2` is a first level like `zigbee2mqtt`. */
function isAlike(own: string | undefined, other: string): boolean {
  return own !== undefined && own.length >= OWN_PREFIX_CHARS_MIN && other.includes(own)
}

function prefixesOf(samples: readonly UnreadMessage[]): readonly string[] {
  const all = new Set<string>()
  for (const { topic } of samples) {
    const levels = topic.split('/')
    for (let n = 1; n <= PREFIX_LEVELS_MAX && n < levels.length; n++) {
      if (all.size < PREFIXES_MAX) all.add(levels.slice(0, n).join('/'))
    }
  }
  return [...all]
}

function isTelling(topic: string): boolean {
  return topic.startsWith('{prefix}/') && ownLevels(topic) >= OWN_LEVELS_MIN
}

function ownLevels(topic: string): number {
  return topic.split('/').filter((level) => !/[{}+#]/.test(level)).length
}
