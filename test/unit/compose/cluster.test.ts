import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../../src/config/config.js'
import { findServer } from '../../support/servers.js'

/** deploy/cluster: the trial on one machine, and the manifests for Kubernetes. */

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'deploy', 'cluster')
const compose = findServer('docker-compose')

/** A Kubernetes manifest, as far as it is looked at. */
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly replicas?: number
    readonly serviceName?: string
    readonly selector: { readonly matchLabels?: Labels; readonly app?: string }
    readonly ports?: readonly { readonly name: string; readonly port: number }[]
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec }
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[]
    readonly minAvailable?: number
    readonly maxUnavailable?: number
  }
}
type Labels = Readonly<Record<string, string>>
interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly securityContext: { readonly runAsNonRoot: boolean }
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[]
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}
interface Container {
  readonly name: string
  readonly args?: readonly string[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly resources: { readonly requests: Labels; readonly limits: Labels }
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean; readonly capabilities: { drop: string[] } }
  readonly volumeMounts: readonly { readonly name: string }[]
  readonly env?: readonly { readonly valueFrom?: { readonly secretKeyRef?: { readonly key: string } } }[]
}

const kustomization = parse(readFileSync(join(FOLDER, 'kustomization.yaml'), 'utf8')) as {
  readonly resources: readonly string[]
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[]
}
const manifests = kustomization.resources.flatMap((name) =>
  parseAllDocuments(readFileSync(join(FOLDER, name), 'utf8')).map((document) => {
    expect(document.errors).toEqual([])
    return document.toJS() as Manifest
  }),
)
const ofKind = (...kinds: readonly string[]) => manifests.filter(({ kind }) => kinds.includes(kind))
const workloads = ofKind('StatefulSet', 'Deployment')
const podOf = (manifest: Manifest) => manifest.spec.template!.spec

test('every file that the manifests name is there, and none is left out', () => {
  const named = kustomization.configMapGenerator.flatMap(({ files }) => files.map((file) => file.split('=').at(-1)!))
  expect([...named, ...kustomization.resources].filter((name) => !existsSync(join(FOLDER, name)))).toEqual([])
  const here = readdirSync(join(FOLDER, 'kubernetes')).map((name) => `kubernetes/${name}`)
  expect(here.filter((name) => ![...named, ...kustomization.resources].includes(name))).toEqual([])
})

test('there are servers and nodes with volumes of their own, and views without', () => {
  expect(workloads.map(({ kind, metadata, spec }) => [kind, metadata.name, spec.replicas])).toEqual([
    ['StatefulSet', 'nats', 3],
    ['StatefulSet', 'pipelines', 3],
    ['Deployment', 'views', 2],
  ])
  const services = new Set(ofKind('Service').map(({ metadata }) => metadata.name))
  for (const { kind, spec, metadata } of workloads) {
    expect(spec.template!.metadata.labels).toMatchObject(spec.selector.matchLabels!)
    expect(services.has(metadata.name)).toBe(true)
    if (kind === 'StatefulSet')
      expect([spec.serviceName, spec.volumeClaimTemplates?.length]).toEqual([metadata.name, 1])
  }
})

test('of each of them enough stay when machines are emptied', () => {
  const budgets = new Map(ofKind('PodDisruptionBudget').map(({ metadata, spec }) => [metadata.name, spec]))
  for (const { metadata, spec } of workloads) {
    const budget = budgets.get(metadata.name)!
    expect(budget.selector.matchLabels).toEqual(spec.selector.matchLabels)
    const remaining = budget.minAvailable ?? spec.replicas! - budget.maxUnavailable!
    // A majority of the servers has to remain; of nodes and views one.
    expect(remaining).toBeGreaterThanOrEqual(metadata.name === 'nats' ? 2 : 1)
    expect(remaining).toBeLessThan(spec.replicas!)
  }
})

test('every container is probed, bounded, without rights, and finds what it mounts', () => {
  for (const manifest of workloads) {
    const pod = podOf(manifest)
    expect(pod.securityContext.runAsNonRoot).toBe(true)
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30)
    const volumes = [...pod.volumes, ...(manifest.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata)]
    const names = new Set(volumes.map(({ name }) => name))
    const maps = pod.volumes.flatMap(({ configMap }) => configMap?.name ?? [])
    expect(kustomization.configMapGenerator.map(({ name }) => name)).toEqual(expect.arrayContaining(maps))
    for (const { resources, securityContext, volumeMounts } of [...pod.containers, ...(pod.initContainers ?? [])]) {
      expect([Object.keys(resources.requests), Object.keys(resources.limits)]).toEqual([['cpu', 'memory'], ['memory']])
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
      expect(volumeMounts.filter(({ name }) => !names.has(name))).toEqual([])
    }
    for (const { startupProbe, livenessProbe, readinessProbe, ports = [] } of pod.containers) {
      const ports_ = ports.map(({ name }) => name)
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) expect(ports_).toContain(probe?.httpGet.port)
    }
  }
})

test('nodes and views run in their roles, and say of themselves whether they live and are ready', () => {
  const roles = { pipelines: 'pipeline', views: 'views' }
  for (const [name, role] of Object.entries(roles)) {
    const [container] = podOf(workloads.find(({ metadata }) => metadata.name === name)!).containers
    expect(container!.args).toEqual(['run', '--role', role, '--config', '/config/greengauge.yaml'])
    expect(container!.livenessProbe!.httpGet.path).toBe('/livez')
    expect(container!.readinessProbe!.httpGet.path).toBe('/readyz')
  }
})

test('the configurations are in order, and divide the plants as the mappings of the servers do', () => {
  const mappings = readFileSync(join(FOLDER, 'nats', 'mappings.conf'), 'utf8')
  for (const name of ['gateway/greengauge.yaml', 'kubernetes/greengauge.yaml']) {
    const loaded = loadConfig({ file: join(FOLDER, name), env: {}, flags: {} })
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
    expect(mappings).toContain(`{{partition(${loaded.config.cluster.partitions},1)}}`)
    expect(loaded.config.journal).toMatchObject({ type: 'jetstream', user: 'greengauge' })
  }
})

test('the page for Grafana asks for figures that nodes and gateways have', () => {
  const source = (name: string) => readFileSync(join(FOLDER, '..', '..', 'src', name), 'utf8')
  const ofNode = [...source('cluster/node-metrics.ts').matchAll(/(?:gauge|each)\(\s*'(\w+)'/g)].map(
    ([, id]) => `greengauge_node_${id}`,
  )
  const ofGateway = readdirSync(join(FOLDER, '..', '..', 'src', 'views'))
    .filter((name) => name.includes('metrics'))
    .flatMap((name) => [...source(`views/${name}`).matchAll(/'(greengauge_\w+)'/g)].map(([, id]) => id))
  const board = JSON.parse(readFileSync(join(FOLDER, 'grafana', 'cluster.json'), 'utf8')) as {
    panels: { title: string; description: string; targets: { expr: string }[] }[]
  }
  const asked = board.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/greengauge_\w+/g) ?? []),
  )
  expect(asked.length).toBeGreaterThanOrEqual(board.panels.length)
  expect(asked.filter((name) => ![...ofNode, ...ofGateway].includes(name))).toEqual([])
  for (const { title, description } of board.panels) expect([title, description !== '']).toEqual([title, true])
})

describe.skipIf(compose === null)('compose.yaml', () => {
  interface Service {
    readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[]
    readonly environment?: Labels
    readonly user?: string
    readonly read_only?: boolean
    readonly network_mode?: string
  }
  const read = () => {
    const { PATH = '', HOME = '' } = process.env
    const args = ['--file', join(FOLDER, 'compose.yaml'), 'config', '--format', 'json']
    const done = spawnSync(compose!, args, { encoding: 'utf8', env: { PATH, HOME } })
    expect(done.stderr).toBe('')
    return new Map(Object.entries((JSON.parse(done.stdout) as { services: Record<string, Service> }).services))
  }

  test('has three servers, three nodes, two views and InfluxDB, none of them root or open to other machines', () => {
    const services = read()
    const count = (prefix: string) => [...services.keys()].filter((name) => name.startsWith(prefix)).length
    expect(['nats-', 'node-', 'views-', 'influxdb'].map(count)).toEqual([3, 3, 2, 1])
    const published = [...services.values()].flatMap(({ ports }) => ports ?? [])
    expect(published.filter(({ host_ip }) => host_ip !== '127.0.0.1')).toEqual([])
    const http = [...services.values()].flatMap(({ environment }) => environment?.GREENGAUGE_HTTP__PORT ?? [])
    const all = [...published.map((port) => port.published), ...http]
    expect(new Set(all).size).toBe(all.length)
    const isHardened = ({ user, read_only }: Service) => user === '1000:1000' && read_only === true
    expect([...services.values()].filter((service) => !isHardened(service))).toEqual([])
  })
})
