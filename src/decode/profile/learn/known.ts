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
  readonly samples: number
  /** Some of the topics. */
  readonly topics: readonly string[]
}

const TOPICS_SHOWN = 3
const PREFIXES_MAX = 50
const PREFIX_LEVELS_MAX = 2
/** With another prefix a topic is only known by so many levels that are as they are written. */
const OWN_LEVELS_MIN = 2

/**
 * Tells samples that a profile reads from those that none does: to be used as it is, a profile is worth more than a
 * proposal.
 *
 * @param profiles all that there are, by maker/model
 */
export function knownProfiles(
  samples: readonly UnreadMessage[],
  profiles: ReadonlyMap<string, Profile>,
): { readonly known: readonly KnownProfile[]; readonly rest: readonly UnreadMessage[] } {
  const known: KnownProfile[] = []
  let rest = samples
  const take = (profile: string, content: Profile, prefix?: string): void => {
    const read = readBy(rest, profile, content, prefix)
    if (read.size === 0) return
    const topics = [...new Set([...read].map(({ topic }) => topic))].slice(0, TOPICS_SHOWN)
    known.push({ profile, ...(prefix !== undefined && { prefix }), samples: read.size, topics })
    rest = rest.filter((sample) => !read.has(sample))
  }
  for (const [id, profile] of profiles) take(id, profile)
  for (const prefix of prefixesOf(rest)) {
    for (const [id, profile] of profiles) {
      const messages = profile.messages.filter(({ topic }) => isTelling(topic))
      if (messages.length > 0 && prefix !== profile.prefix) take(id, { ...profile, messages }, prefix)
    }
  }
  return { known: known.toSorted((a, b) => b.samples - a.samples), rest }
}

/** Messages that become readings, or a status, without a rejection. */
function readBy(
  samples: readonly UnreadMessage[],
  id: string,
  profile: Profile,
  prefix: string | undefined,
): ReadonlySet<UnreadMessage> {
  const decode = trialOf(id, profile, { prefix })
  const isRead = ({ topic, payload, receivedAt }: UnreadMessage) => {
    if (prefix !== undefined && !topic.startsWith(`${prefix}/`)) return false
    const tried = decode({ topic, payload, arrivedAt: receivedAt })
    if (tried === null || rejectionsOf(tried.taken).length > 0) return false
    return tried.block.length > 0 || tried.taken.status !== null
  }
  return new Set(samples.filter(isRead))
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
  if (!topic.startsWith('{prefix}/')) return false
  return topic.split('/').filter((level) => !/[{}+#]/.test(level)).length >= OWN_LEVELS_MIN
}
