import type { Logger } from 'pino'
import type { QuarantineItem } from '../base/wire.js'

/** Says each message of which something was rejected, at debug: nothing is made of it at other levels. */
export function rejectionLog(log: Pick<Logger, 'debug' | 'isLevelEnabled'>): (item: QuarantineItem) => void {
  return ({ topic, client, reason, count, rejections, id }) => {
    if (!log.isLevelEnabled('debug')) return
    const [first] = rejections
    log.debug({ topic, client, reason, count, detail: first?.detail, id }, 'a message is rejected')
  }
}
