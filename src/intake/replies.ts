import { parseTopic } from '../base/topic.js'

/** Topics that no client may name as the place for its answers: filters, the broker's own, Sparkplug's, and those of devices' messages. */
export function isReservedForReplies(topic: string): boolean {
  if (topic === '' || /[+#\0]/.test(topic)) return true
  return topic.startsWith('$') || topic.startsWith('spBv1.0/') || !('problem' in parseTopic(topic))
}
