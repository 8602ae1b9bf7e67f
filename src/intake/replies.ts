import { parseTopic } from '../base/topic.js'

/** Topics under which the gateway alone tells devices of rejections, also where an id breaks the rules of ids. */
export const REJECTED = /^plants\/[^/]+\/[^/]+\/[^/]+\/rejected$/

/** Topics that no client may name as the place for its answers: filters, the broker's own, Sparkplug's, and those of devices' messages. */
export function isReservedForReplies(topic: string): boolean {
  if (topic === '' || /[+#\0]/.test(topic)) return true
  const isDevices = REJECTED.test(topic) || !('problem' in parseTopic(topic))
  return topic.startsWith('$') || topic.startsWith('spBv1.0/') || isDevices
}
