import { entryOf } from '../../base/entry-of.js'
import { because, type ProposalReason } from '../../base/proposal-reasons.js'
import type { QuarantineItem } from '../../base/wire.js'
import { fittingProfiles } from '../../decode/profile/learn/known.js'
import { propose } from '../../decode/profile/learn/propose.js'
import type { UnreadMessage } from '../../decode/profile/learn/shapes.js'
import type { Profile } from '../../decode/profile/profile.js'
import { parseTopicTemplate } from '../../decode/profile/topic-template.js'
import type { UnknownTopic } from '../../views/wire/unknown-devices.js'

/** Messages of one topic that are tried, and of all topics together: each is decoded by each profile. */
const SAMPLES_OF_TOPIC_MAX = 3
const SAMPLES_MAX = 300
/** Rows of one answer. */
const ROWS_MAX = 100
const TOPICS_SHOWN = 3
const SAMPLE_CHARS_MAX = 500

type Waiting = Pick<QuarantineItem, 'topic' | 'sample' | 'received_at'>

/**
 * Topics of messages that no profile in use takes, with the profile that reads them where one does, else with what a profile of
 * their own could say. Bounded: three messages of a topic, 300 in all, at most 100 rows.
 *
 * @param items newest first
 * @param profiles all that there are, by maker/model
 */
export function unreadTopics(
  items: readonly Waiting[],
  profiles: ReadonlyMap<string, Profile>,
  day: string,
): readonly Omit<UnknownTopic, 'ignored'>[] {
  // Topics that begin like our own are mistyped, and no maker's.
  const byTopic = new Map<string, Waiting[]>()
  for (const item of items) if (!item.topic.startsWith('plants/')) entryOf(byTopic, item.topic, () => []).push(item)
  const samples = [...byTopic.values()]
    .flatMap((same) => same.slice(0, SAMPLES_OF_TOPIC_MAX))
    .slice(0, SAMPLES_MAX)
    .map(({ topic, sample, received_at }) => ({ topic, payload: sample, receivedAt: Date.parse(received_at) }))
  const { found, rest } = fittingProfiles(samples, profiles)
  const known = found.map(({ profile, prefix, read, understood }) => {
    const topics = topicsOf([...read, ...understood])
    const reasons: ProposalReason[] = []
    if (read.size > 0)
      reasons.push(because('profile_reads', { profile, read: read.size, count: read.size + understood.size }))
    if (understood.size > 0) reasons.push(because('profile_understands', { profile, count: understood.size }))
    return {
      ...row(topics[0]!, topics, byTopic),
      profile: { value: profile, reasons },
      prefix: prefix ?? null,
      values: [],
    }
  })
  return [...known, ...unknownRows(rest, byTopic, day)].slice(0, ROWS_MAX)
}

function unknownRows(
  rest: readonly UnreadMessage[],
  byTopic: ReadonlyMap<string, readonly Waiting[]>,
  day: string,
): readonly Omit<UnknownTopic, 'ignored'>[] {
  const profile = { value: null, reasons: [because('profile_unknown')] }
  const proposal = propose(rest, day)
  const all = topicsOf(rest)
  const proposed = (proposal?.profile.messages ?? []).map(({ topic, values }, message) => {
    const topics = all.filter(matcherOf(topic))
    return {
      ...row(topic, topics, byTopic),
      profile,
      prefix: null,
      values: values.map(({ at, sum, metric, unit }, value) => ({
        at: at ?? sum?.[0] ?? '',
        metric,
        unit: unit ?? null,
        seen: [...(proposal!.seen[message]?.[value] ?? [])],
        reasons: proposal!.reasons[message]?.[value] ?? [],
      })),
    }
  })
  const left = all.filter((topic) => !proposed.some(({ topic: shape }) => matcherOf(shape)(topic)))
  return [...proposed, ...left.map((topic) => ({ ...row(topic, [topic], byTopic), profile, prefix: null, values: [] }))]
}

function row(topic: string, topics: readonly string[], byTopic: ReadonlyMap<string, readonly Waiting[]>) {
  const items = topics.flatMap((one) => byTopic.get(one) ?? [])
  const times = items.map(({ received_at }) => received_at).toSorted()
  return {
    topic,
    topics: topics.slice(0, TOPICS_SHOWN),
    messages: items.length,
    since: times[0] ?? new Date(0).toISOString(),
    last_seen: times.at(-1) ?? new Date(0).toISOString(),
    sample: (items[0]?.sample ?? '').slice(0, SAMPLE_CHARS_MAX),
  }
}

function topicsOf(messages: readonly UnreadMessage[]): readonly string[] {
  return [...new Set(messages.map(({ topic }) => topic))]
}

/** Test of a topic as a profile writes it. */
function matcherOf(written: string): (topic: string) => boolean {
  const template = parseTopicTemplate(written)
  return (topic) => ('problem' in template ? topic === written : template.match(topic) !== null)
}
