import type { BrokerPolicy } from './broker-policy.js'
import type { FastPathRules } from './publish-fast-path.js'
import type { Subscriptions } from './subscriptions.js'

/** aedes has to see what the policy refuses or limits, what a subscriber gets, and what waits for one who is away. */
export function fastPathRules(policy: BrokerPolicy, subscriptions: Subscriptions): FastPathRules {
  return {
    get version() {
      return policy.edition + subscriptions.changes
    },
    mayTake: (client, topic) =>
      !topic.startsWith('$') &&
      policy.isModest(topic) &&
      policy.mayPublish(client, topic) &&
      !subscriptions.isWanted(topic),
    mayReply: (client, topic) => policy.mayReply(client, topic),
  }
}
