import { cpus } from 'node:os'
import { accounting, getJson, removeData, startGateway, type TestGateway, until } from '../../support/gateway.js'
import { childrenOf } from '../../support/process-tree.js'
import { watched } from '../measure/processes.js'

const START_MS_MAX = 60_000
const SETTLE_MS_MAX = 600_000
const LOOK_MS = 100

/** Nodes of a cluster beside one another, each on a core of its own as far as there are cores. */
export interface Pipelines {
  /** Resolves when every partition has a gateway that serves; answers since when, epoch ms. */
  areOwned(): Promise<number>
  /** Readings that are archived now. */
  archived(): Promise<number>
  /** Resolves when so many readings are archived and all is computed; answers since when, epoch ms. */
  areSettled(readings: number): Promise<number>
  /** Process ids of the nodes and of their partitions, by name. */
  pids(): Readonly<Record<string, number>>
  close(): Promise<void>
}

export async function startPipelines(
  count: number,
  of: { readonly servers: readonly string[]; readonly partitions: number; readonly plants: readonly object[] },
): Promise<Pipelines> {
  const cores = cpus().length
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      startGateway({
        args: ['--role', 'pipeline'],
        wrapper: ['taskset', '-c', String(i % cores)],
        config: {
          log: { level: 'warn' },
          journal: { type: 'jetstream', servers: of.servers },
          cluster: { node: `node-${i + 1}`, partitions: of.partitions, replicas: 1, checkpoint_s: 3600 },
          plants: of.plants,
        },
      }),
    ),
  )
  for (const { process: child } of nodes) watched(child)
  const gateways = async (): Promise<Pick<TestGateway, 'httpUrl'>[]> => {
    const answers = await Promise.all(nodes.map((node) => getJson<NodeAnswer>(node, '/api/v1/node')))
    return answers
      .flatMap(({ partitions }) => partitions)
      .flatMap(({ httpPort }) => (httpPort === null ? [] : [{ httpUrl: `http://127.0.0.1:${httpPort}` }]))
  }
  /** Null when one does not answer: between the page that tells of a rebuild and the API there is a moment without a listener. */
  const counts = async (): Promise<{ archived: number; pending: number } | null> => {
    const all = await gateways()
    const found = await Promise.all(all.map(async (gateway) => (await accounting(gateway)).readings)).catch(() => null)
    if (found === null) return null
    return {
      archived: found.reduce((sum, one) => sum + one.archived, 0),
      pending: found.reduce((sum, one) => sum + one.pending, 0),
    }
  }
  return {
    areOwned: async () => {
      await until(async () => (await gateways()).length === of.partitions, START_MS_MAX, LOOK_MS)
      return Date.now()
    },
    archived: async () => {
      let found = await counts()
      while (found === null) found = await counts()
      return found.archived
    },
    areSettled: async (readings) => {
      await until(
        async () => {
          const found = await counts()
          if (found === null) return false
          const { archived, pending } = found
          if (archived > readings) throw new Error(`${archived} readings are archived, ${readings} were sent`)
          return archived === readings && pending === 0
        },
        SETTLE_MS_MAX,
        LOOK_MS,
      )
      return Date.now()
    },
    pids: () =>
      Object.fromEntries(
        nodes.flatMap(({ process: { pid } }, i) => [
          [`node-${i + 1}`, pid!],
          ...childrenOf(pid!).map((child) => [`node-${i + 1} process ${child}`, child] as const),
        ]),
      ),
    close: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
      for (const node of nodes) removeData(node)
    },
  }
}

interface NodeAnswer {
  readonly partitions: readonly { readonly httpPort: number | null }[]
}
