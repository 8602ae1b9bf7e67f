import type { Door } from './door.js'
import type { LaneRules } from './publish-lane.js'
import type { Subscriptions } from './subscriptions.js'

/** aedes has to see what the door refuses or limits, what a subscriber gets, and what waits for one who is away. */
export function laneRules(door: Door, subscriptions: Subscriptions): LaneRules {
  return {
    get version() {
      return door.edition + subscriptions.changes
    },
    mayTake: (client, topic) =>
      !topic.startsWith('$') &&
      door.isModest(topic) &&
      door.mayPublish(client, topic) &&
      !subscriptions.isWanted(topic),
  }
}
