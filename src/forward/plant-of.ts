import { isId } from '../base/topic.js'

/** Takes what no plant can be named for: whoever receives it has it in quarantine. */
export const UNNAMED_PLANT = 'other'

/** The plant that a topic of this contract names; null when it is another one or its id is none. */
export function plantIn(topic: string): string | null {
  const [root, plant] = topic.split('/', 2)
  return root === 'plants' && plant !== undefined && isId(plant) ? plant : null
}

/**
 * Says of each topic which plant its message is forwarded under: the one that it names; of Sparkplug B the group, where a
 * plant of that id is configured; else `home`, the plant that the gateway stands in; without one, the group or `UNNAMED_PLANT`.
 */
export function plantRule(configured: readonly string[], home: string | undefined): (topic: string) => string {
  const own = home ?? (configured.length === 1 ? configured[0] : undefined)
  return (topic) => {
    const named = plantIn(topic)
    if (named !== null) return named
    const [root, group] = topic.split('/', 2)
    const isGroup = root === 'spBv1.0' && group !== undefined && isId(group)
    if (isGroup && configured.includes(group)) return group
    return own ?? (isGroup ? group : UNNAMED_PLANT)
  }
}
