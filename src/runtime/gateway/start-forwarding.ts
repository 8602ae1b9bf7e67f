import type { ForwardThreadData, FromForwardThread, ToForwardThread } from '../forward-thread.js'
import type { GatewayContext } from './context.js'
import type { NewestReports } from './newest-reports.js'
import { Thread } from './thread.js'

export type ForwardThread = Thread<ToForwardThread, FromForwardThread>

/** Starts the forwarding thread. Null where nothing is forwarded: then nothing of it is loaded. */
export function startForwarding({ config, mark }: GatewayContext, reports: NewestReports): ForwardThread | null {
  const { data_dir: dataDir, forward: options, plants, log } = config
  if (options.servers.length === 0) return null
  const forward: ForwardThread = new Thread(
    './forward-thread.js',
    { dataDir, options, plants: plants.map(({ id }) => id), mark: mark.shared, log } satisfies ForwardThreadData,
    [],
  )
  forward.onMessage((message) => {
    if (message.type === 'forward') reports.report('forward', message)
  })
  return forward
}
