import { groupedBy } from '../../../base/grouped-by.js'
import type { Leaf } from './leaves.js'

/** A message that nobody could read. */
export interface UnreadMessage {
  readonly topic: string
  /** As text. */
  readonly payload: string
  /** Epoch ms. */
  readonly receivedAt: number
}

/** A sample with what stands in it; a payload that is a number alone has one leaf without keys. */
export interface ReadSample extends UnreadMessage {
  readonly format: 'json' | 'number'
  readonly leaves: readonly Leaf[]
}

/** Messages of one kind, under topics that differ in some levels only. */
export interface MessageShape {
  /** As a profile writes it. */
  readonly topic: string
  /** The name of the device, from the levels that differ. */
  readonly device: string
  readonly format: ReadSample['format']
  readonly samples: readonly ReadSample[]
}

/** The shapes that samples have, most samples first. Those with the same numbers in the same places are of one kind. */
export function shapesOf(samples: readonly ReadSample[]): readonly MessageShape[] {
  const alike = listsBy(samples, ({ topic, format, leaves }) => {
    const levels = topic.split('/')
    const places = leaves.map(({ path }) => path)
    // A number alone says what it is by its topic.
    return [format, levels.length, format === 'number' ? levels.at(-1)! : places.join(' ')].join('\n')
  })
  const shapes = alike.flatMap(withAnchor).map(shapeOf)
  // Messages of one kind do not always say all that there is.
  const merged = listsBy(shapes, ({ topic, device, format }) => [topic, device, format].join('\n')).map((same) => ({
    ...same[0]!,
    samples: same.flatMap((one) => one.samples),
  }))
  return merged.toSorted((a, b) => b.samples.length - a.samples.length)
}

/** A topic needs one level that is as it is written, or it would be that of everybody: the one that differs least. */
function withAnchor(samples: readonly ReadSample[]): readonly (readonly ReadSample[])[] {
  const counts = distinctLevels(samples).map((values) => values.size)
  const least = Math.min(...counts)
  if (least === 1) return [samples]
  const at = counts.indexOf(least)
  return listsBy(samples, ({ topic }) => topic.split('/')[at]!)
}

function shapeOf(samples: readonly ReadSample[]): MessageShape {
  const levels = distinctLevels(samples)
  const first = samples[0]!.topic.split('/')
  const varying = levels.flatMap((values, i) => (values.size > 1 ? [i] : []))
  // With one topic alone the level that looks most like a name of its own counts as the one that differs.
  const differing = varying.length > 0 ? varying : first.length > 1 ? [likeliest(first)] : []
  const main = differing.reduce((best, i) => (levels[i]!.size >= levels[best]!.size ? i : best), differing[0] ?? -1)
  const nameOf = (i: number) => (i === main ? 'device' : `level${i + 1}`)
  const topic = first.map((text, i) => (differing.includes(i) ? `{${nameOf(i)}}` : written(text))).join('/')
  const topics = new Set(samples.map((one) => one.topic)).size
  const isEnough = main >= 0 && levels[main]!.size === topics
  const names = differing.filter((i) => !isEnough || i === main).map((i) => `{${nameOf(i)}}`)
  const device = names.length === 0 ? first[0]!.replace(/[{}]/g, '') : names.join('-')
  return { topic, device, format: samples[0]!.format, samples }
}

/** The last level with a digit, such as a serial number; else the one before the last. */
function likeliest(levels: readonly string[]): number {
  const numbered = levels.findLastIndex((level) => /\d/.test(level))
  return numbered === -1 ? levels.length - 2 : numbered
}

/** A level that cannot be written as it is stands for any. */
function written(level: string): string {
  return /[{}]/.test(level) ? '+' : level
}

function distinctLevels(samples: readonly UnreadMessage[]): readonly ReadonlySet<string>[] {
  const split = samples.map(({ topic }) => topic.split('/'))
  return split[0]!.map((_, i) => new Set(split.map((levels) => levels[i]!)))
}

function listsBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  return [...groupedBy(items, keyOf).values()]
}
