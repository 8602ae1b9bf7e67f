import { isMetricClass, type MetricClass } from './metrics.js'

const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** True for what may stand as a plant, line or device id in topics, config and API. */
export function isId(text: string): boolean {
  return ID.test(text)
}

/** A sender's place in the tree of plants. Device ids are unique in a plant. */
export interface DevicePath {
  readonly plant: string
  readonly line: string
  readonly device: string
}

export type TopicKind = MetricClass | 'status' | 'rejected'

/** `plants/{plant}/{line}/{device}/{class|status|rejected}` */
export function topicOf(path: DevicePath, kind: TopicKind): string {
  return `plants/${path.plant}/${path.line}/${path.device}/${kind}`
}

export interface ParsedTopic extends DevicePath {
  readonly kind: TopicKind
}

/** The parts of a topic of the grammar above, or a sentence that says what is wrong with it. */
export function parseTopic(topic: string): ParsedTopic | { readonly problem: string } {
  const parts = topic.split('/')
  const [root, plant, line, device, kind] = parts
  if (root !== 'plants') return { problem: `a topic starts with "plants/", this one with "${shorten(root ?? '')}"` }
  if (parts.length !== 5 || plant === undefined || line === undefined || device === undefined || kind === undefined) {
    return { problem: `a topic has 5 levels, plants/{plant}/{line}/{device}/{class}; this one has ${parts.length}` }
  }
  for (const [name, id] of [
    ['plant', plant],
    ['line', line],
    ['device', device],
  ] as const) {
    if (!isId(id)) return { problem: `the ${name} id "${shorten(id)}" ${idRule(id)}` }
  }
  if (!isMetricClass(kind) && kind !== 'status' && kind !== 'rejected') {
    return {
      problem: `the last level "${shorten(kind)}" is none of energy, emissions, robot, production, status`,
    }
  }
  return { plant, line, device, kind }
}

/** Rule that an id breaks, in words that a device engineer need not decode. */
function idRule(id: string): string {
  return /^[-_]/.test(id) ? 'must begin with a letter or a digit' : 'may have a to z, 0 to 9, - and _ only, at most 64'
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
