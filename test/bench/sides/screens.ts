import { once } from 'node:events'
import { wantedOn } from '../../../dashboards/src/gateway/wanted.js'
import { FIRST_KEPT } from '../../../dashboards/src/route.js'
import { startScript } from '../measure/processes.js'

/** Open overviews at 1 Hz, in a process of their own. */
export interface Screens {
  /** Messages and bytes that all of them have had since they were open. */
  count(): Promise<{ readonly messages: number; readonly bytes: number }>
  close(): Promise<void>
}

/** Resolves when all of them have their snapshot. */
export async function openScreens({ httpUrl }: { readonly httpUrl: string }, count: number): Promise<Screens> {
  const wanted = { type: 'subscribe', ...wantedOn({ view: 'overview', ...FIRST_KEPT }), maxHz: 1 }
  const { port } = new URL(httpUrl)
  const script = new URL('../load/viewers.ts', import.meta.url)
  const screens = startScript(script, [port, String(count), JSON.stringify(wanted)])
  await once(screens, 'message')
  return {
    count: async () => {
      screens.send('count')
      const [received] = await once(screens, 'message')
      return received
    },
    close: async () => {
      screens.kill()
      await once(screens, 'exit')
    },
  }
}
