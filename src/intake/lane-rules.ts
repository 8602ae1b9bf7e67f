import type { Acl } from './acl.js'
import type { MessageQueue } from './mq.js'
import type { LaneRules } from './publish-lane.js'
import type { StoredFilters } from './stored-filters.js'

/** aedes refuses what has more. */
const TOPIC_LEVELS_MAX = 100

/** aedes has to see what it refuses, what a subscriber gets, and what waits for one who is away. */
export function laneRules(acl: Acl, queue: MessageQueue, stored: StoredFilters): LaneRules {
  return {
    get version() {
      return acl.changes + queue.changes + stored.changes
    },
    mayTake: (_client, topic) =>
      !topic.startsWith('$') &&
      topic.split('/').length <= TOPIC_LEVELS_MAX &&
      acl.mayPublish(topic) &&
      !queue.matches(topic) &&
      !stored.matches(topic),
  }
}
